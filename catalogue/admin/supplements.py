"""The desk of what belongs to a tool and has a source of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import UpdatedAtColumn

from catalogue.admin.forms import MeasureForm, SupplementForm
from catalogue.admin.panels import CodePanel
from catalogue.admin.records import RecordViewSet
from catalogue.models import Caution, DataFlow, ErrorMeasure, Implementation
from hub.core.panels import language_tabs

_SOURCE = (FieldPanel("source_url"), FieldPanel("checked_on"), CodePanel("confidence"))


def _tabs(
    *facts: Any,
    texts: tuple[str, ...],
    long: tuple[str, ...],
    form: type[SupplementForm] = SupplementForm,
) -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList([FieldPanel("tool"), *facts, *_SOURCE], heading=_("Facts and source")),
            *language_tabs(*texts, long=long),
        ],
        base_form_class=form,
    )


class SupplementViewSet(RecordViewSet):
    """The desk of one kind of these records."""

    list_per_page = 50
    search_fields: ClassVar[list[str]] = ["tool__name", "tool__code"]
    search_backend_name = None
    list_display: ClassVar[list[Any]] = ["tool", "checked_on", UpdatedAtColumn()]


class ImplementationViewSet(SupplementViewSet):
    """How tools get into use."""

    model = Implementation
    icon = "wagtail"
    menu_order = 400
    edit_handler = _tabs(
        CodePanel("install_kind"),
        CodePanel("gpu"),
        CodePanel("setup_effort"),
        CodePanel("skills"),
        CodePanel("air_gapped_install"),
        FieldPanel("model_download_mb"),
        FieldPanel("last_release"),
        FieldPanel("last_release_on"),
        texts=("steps", "prerequisites", "hardware", "price_note", "support", "training", "note"),
        long=("steps", "prerequisites", "note"),
    )


class DataFlowViewSet(SupplementViewSet):
    """What leaves the network."""

    model = DataFlow
    icon = "upload"
    menu_order = 410
    edit_handler = _tabs(
        CodePanel("data_leaves"),
        CodePanel("vendor_training_use"),
        CodePanel("telemetry"),
        CodePanel("offline_mode"),
        texts=("what_leaves", "where_to", "retention", "note"),
        long=("note",),
    )


class ErrorMeasureViewSet(SupplementViewSet):
    """Published measures of how tools err."""

    model = ErrorMeasure
    icon = "decimal"
    menu_order = 420
    list_display = ["tool", "capability", "printed_value", "test_set", UpdatedAtColumn()]
    edit_handler = _tabs(
        FieldPanel("capability"),
        CodePanel("measure"),
        FieldPanel("printed_value"),
        CodePanel("unit"),
        FieldPanel("threshold"),
        FieldPanel("version"),
        FieldPanel("test_set"),
        FieldPanel("test_set_size"),
        FieldPanel("group"),
        CodePanel("measured_by"),
        FieldPanel("published_on"),
        texts=("note",),
        long=("note",),
        form=MeasureForm,
    )


class CautionViewSet(SupplementViewSet):
    """What to beware of."""

    model = Caution
    icon = "warning"
    menu_order = 430
    list_display = ["tool", "text_en", "issued_by", UpdatedAtColumn()]
    edit_handler = _tabs(
        CodePanel("kind"),
        FieldPanel("issued_by"),
        FieldPanel("issued_on"),
        texts=("text", "note"),
        long=("text", "note"),
    )
