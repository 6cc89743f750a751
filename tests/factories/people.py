"""Real people for tests, made by the actions of the community, and ways to sign them in."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import count

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from community import api as community
from hub.core.enums import Role
from hub.core.models import User

PASSWORD = "plum-trolley-9-anvil"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_numbers = count(1)


def make_account(
    email: str = "", *, password: str = "", name: str = "Nour Example", language: str = "en"
) -> User:
    """Make an account without any right, with a checked address; with a password if one is given."""
    user = community.create_account(
        email or f"officer-{next(_numbers)}@police.example", by=None, name=name, language=language
    )
    if password:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def make_member(*roles: Role, languages: tuple[str, ...] = ("fr",), **account: str) -> User:
    """Make a member, valid for a year, with these roles; a translator has `languages`."""
    user = make_account(**account)
    community.grant_membership(user, by=None, valid_until=timezone.now() + timedelta(days=365))
    for role in roles:
        community.grant_role(user, role, by=None, languages=languages if role == Role.TRANSLATOR else ())
    return user


def add_app(user: User) -> Authenticator:
    """Give somebody an authenticator app with the key SEED, and recovery codes."""
    app = TOTP.activate(user, SEED).instance
    RecoveryCodes.activate(user)
    return app


def code_of_app(moment: float | None = None, *, key: str = SEED) -> str:
    """Return what the app with a key shows."""
    return format_hotp_value(hotp_value(key, int(moment or time.time()) // 30))


def sign_in(client: Client, user: User) -> User:
    """Give the client a session in which the person has proved a second factor, as after a real log-in."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first() or add_app(user)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "at": time.time(), "id": app.pk, "type": "totp"},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return user


def sign_in_member(client: Client, *roles: Role, **account: str) -> User:
    """Make a member with these roles and sign them in."""
    return sign_in(client, make_member(*roles, **account))


def is_address_checked(user: User) -> bool:
    """Tell whether somebody's address counts as checked."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()
