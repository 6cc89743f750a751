"""Forms of the community: they read and check, they never save."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from community.enums import AgencyKind, Choice, Gender, JobRole, Reason, SuspensionReason
from community.models import Agency
from community.rules import REASONS
from community.validators import canonical_address, domain_of, is_free_mail
from hub.core.countries import country_choices
from hub.core.enums import Role
from hub.core.languages import LANGUAGES
from hub.core.plain import PlainTextField, PlainURLField

_OTHER_AGENCY = "other"


def _text(label: Any, hint: Any, missing: Any, most: int, **options: Any) -> PlainTextField:
    return PlainTextField(
        label=label,
        help_text=hint,
        max_length=most,
        error_messages={
            "required": missing,
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
        **options,
    )


def _address(label: Any, hint: Any = "") -> forms.EmailField:
    return forms.EmailField(
        label=label,
        help_text=hint,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={
            "required": _("Write the address."),
            "invalid": _("Write the whole address, such as name@police.example."),
        },
    )


class CountryForm(forms.Form):
    """Where the applicant serves."""

    country = forms.ChoiceField(
        label=_("In which country do you serve?"),
        help_text=_("For an international organisation, the country of your office."),
        error_messages={
            "required": _("Choose a country."),
            "invalid_choice": _("Choose a country of the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", ""), *country_choices()]  # type: ignore[attr-defined]


class AgencyForm(forms.Form):
    """The agency: one that the hub knows, or its name."""

    agency = forms.ChoiceField(
        label=_("For which agency do you work?"), widget=forms.RadioSelect, required=False
    )
    agency_name = _text(
        _("Name of your agency"),
        _("The full name, in your language or in English."),
        _("Write the name of your agency."),
        200,
        required=False,
    )

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = {str(agency.uuid): agency for agency in Agency.objects.filter(country=country)}
        if self._known:
            self.fields["agency"].choices = [  # type: ignore[attr-defined]
                *((code, agency.name) for code, agency in self._known.items()),
                (_OTHER_AGENCY, _("Another agency")),
            ]
        else:
            del self.fields["agency"]

    def clean(self) -> dict[str, Any]:
        """Return an agency or a name."""
        data: dict[str, Any] = super().clean() or {}
        chosen = self._known.get(data.get("agency") or "")
        if chosen is None and not data.get("agency_name") and "agency_name" not in self.errors:
            self.add_error("agency_name", _("Write the name of your agency."))
        data["agency"] = chosen
        if chosen is not None:
            data["agency_name"] = ""
        return data


class UnitForm(forms.Form):
    """The unit."""

    unit = _text(
        _("In which unit?"),
        _("Such as “Cybercrime unit, Nairobi”. No case numbers."),
        _("Write the name of your unit."),
        200,
    )


class NameForm(forms.Form):
    """The name."""

    name = _text(
        _("What is your name?"),
        _("As your agency knows you. Other members will not see it unless you want them to."),
        _("Write your name."),
        120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class JobForm(forms.Form):
    """What the applicant does."""

    job = forms.ChoiceField(
        label=_("What do you do?"),
        choices=JobRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest.")},
    )


class LanguagesForm(forms.Form):
    """Languages of the six that the applicant reads."""

    languages = forms.MultipleChoiceField(
        label=_("Which of these languages do you read?"),
        choices=[(language.code, language.native_name) for language in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )


class PurposeForm(forms.Form):
    """Why."""

    purpose = _text(
        _("What do you want to use the Hub for?"),
        _("Two or three sentences about your work. Never write about a case, a victim or a suspect."),
        _("Write what you want to use the Hub for."),
        2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SupervisorForm(forms.Form):
    """Who the applicant works for."""

    supervisor = _text(
        _("Who is your supervisor?"),
        _("Name and function. We ring numbers that we find ourselves, so you need not give one."),
        "",
        500,
        required=False,
    )


class HowToVerifyForm(forms.Form):
    """How the application can be checked."""

    how_to_verify = _text(
        _("How can we confirm that you work there?"),
        _(
            "Such as a public page that names you or your unit, the switchboard, or a colleague who is a member."
        ),
        _("Write one way in which we can confirm it."),
        2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ListingForm(forms.Form):
    """Whether the applicant wants to be found by other members."""

    is_to_be_listed = forms.TypedChoiceField(
        label=_("May other members find you in the directory?"),
        help_text=_("You decide later who sees which line, and can change your mind at any time."),
        choices=[
            ("no", pgettext_lazy("directory", "No, do not list me")),
            ("yes", pgettext_lazy("directory", "Yes, list me")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )


class GenderForm(forms.Form):
    """Asked for figures about many, never shown with a person."""

    gender = forms.ChoiceField(
        label=_("How do you describe yourself?"),
        help_text=_(
            "Only counted together with others, for reports on whom the Hub serves. Whoever checks your application does "
            "not see it."
        ),
        choices=[*Gender.choices, ("", pgettext_lazy("gender", "I would rather not say"))],
        widget=forms.RadioSelect,
        initial="",
        required=False,
    )


class EmailForm(forms.Form):
    """The official address."""

    email = forms.EmailField(
        label=_("What is your official e-mail address?"),
        help_text=_("The one of your agency, not a private one. We send a code there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "spellcheck": "false"}),
        error_messages={
            "required": _("Write your official e-mail address."),
            "invalid": _("Write the whole address, such as name@police.example."),
        },
    )

    def clean_email(self) -> str:
        """Return the address as it is kept."""
        try:
            address = canonical_address(self.cleaned_data["email"])
        except ValueError as error:
            raise ValidationError(_("Write the whole address, such as name@police.example.")) from error
        if "+" in address.rpartition("@")[0]:
            raise ValidationError(_("Write your address without “+” and what follows it."))
        if is_free_mail(domain_of(address)):
            raise ValidationError(
                _(
                    "Anybody can have an address there. Write the one of your agency; if it gives none, write to us first."
                )
            )
        return address


class CodeForm(forms.Form):
    """The code that was mailed."""

    code = forms.CharField(
        label=_("Which code did we send you?"),
        help_text=_("Six digits. It may take some minutes to arrive, and works for 15 minutes."),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "dir": "ltr",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Write the code.")},
    )


class SubmitForm(forms.Form):
    """The last page: agreement to the terms that hold now."""

    accept = forms.BooleanField(
        label=_("I have read the terms for officers, and I accept them"),
        error_messages={"required": _("Without your agreement to the terms we cannot take the application.")},
    )


def _finding(label: Any, yes: Any, no: Any, missing: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": missing or _("Choose an answer.")},
    )


def _note(hint: Any) -> PlainTextField:
    return _text(
        _("Note for the other vetters"),
        hint,
        "",
        1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CallForm(forms.Form):
    """What came of a call to the applicant's agency."""

    number = _text(
        _("Number that you rang"),
        _("One that you found yourself; never one that the applicant has given."),
        _("Write the number."),
        40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    source_url = PlainURLField(
        label=_("Page where you found it"),
        help_text=_("Such as the agency’s own page with its telephone numbers."),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={
            "required": _("Write the address of the page."),
            "invalid": _("Write the whole address, such as https://police.example/contact."),
        },
    )
    holds = _finding(
        _("Does the agency know the applicant?"),
        pgettext_lazy("call", "Yes, confirmed"),
        pgettext_lazy("call", "No, not confirmed"),
        missing=_("Choose what came of the call."),
    )
    note = _note(_("Who answered, and what was said. No case matters."))


class SponsorForm(forms.Form):
    """Whether a member of another agency vouches."""

    email = _address(
        _("E-mail address of the sponsor"),
        _("A member of another agency, for six months at least. They are told by mail that they vouch."),
    )
    holds = _finding(
        _("Does this member vouch for the applicant?"),
        pgettext_lazy("sponsor", "Yes, they know the applicant"),
        pgettext_lazy("sponsor", "No"),
    )
    note = _note(_("How you asked, and what was said. No case matters."))


class DocumentFindingForm(forms.Form):
    """What the documents show."""

    holds = _finding(
        _("Do the documents show that the applicant works there?"),
        pgettext_lazy("document", "Yes"),
        pgettext_lazy("document", "No"),
    )
    note = _note(_("What they show. No number of an identity card."))


class FocalPointAnswerForm(forms.Form):
    """What a country says about an applicant."""

    holds = _finding(
        _("Is this person an officer of your country?"),
        pgettext_lazy("focal point", "Yes, I confirm it"),
        pgettext_lazy("focal point", "No, I object"),
    )
    note = _note(_("What you found, and how. No case matters."))


class DocumentForm(forms.Form):
    """A document, as a file."""

    document = forms.FileField(
        label=_("Which document shows that you work there?"),
        help_text=_(
            "PDF, JPEG or PNG of 5 MB at most. Black out numbers of identity cards. Photograph nothing from a case."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose another one."),
            "invalid": _("Choose a file."),
        },
    )


def _decisions() -> list[tuple[str, list[tuple[str, Any]]]]:
    return [
        (
            str(choice.label),
            [(f"{choice}:{reason}", Reason(reason).label) for reason in Reason if reason in REASONS[choice]],
        )
        for choice in Choice
    ]


class DecisionForm(forms.Form):
    """A decision with its reason, which the applicant reads in general words."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        help_text=_("The reason is sent in the applicant’s language, in these general words."),
        error_messages={"required": _("Choose a decision.")},
    )
    note = _note(_("They read it once they have decided themselves. The applicant never sees it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("", ""), *_decisions()]  # type: ignore[attr-defined]

    def clean_decision(self) -> tuple[Choice, Reason]:
        """Return choice and reason."""
        choice, _colon, reason = str(self.cleaned_data["decision"]).partition(":")
        return Choice(choice), Reason(reason)


class RoleForm(forms.Form):
    """A role for a member: to be given by a second administrator, too."""

    email = _address(_("E-mail address of the member"))
    role = forms.ChoiceField(
        label=pgettext_lazy("of a member", "Role"),
        choices=[("", ""), *Role.choices],
        error_messages={"required": _("Choose a role.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        help_text=_("For a translator only: the languages to translate into."),
        choices=[(language.code, language.native_name) for language in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    months = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[
            (months, ngettext_lazy("%(months)d month", "%(months)d months", months) % {"months": months})
            for months in (1, 3, 6, 12)
        ],
        coerce=int,
        initial=12,
    )


class AgencyEntryForm(forms.Form):
    """An agency for the list."""

    name = _text(_("Name of the agency"), _("As it calls itself."), _("Write the name."), 200)
    country = forms.ChoiceField(label=_("Country"), error_messages={"required": _("Choose a country.")})
    kind = forms.ChoiceField(
        label=pgettext_lazy("of an agency", "Kind"),
        choices=[("", ""), *AgencyKind.choices],
        error_messages={"required": _("Choose what comes closest.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", ""), *country_choices()]  # type: ignore[attr-defined]


class DomainForm(forms.Form):
    """A mail domain of an agency."""

    domain = _text(
        _("Mail domain"),
        _("What stands after the @, such as police.example. The part that the agency has registered."),
        _("Write the domain."),
        253,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    source_url = PlainURLField(
        label=_("Page that shows that it is theirs"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={
            "required": _("Write the address of the page."),
            "invalid": _("Write the whole address, such as https://police.example/contact."),
        },
    )


class FocalPointForm(forms.Form):
    """A member who speaks for a country."""

    email = _address(_("E-mail address of the member"))
    country = forms.ChoiceField(
        label=_("Country for which they speak"), error_messages={"required": _("Choose a country.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", ""), *country_choices()]  # type: ignore[attr-defined]


class SuspensionForm(forms.Form):
    """Somebody with an account whose rights are to end at once, and why."""

    email = _address(_("Official e-mail address"))
    reason = forms.ChoiceField(
        label=pgettext_lazy("of a suspension", "Reason"),
        choices=[("", ""), *SuspensionReason.choices],
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose a reason of the list."),
        },
    )


_REFERENCE = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}
_THING = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+:[^\s:]{1,64}")


class DayField(forms.DateField):
    """A day as machines write it, whatever the language of the page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("Write the day like 2026-11-27.")},
            **options,
        )


class AuditForm(forms.Form):
    """Which lines of the record are wanted. Its fields are read from the address of the page."""

    action = forms.ChoiceField(
        label=pgettext_lazy("column", "What"),
        required=False,
        error_messages={"invalid_choice": _("Choose an action of the list.")},
    )
    by = PlainTextField(
        label=pgettext_lazy("column", "Who"),
        help_text=_(
            "The reference of an account; a name in the list leads to it. “system” is the operator, an applicant, or "
            "the Hub itself."
        ),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=_REFERENCE),
    )
    about = PlainTextField(
        label=_("About whom or what"),
        help_text=_("The reference of an account, or a type and a number as they stand in the list."),
        required=False,
        max_length=130,
        widget=forms.TextInput(attrs=_REFERENCE),
    )
    since = DayField(label=_("First day (UTC)"))
    until = DayField(label=_("Last day (UTC)"))

    def __init__(self, *args: Any, actions: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", ""), *((code, code) for code in actions)]  # type: ignore[attr-defined]

    def clean_by(self) -> str:
        """Return a reference as it is kept."""
        text = self.cleaned_data["by"]
        return text if text in ("", "system") else _reference(text)

    def clean_about(self) -> str:
        """Return a reference as it is kept, or a type and a key."""
        text = self.cleaned_data["about"]
        return text if not text or _THING.fullmatch(text) else _reference(text)

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return cleaned


def _reference(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValidationError(_("This is no reference of the list.")) from error


class TermsForm(forms.Form):
    """A new version of the terms: one text a language, rules separated by empty lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[language.code] = _text(
                language.native_name,
                "",
                _("Write the terms in this language."),
                20_000,
                widget=forms.Textarea(attrs={"rows": 8, "lang": language.code, "dir": language.direction}),
            )
