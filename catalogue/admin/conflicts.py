"""The desk of what imports left alone because somebody had changed it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic

from catalogue.actions.settle_conflict import ConflictError, can_be_taken, keep_present, take_imported
from catalogue.admin.records import RecordViewSet
from catalogue.models import ImportConflict

KEEP, TAKE = "keep", "take"


class DecisionForm(WagtailAdminModelForm):
    """Which value holds."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(KEEP, _("Keep the hub’s value")), (TAKE, _("Take the file’s value over"))],
        widget=forms.RadioSelect,
        help_text=_("The next import of the same file will not ask again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_be_taken(self.instance):
            self.fields["decision"].choices = [(KEEP, _("Keep it as it is in the hub"))]  # type: ignore[attr-defined]


class DecisionView(generic.EditView):
    """Shows both values and takes the decision."""

    submit_button_label = _("Decide")

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        """Decide, or say why that cannot be done now."""
        try:
            response: HttpResponse = super().form_valid(form)
        except ConflictError as error:
            form.add_error("decision", str(error))
            self.produced_error_message = gettext("Nothing was changed.")
            response = self.form_invalid(form)
        return response

    def save_instance(self) -> ImportConflict:
        """Decide through the action, which writes the audit."""
        decide = take_imported if self.form.cleaned_data["decision"] == TAKE else keep_present
        conflict: ImportConflict = self.object
        decide(conflict, by=self.request.user)
        return conflict

    def get_success_message(self) -> str:
        """Say what was decided."""
        if self.form.cleaned_data["decision"] == TAKE:
            return gettext("The file’s value was taken over.")
        return gettext("The hub’s value stays.")

    def get_success_buttons(self) -> list[Any]:
        """Offer none: the conflict is gone."""
        return []


class ImportConflictViewSet(RecordViewSet):
    """Conflicts of imports."""

    model = ImportConflict
    icon = "resubmit"
    menu_order = 510
    edit_view_class = DecisionView
    ordering = ("table", "row_key", "column")
    list_display: ClassVar[list[Any]] = [
        "row_key",
        "table",
        "column",
        Column("present_value", label=_("In the hub")),
        Column("imported_value", label=_("In the file")),
        DateColumn("found_at", label=_("Found"), sort_key="found_at"),
    ]
    list_filter: ClassVar[list[str]] = ["table"]
    list_per_page = 50
    search_fields: ClassVar[list[str]] = ["row_key", "present_value", "imported_value"]
    search_backend_name = None
    edit_handler = ObjectList(
        [HelpPanel(template="catalogue/admin/conflict.html"), FieldPanel("decision")],
        base_form_class=DecisionForm,
    )
