"""How allauth behaves at this door."""

from __future__ import annotations

from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from hub.core.actions.sessions import note_new_place
from hub.core.crypto import decrypt, encrypt
from hub.core.enums import MembershipState
from hub.core.models import User
from hub.core.requests import is_own_path
from hub.door.places import is_known_network, network_of, note_place
from hub.views import errors

_PURPOSE = "second factor"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed, redirects stay here, and a limit that was reached is answered as one."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("Write the password that you have now."),
        "incorrect_code": _("This code is not right, or it was used already. Wait for the next one."),
        "account_inactive": _("This account cannot be used at the moment."),
        "too_many_login_attempts": _("Too many attempts. Try again in a few minutes."),
        "rate_limited": _("Too many attempts. Try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are made by people who vet, not by whoever asks."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Tell whether a redirect stays in the hub: a plain path of this host."""
        return is_own_path(url)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Tell whether a script asks: only the passkey's challenge is given as JSON."""
        match = request.resolver_match
        is_challenge = match is not None and match.url_name == "mfa_login_webauthn"
        return is_challenge and request.method == "GET" and super().is_ajax(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse, before the password is hashed, whoever has failed too often."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(errors.too_many_requests(request)) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Whoever signs in from where they did before has tries of their own, which no stranger uses up."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        address = str(credentials.get("email", ""))
        return f"{key}:{network_of(request)}" if is_known_network(request, address) else key

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in; the owner is told of a log-in from where there was none for long."""
        assert isinstance(user, User)
        is_first = user.last_login is None
        super().login(request, user)
        if not note_place(request, user.email) and not is_first:
            note_new_place(user)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Turn away who is suspended before there is a session."""
        if isinstance(user, User) and user.membership_state == MembershipState.SUSPENDED:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def respond_email_verification_sent(
        self, request: HttpRequest, user: AbstractBaseUser | None
    ) -> HttpResponse:
        """An address that nobody has checked cannot be used; whoever lets people in checks it."""
        return headed_redirect_response("account_inactive")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: what allauth would tell, the letters of `hub.door.letters` tell through the outbox."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted, the QR code is drawn inline, and the last factor cannot be removed."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _(
            "This is your only second factor. Add another one before you remove it."
        ),
        "unverified_email": _("Nobody has checked your address yet, so no second factor can be added."),
    }

    def encrypt(self, text: str) -> str:
        """Return the seed of an authenticator as it may stand in the database."""
        return encrypt(text.encode(), purpose=_PURPOSE).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the seed of an authenticator."""
        return decrypt(encrypted_text.encode(), purpose=_PURPOSE).decode()

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code as SVG without a style, which the content security policy would refuse."""
        code = segno.make(url, error="m", micro=False)
        width, height = code.symbol_size(scale=1, border=4)
        path = " ".join(
            f"M{x} {y}h1v1h-1z"
            for y, row in enumerate(code.matrix_iter(scale=1, border=4))
            for x, dark in enumerate(row)
            if dark
        )
        return format_html(
            '<svg viewBox="0 0 {} {}" width="220" height="220" role="img" aria-label="{}" shape-rendering="crispEdges">'
            '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>',
            width,
            height,
            gettext("QR code for your authenticator app"),
            width,
            height,
            mark_safe(path),  # noqa: S308 - made of numbers
        )

    def get_totp_issuer(self) -> str:
        """Return the name under which the app lists the code. Neutral, for others may see the telephone."""
        return settings.WAGTAIL_SITE_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return who asks for a passkey."""
        return {
            "id": context.request.get_host().partition(":")[0],
            "name": settings.WAGTAIL_SITE_NAME,
        }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Tell whether another second factor remains; recovery codes alone are none."""
        return (
            authenticator.type == Authenticator.Type.RECOVERY_CODES
            or Authenticator.objects.filter(user_id=authenticator.user_id)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .exclude(pk=authenticator.pk)
            .exists()
        )

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002 - allauth's
        """Return a name for a new passkey."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return pgettext("name of a passkey", "Passkey %(number)s") % {"number": number}
