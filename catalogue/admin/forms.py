"""Forms of the editors' desk: codes have labels, and what is left open is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from catalogue.admin.choices import (
    Choices,
    code_choices,
    language_choices,
    vocabulary_of,
    with_unknown,
)
from catalogue.queries.taxonomy import Taxonomy, current_taxonomy
from hub.core.countries import country_choices
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.translation import column_of

validate_code = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$", _("Write lower-case letters and digits, joined by single hyphens.")
)


validate_figure = RegexValidator(r"^-?[0-9]{1,8}(\.[0-9]{1,6})?$", _("Write a number such as 99.5."))

SOURCE_PERMISSION = "catalogue.publish_tool"
"""Who has it may change facts and English texts of tools; without it, only texts in other languages."""


_LEFT_TO_RIGHT = frozenset({"code", "slug", "url", "source_url", "licence", "checked_on"})
"""Fields that are written from left to right in every language."""

SOURCE_TEXT = column_of("summary", DEFAULT_LANGUAGE)


class RecordForm(WagtailAdminModelForm):
    """A form of a record of the catalogue.

    `fixed` names what nobody changes once it is there. Labels of codes come from the taxonomy, which is read once a
    form, its inline rows included.
    """

    fixed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, taxonomy: Taxonomy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taxonomy = taxonomy or current_taxonomy()
        for formset in self.formsets.values():
            formset.form_kwargs["taxonomy"] = self.taxonomy
        for name in self.fields:
            self.fields[name] = self._with_labels(name, self.fields[name])
            if name in _LEFT_TO_RIGHT:
                self.fields[name].widget.attrs["dir"] = "ltr"
        for name in self.fixed:
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True

    def _with_labels(self, name: str, field: forms.Field) -> forms.Field:
        column = self.instance._meta.get_field(name)
        vocabulary = vocabulary_of(column) if isinstance(column, models.Field) else None
        if isinstance(column, models.JSONField):
            if vocabulary:
                return _several(field, code_choices(vocabulary, self.taxonomy))
            return _several(field, language_choices(getattr(self.instance, name) or ()))
        if isinstance(field, forms.TypedChoiceField) and vocabulary:
            field.choices = with_unknown(code_choices(vocabulary, self.taxonomy))
        if name == "language":
            return _one(field, language_choices(filter(None, [getattr(self.instance, name)])))
        if name == "country":
            return _one(field, country_choices(getattr(self.instance, name)))
        return field


class ToolForm(RecordForm):
    """The form of a tool. Its address is its code unless an editor writes another."""

    fixed = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and not self.for_user.has_perm(SOURCE_PERMISSION):
            self.formsets.clear()
        if "slug" in self.fields:
            self.fields["slug"].required = False
        # A draft may do without; the column may be empty, for imports and translations know nothing better.
        if SOURCE_TEXT in self.fields:
            self.fields[SOURCE_TEXT].required = True

    def clean_code(self) -> str:
        """Refuse what imports would refuse."""
        code: str = self.cleaned_data["code"]
        if not self.instance.pk:
            validate_code(code)
        return code

    def clean_slug(self) -> str:
        """Give a new tool its code as address."""
        slug: str = self.cleaned_data["slug"]
        return slug or self.cleaned_data.get("code", "")


class ConceptForm(RecordForm):
    """The form of a capability, a stage or a vocabulary value: words change, codes do not."""

    fixed = ("code", "vocabulary")

    def clean_code(self) -> str:
        """Refuse what imports would refuse."""
        code: str = self.cleaned_data["code"]
        if not self.instance.pk:
            validate_code(code)
        return code


class SupplementForm(RecordForm):
    """The form of a record that belongs to a tool, and stays with it."""

    fixed = ("tool",)


class MeasureForm(SupplementForm):
    """The form of a published measure: the figure is typed once, as it was printed."""

    def clean_printed_value(self) -> str:
        """Read the figure."""
        printed: str = self.cleaned_data["printed_value"]
        validate_figure(printed)
        self.instance.value = Decimal(printed)
        return printed


def _several(field: forms.Field, choices: Choices) -> forms.MultipleChoiceField:
    """Return the field with boxes to tick; none ticked means that the fact is not known."""
    return forms.MultipleChoiceField(
        choices=choices,
        required=False,
        label=field.label,
        help_text=field.help_text or _("Tick none if this is not known."),
        widget=forms.CheckboxSelectMultiple,
    )


def _one(field: forms.Field, choices: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=with_unknown(choices), required=False, label=field.label, help_text=field.help_text
    )
