"""There is one way in: allauth's log-in, and behind it a second factor (security items 8, 9, 28; section 1.1).

The addresses are those of production, walked from the resolver: an address that is new is tested, too.
"""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, resolve, reverse

from hub.core.enums import Role
from tests.factories.people import PASSWORD, add_app, make_member, sign_in_member
from tests.security.addresses import addresses, patterns_below

pytestmark = pytest.mark.django_db


def everything_a_log_in_may_ask(email: str) -> dict[str, str]:
    names = {"login", "username", "email", "user", "auth-username", "identification"}
    secrets = {"password", "password1", "password2", "auth-password", "oldpassword"}
    return (
        dict.fromkeys(names, email)
        | dict.fromkeys(secrets, PASSWORD)
        | {"role": "administrator", "next": "/en/"}
    )


def ways_in(email: str) -> set[str]:
    """Try each address with the right password, and return the names of those that opened a session."""
    opened = set()
    for path, name in addresses().items():
        for method in ("get", "post"):
            cache.clear()
            client = Client(raise_request_exception=False)
            getattr(client, method)(path, everything_a_log_in_may_ask(email), follow=False)
            if "_auth_user_id" in client.session:
                opened.add(name)
    return opened


def test_the_walk_reaches_nearly_every_view(production_addresses) -> None:
    """Otherwise the laws below would say little."""
    patterns = [pattern for _, pattern in patterns_below(get_resolver())]
    found = addresses()
    assert len(patterns) > 250
    assert len(found) >= 0.95 * len({id(pattern.callback) for pattern in patterns})
    assert {"account_login", "mfa_authenticate", "home", "wagtailadmin_home"} <= set(found.values())


def test_with_a_second_factor_no_address_opens_a_session_for_a_password(production_addresses) -> None:
    """Item 9, section 1.1: sixty of sixty such tries went through Wagtail's own doors."""
    member = make_member(Role.EDITOR, password=PASSWORD)
    add_app(member)
    assert ways_in(member.email) == set()


def test_without_a_second_factor_only_the_log_in_opens_one(production_addresses) -> None:
    """Item 9: and it leads to nothing but adding a factor."""
    assert ways_in(make_member(Role.EDITOR, password=PASSWORD).email) == {"account_login"}


PUBLIC = {
    "home",
    "wagtail_serve",
    "healthz",
    "readyz",
    "robots",
    "sitemap",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_enrol",
    "account_enrol_password",
    "account_enrol_strength",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "join",
    "join_question",
    "join_code",
    "join_check",
    "join_document",
    "join_later",
    "join_return",
    "join_status",
    "join_terms",
    "join_withdraw",
}


def test_strangers_are_sent_away_from_every_other_address(production_addresses) -> None:
    """Item 28: default deny. Whoever adds an address for everybody adds it here as well."""
    answered = set()
    client = Client(raise_request_exception=False)
    for path, name in addresses().items():
        response = client.get(path)
        is_closed = response.status_code == 404 and getattr(resolve(path).func, "closed", False)
        if not is_closed and "/account/login/?next=" not in response.get("Location", ""):
            answered.add(name)
    assert answered <= PUBLIC, answered - PUBLIC
    assert {"home", "account_login", "healthz"} <= answered


def test_a_member_without_a_role_finds_no_editors_desk(production_addresses) -> None:
    """Item 28."""
    client = Client(raise_request_exception=False)
    sign_in_member(client)
    desk = [path for path in addresses() if path.startswith("/cms/") and path != "/cms/logout/"]
    assert len(desk) > 150
    assert {client.get(path).status_code for path in desk} == {404}


@pytest.mark.parametrize(
    "path",
    [
        "/cms/login/",
        "/cms/login",
        "/cms/login/?next=/cms/",
        "/cms/password_reset/",
        "/cms/password_reset/done/",
        "/cms/password_reset/confirm/MQ/x/",
        "/cms/failwhale/",
        "/en/_util/login/",
        "/en/_util/authenticate_with_password/1/1/",
        "/_util/login/",
        "/en/account/signup/",
        "/en/account/password/reset/",
    ],
)
def test_closed_doors_are_closed_to_everybody(production_addresses, path: str) -> None:
    """Sections 1.1 and 1.2."""
    editor = Client()
    sign_in_member(editor, Role.EDITOR)
    for client in (Client(), editor):
        assert client.get(path).status_code == 404
        assert client.post(path, everything_a_log_in_may_ask("a@police.example")).status_code == 404


@pytest.mark.parametrize("name", ["demo", "styleguide"])
def test_production_has_no_demonstration(production_addresses, name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)
    assert not [path for path in addresses() if re.search(r"/(demo|styleguide)/", path)]
