"""The desk of reports of wrong facts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.log_actions import log

from catalogue.actions.answer_report import answer_report
from catalogue.admin.records import RecordViewSet
from catalogue.enums import ReportState
from catalogue.models import FactReport


class AnswerForm(WagtailAdminModelForm):
    """What an editor answers. A report is not closed without a word."""

    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("What you compared and what you found. The member who reported it may read it."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for an answer where the state says that there is one."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("state") != ReportState.OPEN and not cleaned.get("answer"):
            self.add_error("answer", _("Write what you found."))
        return cleaned


class AnswerView(generic.EditView):
    """Shows a report and takes the answer."""

    def save_instance(self) -> FactReport:
        """Answer through the action, which writes the audit."""
        report: FactReport = self.model.objects.get(pk=self.object.pk)
        answer_report(
            report,
            by=self.request.user,
            state=ReportState(self.form.cleaned_data["state"]),
            answer=self.form.cleaned_data["answer"],
        )
        self.has_content_changes = self.form.has_changed()
        log(instance=report, action="wagtail.edit", content_changed=self.has_content_changes)
        return report


class ReportsView(generic.IndexView):
    """Open reports first, the one that has waited longest on top."""

    def get_base_queryset(self) -> QuerySet[FactReport]:
        """Tell open ones from the others."""
        is_closed = Case(When(state=ReportState.OPEN, then=Value(0)), default=Value(1))
        queryset: QuerySet[FactReport] = super().get_base_queryset()
        return queryset.select_related("tool").annotate(is_closed=is_closed)


class FactReportViewSet(RecordViewSet):
    """Reports of wrong facts. Who reported is not shown."""

    model = FactReport
    icon = "mail"
    menu_order = 500
    index_view_class = ReportsView
    edit_view_class = AnswerView
    ordering = ("is_closed", "created_at")
    list_display: ClassVar[list[Any]] = [
        "tool",
        Column("group", label=_("Facts"), accessor="get_group_display"),
        Column("state", label=_("State"), accessor="get_state_display"),
        DateColumn("created_at", label=_("Reported"), sort_key="created_at"),
    ]
    list_filter: ClassVar[list[str]] = ["state", "group"]
    list_per_page = 50
    search_fields: ClassVar[list[str]] = ["tool__name", "text"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            HelpPanel(template="catalogue/admin/report.html"),
            FieldPanel("state", widget=forms.RadioSelect),
            FieldPanel("answer"),
        ],
        base_form_class=AnswerForm,
    )
