"""The desk of tools and of those who make them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.panels.base import get_form_for_model
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.models import WorkflowState
from wagtail.snippets.views import snippets

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


def _status(tool: Tool) -> str:
    """Return where a tool stands, without a query for each row of a list."""
    if tool.workflow_in_progress:
        return pgettext("status of a tool", "In review")
    if not tool.live:
        return pgettext("status of a tool", "Draft")
    if tool.has_unpublished_changes:
        return pgettext("status of a tool", "Published, with a newer draft")
    return pgettext("status of a tool", "Published")


class PreviewOnCreateView(snippets.PreviewOnCreateView):
    """A tool is saved once before its page can be seen."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer that there is nothing here."""
        raise Http404


class ToolViewSet(ChosenRecordViewSet):
    """Tools, with drafts, review, locks and a preview in each language."""

    model = Tool
    icon = "cogs"
    menu_order = 100
    edit_handler = TOOL_PANELS
    preview_on_add_view_class = PreviewOnCreateView
    list_display = [
        "name",
        "vendor",
        Column("status", label=_("Status"), accessor=_status),
        UpdatedAtColumn(),
    ]
    list_per_page = 50
    filterset_class = ToolFilterSet
    search_fields = ["name", "code", "vendor__name", "aliases__name"]
    search_backend_name = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tool]:
        """Return all tools with what the list shows of them."""
        in_review = Prefetch(
            "workflow_states", WorkflowState.objects.active(), to_attr="_current_workflow_states"
        )
        return Tool.objects.select_related("vendor").prefetch_related(in_review)


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
