"""The desk of the words in which tools are described: labels, definitions and synonyms in six languages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from wagtail.admin.panels import FieldPanel, Panel, TabbedInterface
from wagtail.admin.ui.tables import UpdatedAtColumn

from catalogue.admin.forms import ConceptForm
from catalogue.admin.records import DeleteRecordView, RecordViewSet
from catalogue.models import Capability, Stage, VocabularyValue
from hub.core.languages import LANGUAGE_CODES
from hub.core.panels import language_tabs
from hub.core.translation import column_of

_LONG = ("definition", "synonyms")


def _tabs(*texts: str, first: list[Panel]) -> TabbedInterface:
    languages = language_tabs(*texts, long=_LONG)
    languages[0].children = [*first, *languages[0].children]
    return TabbedInterface(languages, base_form_class=ConceptForm)


class ConceptViewSet(RecordViewSet):
    """The desk of one kind of words."""

    icon = "tag"
    list_per_page = 100
    search_fields: ClassVar[list[str]] = [
        "code",
        *(column_of("label", language) for language in LANGUAGE_CODES),
    ]
    search_backend_name = None


class CapabilityDeleteView(DeleteRecordView):
    """Deletes a capability that no tool has: tools would lose it in silence."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Refuse while tools have it."""
        number = self.object.tools.count()
        return self.refuse(number) if number else super().form_valid(form)


class CapabilityViewSet(ConceptViewSet):
    """What tools can do."""

    model = Capability
    menu_order = 300
    delete_view_class = CapabilityDeleteView
    list_display = ["__str__", "code", UpdatedAtColumn()]
    edit_handler = _tabs(
        "label", "definition", "synonyms", first=[FieldPanel("code"), FieldPanel("position")]
    )


class StageViewSet(ConceptViewSet):
    """Steps of an investigation."""

    model = Stage
    menu_order = 310
    list_display = ["__str__", "code", UpdatedAtColumn()]
    edit_handler = _tabs(
        "label", "short_label", "definition", "synonyms", first=[FieldPanel("code", read_only=True)]
    )


class VocabularyValueViewSet(ConceptViewSet):
    """Values of the closed vocabularies: their words change, their codes do not."""

    model = VocabularyValue
    menu_order = 320
    list_display = ["__str__", "vocabulary", "code", UpdatedAtColumn()]
    list_filter: ClassVar[list[str]] = ["vocabulary"]
    edit_handler = _tabs(
        "label",
        "definition",
        "synonyms",
        first=[FieldPanel("vocabulary", read_only=True), FieldPanel("code", read_only=True)],
    )
