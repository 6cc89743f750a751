"""What somebody finds who has a copy of the database (security item 19)."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client

from hub.core import sessions
from hub.core.crypto import InvalidToken, decrypt, encrypt
from hub.core.models import Session
from tests.factories.people import PASSWORD, SEED, add_app, code_of_app, make_member

pytestmark = pytest.mark.django_db


def everything_in_the_database() -> str:
    """Return all rows of all tables as text, bytes as what they spell."""
    values = (
        value
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.all().values()
        for value in row.values()
    )
    found = (
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for value in values
    )
    return "\n".join(found)


def test_a_copy_of_the_database_opens_nothing(client: Client) -> None:
    """Neither keys of sessions nor what is in them, neither seeds nor codes nor passwords."""
    cache.clear()
    member = make_member(password=PASSWORD)
    add_app(member)
    client.get("/en/account/login/")
    client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    half_way = everything_in_the_database()
    code = code_of_app()
    client.post("/en/account/2fa/authenticate/", {"code": code})
    assert client.get("/en/catalogue/").status_code == 200
    key = client.session.session_key
    inside = everything_in_the_database()
    for text in (half_way, inside):
        for secret in (
            key,
            SEED,
            PASSWORD,
            "account_authentication_methods",
            "_auth_user_hash",
            "account_login",
        ):
            assert secret not in text
    assert Session.objects.count() == 1
    assert not [row for row in Session.objects.all() if row.key_hash == key]
    assert re.search(r"argon2\$argon2id", inside)


def test_a_session_row_cannot_be_put_under_another_key_or_changed(client: Client) -> None:
    member = make_member()
    client.force_login(member)
    row = Session.objects.get()
    payload = bytes(row.payload)
    with pytest.raises(InvalidToken):
        decrypt(payload, purpose="second factor")
    row.payload = payload[:-4] + b"AAA="
    row.save()
    assert sessions.SessionStore(client.session.session_key).load() == {}


def test_keys_are_long_and_new_each_time() -> None:
    """Item 22: 32 characters of 36 are 165 bits."""
    keys = set()
    for _ in range(50):
        store = sessions.SessionStore()
        store.create()
        keys.add(store.session_key)
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}


def test_the_same_content_is_never_stored_the_same() -> None:
    assert encrypt(b"same", purpose="session") != encrypt(b"same", purpose="session")


def test_an_ended_session_does_not_come_back() -> None:
    """Item 23: a request that was under way when it ended saves nothing."""
    store = sessions.SessionStore()
    store.create()
    late = sessions.SessionStore(store.session_key)
    late["x"] = 1
    store.delete()
    with pytest.raises(sessions.UpdateError):
        late.save()
    assert not Session.objects.exists()
