"""What must hold before the hub answers anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, reverse

_DEMONSTRATION_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
_NEVER_INSTALLED = {
    "django.contrib.admin": "its log-in asks for no second factor",
    "allauth.usersessions": "it keeps session keys in clear",
    "allauth.headless": "its log-in is not behind this door",
    "allauth.socialaccount": "nobody vets who comes through it",
    "allauth.idp.oidc": "the hub vouches for nobody elsewhere",
    "wagtail.contrib.forms": "members send nothing that nobody has looked at",
    "wagtail.contrib.simple_translation": "its rights were wrong once, and the hub has its own desk",
}
_OFF = (
    "ACCOUNT_LOGIN_BY_CODE_ENABLED",
    "ACCOUNT_LOGOUT_ON_GET",
    "ACCOUNT_SESSION_REMEMBER",
    "MFA_PASSKEY_SIGNUP_ENABLED",
    "MFA_TRUST_ENABLED",
    "WAGTAIL_EMAIL_MANAGEMENT_ENABLED",
    "WAGTAIL_PASSWORD_MANAGEMENT_ENABLED",
    "WAGTAIL_PASSWORD_RESET_ENABLED",
    "WAGTAILUSERS_PASSWORD_ENABLED",
)
_ORDER = (
    "hub.door.headers.HeadersMiddleware",
    "hub.door.requests.RequestShapeMiddleware",
    "hub.door.sessions.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.door.errors.ErrorPageMiddleware",
    "hub.door.gate.GateMiddleware",
)


@register(Tags.security)
def demonstration_stays_on_this_machine(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The demonstration exists with demo settings only, and answers to this machine's own names only."""
    found: list[CheckMessage] = []
    if settings.DEMO:
        if not set(settings.ALLOWED_HOSTS) <= _DEMONSTRATION_HOSTS:
            found.append(Error("Demo settings answer to this machine's own names only.", id="hub.door.E001"))
        return found
    if apps.is_installed("hub.demo") or _has_route("demo"):
        found.append(Error("The demonstration must not exist without demo settings.", id="hub.door.E002"))
    if _has_route("styleguide"):
        found.append(Error("The gallery must not exist without demo settings.", id="hub.door.E003"))
    return found


@register(Tags.security)
def doors_are_closed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """No way in but allauth's log-in with a second factor, and the gate stands where it sees who comes."""
    found: list[CheckMessage] = [
        Error(f"{name} must not be installed: {reason}.", id="hub.door.E010")
        for name, reason in _NEVER_INSTALLED.items()
        if apps.is_installed(name)
    ]
    found += [
        Error(f"{name} must be False.", id="hub.door.E011")
        for name in _OFF
        if getattr(settings, name, None) is not False
    ]
    if settings.MFA_TOTP_TOLERANCE != 0:
        found.append(Error("MFA_TOTP_TOLERANCE must be 0: a code works once.", id="hub.door.E012"))
    if settings.MFA_WEBAUTHN_USER_VERIFICATION != "required":
        found.append(Error("A passkey must ask who holds it.", id="hub.door.E013"))
    if settings.SESSION_ENGINE != "hub.core.sessions":
        found.append(Error("Sessions must be kept hashed and encrypted.", id="hub.door.E014"))
    places = [settings.MIDDLEWARE.index(name) if name in settings.MIDDLEWARE else -1 for name in _ORDER]
    if -1 in places or places != sorted(places):
        found.append(Error("The door's middleware is missing or out of order.", id="hub.door.E015"))
    limits = str(settings.CACHES["default"]["BACKEND"])
    if limits.endswith(("LocMemCache", "DummyCache")):
        found.append(Error("Limits need a cache that all processes share.", id="hub.door.E016"))
    return found


def _has_route(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
