"""Forms of the catalogue: they read and check, they never save."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.enums import FactGroup
from catalogue.validators import validate_source_url
from hub.core.plain import PlainTextField


class ReportForm(forms.Form):
    """A report of a wrong fact."""

    group = forms.ChoiceField(
        label=_("Which facts are wrong?"),
        choices=FactGroup.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the facts that are wrong.")},
    )
    text = PlainTextField(
        label=_("What is wrong, and what is right?"),
        help_text=_("Write about the tool only. Never write about a case, a victim or a suspect."),
        max_length=2_000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write what is wrong."),
            "min_length": _("Write at least %(limit_value)d characters, so that an editor can check it."),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )
    source_url = PlainTextField(
        label=_("Where does the right fact stand?"),
        help_text=_("The address of a public page, if there is one."),
        max_length=500,
        required=False,
        validators=[validate_source_url],
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
