"""The catalogue's part of the editors' desk."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from catalogue.admin.conflicts import ImportConflictViewSet
from catalogue.admin.reports import FactReportViewSet
from catalogue.admin.supplements import (
    CautionViewSet,
    DataFlowViewSet,
    ErrorMeasureViewSet,
    ImplementationViewSet,
)
from catalogue.admin.taxonomy import CapabilityViewSet, StageViewSet, VocabularyValueViewSet
from catalogue.admin.tools import ToolViewSet, VendorViewSet


class CatalogueGroup(SnippetViewSetGroup):
    """One entry in the menu, with everything that the catalogue holds below it."""

    menu_label = _("Catalogue")
    menu_name = "catalogue"
    menu_icon = "list-ul"
    menu_order = 150
    items: ClassVar = (
        ToolViewSet,
        VendorViewSet,
        CapabilityViewSet,
        StageViewSet,
        VocabularyValueViewSet,
        ImplementationViewSet,
        DataFlowViewSet,
        ErrorMeasureViewSet,
        CautionViewSet,
        FactReportViewSet,
        ImportConflictViewSet,
    )
