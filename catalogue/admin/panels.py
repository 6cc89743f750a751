"""Panels of the catalogue's forms, whose comparisons and fixed values have labels instead of codes."""

from __future__ import annotations

from typing import Any

from django.db import models
from wagtail.admin import compare
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.panels.base import get_form_for_model

from catalogue.admin.choices import NOT_KNOWN_LABEL, vocabulary_of
from catalogue.admin.forms import RecordForm
from catalogue.queries.taxonomy import Taxonomy, current_taxonomy
from catalogue.search.values import language_name


class CodePanel(FieldPanel):
    """A fact held as one code or several."""

    def get_comparison_class(self) -> type[compare.FieldComparison]:
        """Compare labels."""
        return CodeComparison

    def format_value_for_display(self, value: Any) -> str:
        """Return the label of a code, or the labels of several."""
        return labels_of(self.db_field, value, current_taxonomy())


class CodeComparison(compare.FieldComparison):
    """Shows what codes are called."""

    def __init__(self, field: models.Field[Any, Any], before: models.Model, after: models.Model) -> None:
        super().__init__(field, before, after)
        taxonomy = current_taxonomy()
        self.val_a = labels_of(field, field.value_from_object(before), taxonomy)
        self.val_b = labels_of(field, field.value_from_object(after), taxonomy)


class RowsPanel(InlinePanel):
    """Rows of a related record, each in a form of the catalogue."""

    def get_form_options(self) -> dict[str, Any]:
        """Give each row a form whose codes have labels."""
        options: dict[str, Any] = super().get_form_options()
        rows = options["formsets"][self.relation_name]
        deferred = self.child_edit_handler.get_form_options().get("defer_required_on_fields", [])
        rows["form"] = get_form_for_model(
            self.db_field.related_model, form_class=RecordForm, defer_required_on_fields=deferred
        )
        return options

    class BoundPanel(InlinePanel.BoundPanel):
        """Hides itself where the form leaves these rows out."""

        def __init__(self, *, form: Any, **kwargs: Any) -> None:
            self.is_left_out = form is not None and kwargs["panel"].relation_name not in form.formsets
            super().__init__(form=None if self.is_left_out else form, **kwargs)

        def is_shown(self) -> bool:
            """Say whether the form has these rows."""
            return not self.is_left_out and bool(super().is_shown())


def labels_of(field: models.Field[Any, Any], value: Any, taxonomy: Taxonomy) -> str:
    """Return what the codes in a column are called in the active language, or that nothing is known."""
    codes = value if isinstance(value, list) else [value] if value else []
    if not codes:
        return str(NOT_KNOWN_LABEL)
    vocabulary = vocabulary_of(field)
    labels = [taxonomy.label(vocabulary, code) if vocabulary else language_name(code) for code in codes]
    return ", ".join(labels)
