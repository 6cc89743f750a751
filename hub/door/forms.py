"""Forms of the door: allauth's, with the hub's words, hints and limits."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as CodeForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.forms.fields import InvalidJSONInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community import api as community
from hub.core.models import User
from hub.core.passwords import MAX_LENGTH
from hub.core.plain import PlainTextField
from hub.door.adapters import SecondFactorAdapter

STRENGTH = "password-strength"
"""The id of the place on a page where it says how strong the password is."""
_EMAIL_LENGTH = 254
_CODE_LENGTH = 32
_NAME_LENGTH = 60
_CREDENTIAL_LENGTH = 20_000
_NEW_PASSWORD_HINT = _(
    "At least 15 characters. Several words that have nothing to do with each other are easy to remember and hard "
    "to guess. Pasting from a password manager works."
)


def _password_field(label: Any, autocomplete: str, hint: Any = "", required: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": required or _("Write your password.")},
    )


def _code_field(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=_CODE_LENGTH,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autocapitalize": "off",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
        error_messages={"required": _("Write the code.")},
    )


class LogInForm(LoginForm):
    """Address and password."""

    password = _password_field(_("Password"), "current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("Your e-mail address"),
            max_length=_EMAIL_LENGTH,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "dir": "ltr", "spellcheck": "false"}),
            error_messages={
                "required": _("Write your e-mail address."),
                "invalid": _("Write the whole address, such as name@police.example."),
            },
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """Return the address as it is stored."""
        return community.address_as_kept(super().clean_login())

    def _setup_password_field(self) -> None:
        """Keep the field: that nobody signs up with a password does not mean that nobody has one."""


class ConfirmPasswordForm(ReauthenticateForm):
    """The password again, before something that must not be done by whoever sits down at the machine."""

    password = _password_field(_("Password"), "current-password")


class _NewPasswordMixin(forms.Form):
    """A new password, written twice and hard to guess; while it is written the page says how strong it is."""

    user: User
    strength_route: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].widget.attrs |= {
            "hx-post": reverse(self.strength_route),
            "hx-params": "csrfmiddlewaretoken,password1",
            "hx-trigger": "input changed delay:400ms",
            "hx-target": f"#{STRENGTH}",
            "hx-sync": "this:replace",
        }

    def clean_password1(self) -> str:
        """Refuse what is easy to guess."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        data: dict[str, Any] = forms.Form.clean(self) or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same. Write the same one twice."))
        return data


class NewPasswordForm(_NewPasswordMixin, ChangePasswordForm):
    """The password of now, and a new one."""

    oldpassword = _password_field(_("Password that you have now"), "current-password")
    password1 = _password_field(
        _("New password"), "new-password", _NEW_PASSWORD_HINT, _("Write a new password.")
    )
    password2 = _password_field(
        _("New password again"), "new-password", required=_("Write the new password again.")
    )

    field_order = ["oldpassword", "password1", "password2"]
    strength_route = "account_password_strength"


class FirstPasswordForm(_NewPasswordMixin):
    """The first password of somebody who holds a one-time link."""

    password1 = _password_field(
        _("Your new password"), "new-password", _NEW_PASSWORD_HINT, _("Write a password.")
    )
    password2 = _password_field(
        _("The same password again"), "new-password", required=_("Write the password again.")
    )

    strength_route = "account_enrol_strength"

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class AuthenticateForm(CodeForm):
    """The second factor at the log-in: a code of the app, or a recovery code."""

    code = _code_field(
        _("Code"),
        _(
            "The six digits that your authenticator app shows now, or one of your recovery codes. Each works once."
        ),
    )


class AuthenticateAgainForm(CodeAgainForm):
    """The second factor again."""

    code = _code_field(_("Code"), _("The six digits that your authenticator app shows now."))


class AddAppForm(ActivateTOTPForm):
    """The first code of a new authenticator app."""

    code = _code_field(
        _("Code from the app"), _("The six digits that the app shows after you added the hub.")
    )

    def clean_code(self) -> str:
        """Accept a right code once: the one that proves the app does not open the door a second time."""
        code: str = super().clean_code()
        used = TOTP(_of(self.user))._get_used_cache_key(code)  # allauth gives no other way to name it
        if not cache.add(used, "y", timeout=60):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


def _of(user: User) -> Any:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - forms are imported before models are ready

    return Authenticator(user=user, type=Authenticator.Type.TOTP)


class RemoveAppForm(DeactivateTOTPForm):
    """Nothing to fill in: it says whether the app may be removed."""


class CredentialField(forms.JSONField):
    """What the browser's script says about a passkey."""

    def __init__(self) -> None:
        super().__init__(required=True, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        """Read it, whatever somebody has put there instead."""
        if isinstance(value, str) and len(value) > _CREDENTIAL_LENGTH:
            raise SecondFactorAdapter().validation_error("incorrect_code")
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise SecondFactorAdapter().validation_error("incorrect_code") from error

    def bound_data(self, data: Any, initial: Any) -> InvalidJSONInput:
        """Show nothing again: a credential answers one challenge."""
        return InvalidJSONInput("")


@contextmanager
def _readable_credential() -> Iterator[None]:
    """Answer a credential that is made up or wrongly signed as a wrong one: the library lets such errors out."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, InvalidSignature, struct.error) as error:
        raise SecondFactorAdapter().validation_error("incorrect_code") from error


class PasskeyLogInForm(LoginWebAuthnForm):
    """A passkey alone at the log-in."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Return whose passkey it is."""
        with _readable_credential():
            return super().clean_credential()


class PasskeyForm(AuthenticateWebAuthnForm):
    """A passkey as second factor at the log-in."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Return which passkey it is."""
        with _readable_credential():
            return super().clean_credential()


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """A passkey again."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        """Return which passkey it is."""
        with _readable_credential():
            return super().clean_credential()


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey. The credential comes from the browser's script."""

    name = PlainTextField(
        label=pgettext_lazy("of a passkey", "Name"),
        help_text=_("So that you can tell it from others, such as “key on my ring”."),
        max_length=_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone, without a password"),
        help_text=_("The device then asks for its PIN, your fingerprint or your face."),
        required=False,
    )
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        """Check what the device has answered."""
        with _readable_credential():
            data: dict[str, Any] = super().clean()
        return data


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = PlainTextField(
        label=pgettext_lazy("of a passkey", "Name"),
        max_length=_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write a name.")},
    )
