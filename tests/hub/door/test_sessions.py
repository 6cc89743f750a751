"""One's own sessions, listed and ended (security items 19, 25)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hub.core.models import AuditEntry, Session
from tests.factories.people import make_member, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/en/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"


@pytest.fixture
def member():
    return make_member()


def client_of(member, user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    sign_in(client, member)
    session = client.session
    session["door.browser"] = user_agent
    session.save()
    return client


def test_the_owner_sees_where_they_are_signed_in(member) -> None:
    here, _ = client_of(member, FIREFOX), client_of(member, CHROME)
    stranger = client_of(make_member(), FIREFOX)
    page = here.get(PAGE).content.decode()
    assert re.findall(r"<b><bdi>([^<]+)</bdi></b>", page) == ["Firefox on Windows", "Chrome on Linux"]
    assert page.count('name="session"') == 1
    assert here.session.session_key not in page
    assert stranger.get(PAGE).content.decode().count("<b><bdi>") == 1


def test_one_session_can_be_ended(member) -> None:
    here, there, third = (client_of(member, agent) for agent in (FIREFOX, CHROME, CHROME))
    name = re.search(r'name="session" value="([0-9a-f]{64})"', here.get(PAGE).content.decode())[1]
    assert here.post(PAGE, {"session": name})["Location"] == PAGE
    assert sorted(client.get("/en/catalogue/").status_code for client in (here, there, third)) == [
        200,
        200,
        302,
    ]
    assert here.get("/en/catalogue/").status_code == 200
    assert AuditEntry.objects.filter(action="sessions.ended", details={"count": 1}).exists()


def test_all_others_can_be_ended_at_once(member) -> None:
    here, there, third = (client_of(member, agent) for agent in (FIREFOX, CHROME, CHROME))
    here.post(PAGE)
    assert [client.get("/en/catalogue/").status_code for client in (here, there, third)] == [200, 302, 302]


def test_nobody_ends_the_session_of_somebody_else(member) -> None:
    """Item 29: not even with its name."""
    here, other = client_of(member, FIREFOX), client_of(make_member(), CHROME)
    name = Session.objects.exclude(user_id=member.pk).get().key_hash
    here.post(PAGE, {"session": name})
    assert other.get("/en/catalogue/").status_code == 200


def test_the_session_one_is_in_is_ended_by_logging_out_only(member) -> None:
    here = client_of(member, FIREFOX)
    here.post(PAGE, {"session": Session.objects.get().key_hash})
    assert here.get(PAGE).status_code == 200
