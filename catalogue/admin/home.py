"""What waits for editors, in numbers on the first page of their desk."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.admin.site_summary import SummaryItem
from wagtail.permissions import ModelPermissionPolicy

from catalogue.enums import ReportState
from catalogue.models import FactReport, ImportConflict, Tool


class CountItem(SummaryItem):
    """A number that leads to a list."""

    template_name = "catalogue/admin/count_item.html"
    icon = ""
    model: Any
    list_url = ""
    query = ""

    def is_shown(self) -> bool:
        """Show it to those who may work on the list."""
        policy = ModelPermissionPolicy(self.model)
        return policy.user_has_any_permission(self.request.user, {"add", "change", "delete"})

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the number as a text, with the address of the list."""
        return {"icon_name": self.icon, "url": reverse(self.list_url) + self.query, "text": self.text()}

    def text(self) -> str:
        """Return the number and what it counts."""
        raise NotImplementedError


class ToolsItem(CountItem):
    """How many tools there are."""

    order = 10
    icon = "cogs"
    model = Tool
    list_url = "wagtailsnippets_catalogue_tool:list"

    def text(self) -> str:
        """Count all tools, drafts among them."""
        number = Tool.objects.count()
        return ngettext("%(number)s tool", "%(number)s tools", number) % {"number": number}


class ReportsItem(CountItem):
    """How many reports nobody has answered."""

    order = 20
    icon = "mail"
    model = FactReport
    list_url = "factreport:index"
    query = f"?state={ReportState.OPEN}"

    def text(self) -> str:
        """Count open reports."""
        number = FactReport.objects.filter(state=ReportState.OPEN).count()
        return ngettext(
            "%(number)s open report of a wrong fact", "%(number)s open reports of wrong facts", number
        ) % {"number": number}


class ConflictsItem(CountItem):
    """How many conflicts nobody has decided."""

    order = 30
    icon = "resubmit"
    model = ImportConflict
    list_url = "importconflict:index"

    def text(self) -> str:
        """Count conflicts."""
        number = ImportConflict.objects.count()
        return ngettext("%(number)s import conflict", "%(number)s import conflicts", number) % {
            "number": number
        }
