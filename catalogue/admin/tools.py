"""The desk of tools and of those who make them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.panels.base import get_form_for_model
from wagtail.admin.ui.tables import LiveStatusTagColumn, UpdatedAtColumn

from catalogue.admin.forms import SOURCE_PERMISSION, RecordForm, ToolForm
from catalogue.admin.panels import CodePanel, RowsPanel
from catalogue.admin.records import ChosenRecordViewSet, RecordChooserViewSet
from catalogue.enums import FactGroup
from catalogue.models import Tool, Vendor
from hub.core.panels import language_tabs


def _fact(field: str, **options: Any) -> FieldPanel:
    return FieldPanel(field, permission=SOURCE_PERMISSION, **options)


def _code(field: str) -> CodePanel:
    return CodePanel(field, permission=SOURCE_PERMISSION)


def _group(group: FactGroup, *panels: Any) -> ObjectList:
    return ObjectList(list(panels), heading=group.label)


_BOXES = {"widget": forms.CheckboxSelectMultiple}

TOOL_PANELS = TabbedInterface(
    [
        _group(
            FactGroup.IDENTITY,
            _fact("name", required_on_save=True),
            _fact("code"),
            _fact("slug", required_on_save=False),
            _fact("vendor"),
            _fact("url"),
            RowsPanel(
                "aliases",
                [FieldPanel("name"), FieldPanel("language"), FieldPanel("source_url")],
                heading=_("Other names"),
                label=_("other name"),
            ),
        ),
        _group(
            FactGroup.PURPOSE,
            _fact("stages", **_BOXES),
            _fact("capabilities", **_BOXES),
            _code("data_types"),
        ),
        _group(FactGroup.ACCESS_COST, _code("access"), _code("cost_model")),
        _group(
            FactGroup.DEPLOYMENT,
            _code("readiness"),
            _code("deployment"),
            _code("operating_systems"),
            _code("offline_capable"),
        ),
        _group(FactGroup.AI_ERRORS, _code("ai_role")),
        _group(FactGroup.LANGUAGES, _code("interface_languages")),
        _group(FactGroup.LICENCE, _fact("licence")),
        ObjectList(
            [
                RowsPanel(
                    "fact_sources",
                    [
                        FieldPanel("group"),
                        FieldPanel("url"),
                        FieldPanel("title"),
                        FieldPanel("checked_on"),
                        FieldPanel("checked_by"),
                        CodePanel("confidence"),
                    ],
                    heading=_("Sources of facts"),
                    label=_("source"),
                    help_text=_("One source for each of the seven groups of facts."),
                )
            ],
            heading=_("Sources"),
        ),
        *language_tabs(
            "summary",
            "functionality",
            "readiness_note",
            "cost_note",
            long=("summary", "functionality"),
            source_permission=SOURCE_PERMISSION,
        ),
    ],
    base_form_class=ToolForm,
)


class ToolFilterSet(WagtailFilterSet):
    """What a list of tools can be narrowed by."""

    class Meta:
        model = Tool
        fields = ["live", "has_unpublished_changes"]


class ToolViewSet(ChosenRecordViewSet):
    """Tools, with drafts, review, locks and a preview in each language."""

    model = Tool
    icon = "cogs"
    menu_order = 100
    edit_handler = TOOL_PANELS
    list_display = ["name", "vendor", LiveStatusTagColumn(), UpdatedAtColumn()]
    list_per_page = 50
    filterset_class = ToolFilterSet
    search_fields = ["name", "code", "vendor__name", "aliases__name"]
    search_backend_name = None


class VendorChooserViewSet(RecordChooserViewSet):
    """Chooses a vendor, or makes a new one."""

    creation_form_class = get_form_for_model(Vendor, form_class=RecordForm, fields=["name", "country", "url"])


class VendorViewSet(ChosenRecordViewSet):
    """Vendors."""

    model = Vendor
    icon = "group"
    menu_order = 200
    chooser_viewset_class = VendorChooserViewSet
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("country"), FieldPanel("url")], base_form_class=RecordForm
    )
    list_display = ["name", "country", UpdatedAtColumn()]
    list_per_page = 50
    search_fields = ["name"]
    search_backend_name = None
