"""What the desks of all records of the catalogue share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy
from wagtail.snippets.views import chooser as chooser_views
from wagtail.snippets.views import snippets
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from catalogue.actions.vouch_for_texts import vouch_for_texts


class CreateRecordView(generic.CreateView):
    """Makes a record and notes who wrote its texts."""

    def save_instance(self) -> Model:
        """Save, in the transaction of the view."""
        record: Model = super().save_instance()
        vouch_for_texts(record, self.form.changed_data, by=self.request.user)
        return record


class EditRecordView(generic.EditView):
    """Changes a record and notes who wrote its texts."""

    def save_instance(self) -> Model:
        """Save, in the transaction of the view."""
        record: Model = super().save_instance()
        vouch_for_texts(record, self.form.changed_data, by=self.request.user)
        return record


class KeepsWhatIsUsed:
    """Deletes a record unless others refer to it, and says so then."""

    object: Any
    request: HttpRequest
    edit_url_name: str

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete it, or say why not."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except ProtectedError as error:
            return self.refuse(len(error.protected_objects))
        return response

    def refuse(self, number: int) -> HttpResponse:
        """Say how many records use it."""
        text = ngettext(
            "%(number)s record refers to this one. Give it another one first.",
            "%(number)s records refer to this one. Give them another one first.",
            number,
        )
        messages.error(self.request, text % {"number": number})
        return redirect(self.edit_url_name, self.object.pk)


class DeleteRecordView(KeepsWhatIsUsed, generic.DeleteView):
    """Deletes a record."""


class DeleteChosenRecordView(KeepsWhatIsUsed, snippets.DeleteView):
    """Deletes a record that others may refer to."""


class RecordViewSet(ModelViewSet):
    """The desk of records that are neither drafted nor chosen elsewhere."""

    add_view_class = CreateRecordView
    edit_view_class = EditRecordView
    delete_view_class = DeleteRecordView
    copy_view_enabled = False


class OneByOneIndexView(IndexView):
    """A list without boxes to tick: many at once would go past the models, which tell index and audit."""

    @cached_property
    def columns(self) -> list[Any]:
        """Return the columns but the first one, which has the boxes."""
        return super().columns[1:]


class NameFilterForm(BaseFilterForm):
    """Finds a record in the dialogue in which it is chosen."""

    q = forms.CharField(label=_("Search term"), required=False)

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        """Return those whose name contains the words."""
        words = self.cleaned_data.get("q") or ""
        if words:
            self.is_searching = True
            self.search_query = words
            objects = objects.filter(name__icontains=words)
        return objects


class DeskOnly:
    """Opens a dialogue only to those who may work on the records that it lists, drafts among them."""

    model_class: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse everybody else."""
        policy = ModelPermissionPolicy(self.model_class)
        if not policy.user_has_any_permission(request.user, {"add", "change", "delete", "view"}):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ChooseView(DeskOnly, chooser_views.ChooseView):
    """The dialogue."""

    filter_form_class = NameFilterForm


class ChooseResultsView(DeskOnly, chooser_views.ChooseResultsView):
    """The list in the dialogue."""

    filter_form_class = NameFilterForm


class ChosenView(DeskOnly, chooser_views.SnippetChosenView):
    """What was chosen."""


class ChosenMultipleView(DeskOnly, chooser_views.SnippetChosenMultipleView):
    """What was chosen, several at once."""


class CreateView(chooser_views.SnippetCreateView):
    """Makes a record in the dialogue, where it has a form for that."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 404 where there is no form."""
        if self.get_creation_form_class() is None:
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class RecordChooserViewSet(SnippetChooserViewSet):
    """Chooses a record by its name."""

    create_view_class = CreateView

    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView


class ChosenRecordViewSet(SnippetViewSet):
    """The desk of records that others refer to."""

    index_view_class = OneByOneIndexView
    delete_view_class = DeleteChosenRecordView
    chooser_viewset_class = RecordChooserViewSet
    copy_view_enabled = False
