"""One's own sessions, listed and ended (security items 19, 25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalogue.models import FactReport
from hub.core.models import AuditEntry, Session, User
from tests.factories.catalogue import ToolFactory
from tests.factories.people import PASSWORD, SEED, add_app, make_member, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/en/account/sessions/"
FORM = "application/x-www-form-urlencoded"
TYPED = urlencode({"group": "identity", "text": "The vendor has another name now."})
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


def test_only_who_ends_a_session_takes_its_cookie_away(member) -> None:
    """What was still under way at a log-in is answered after it, and comes with the session that was before."""
    late, here = Client(), client_of(member, FIREFOX)
    late.cookies["sessionid"] = here.session.session_key
    here.post("/en/account/logout/")
    assert here.cookies["sessionid"].value == ""
    for answer in (late.get("/en/account/login/"), late.get("/en/catalogue/"), late.post(PAGE)):
        assert "sessionid" not in answer.cookies
    assert late.get("/en/catalogue/").status_code == 302


class TestIdle:
    """Item 21, at the door."""

    HALF_AN_HOUR = timedelta(minutes=30)

    @pytest.fixture
    def clock(self) -> Iterator[time_machine.Traveller]:
        cache.clear()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            yield clock

    def test_half_an_hour_without_a_step_ends_a_session(self, clock) -> None:
        member = make_member()
        busy, idle = client_of(member, FIREFOX), client_of(member, CHROME)
        for _ in range(3):
            clock.shift(self.HALF_AN_HOUR / 2)
            assert busy.get("/en/catalogue/").status_code == 200
        answer = idle.get("/en/catalogue/")
        assert answer["Location"] == "/en/account/login/?next=%2Fen%2Fcatalogue%2F"
        assert "Your session has ended" in idle.get(answer["Location"]).content.decode()
        assert "Your session has ended" not in Client().get(answer["Location"]).content.decode()

    def test_nobody_stays_longer_than_twelve_hours(self, clock) -> None:
        client = client_of(make_member(), FIREFOX)
        for _ in range(36):
            clock.shift(timedelta(minutes=20) - timedelta(seconds=1))
            assert client.get("/en/catalogue/").status_code == 200
        clock.shift(timedelta(minutes=1))
        assert client.get("/en/catalogue/").status_code == 302

    def test_what_was_typed_is_there_again_for_whoever_typed_it(self, clock) -> None:
        tool = ToolFactory()
        place = f"/en/catalogue/{tool.slug}/report/"
        member, other = make_member(password=PASSWORD), make_member(password=PASSWORD)
        for person in (member, other):
            add_app(person)
        for whoever, sees in ((other, False), (member, True)):
            client = client_of(member, FIREFOX)
            clock.shift(self.HALF_AN_HOUR)
            answer = client.post(place, TYPED, content_type=FORM)
            assert answer["Location"] == f"/en/account/login/?next={quote(place, safe='')}"
            assert not FactReport.objects.exists()
            assert come_in(client, whoever, answer["Location"], clock) == place
            page = client.get(place).content.decode()
            assert ("The vendor has another name now." in page) == sees
            assert "The vendor has another name now." not in client.get(place).content.decode()

    def test_of_a_stranger_nothing_is_kept(self, clock) -> None:
        tool = ToolFactory()
        client = Client()
        client.get("/en/account/login/")
        client.post(f"/en/catalogue/{tool.slug}/report/", TYPED, content_type=FORM)
        assert "kept form" not in client.session
        ended = client_of(make_member(), FIREFOX)
        Session.objects.all().delete()
        ended.post(f"/en/catalogue/{tool.slug}/report/", TYPED, content_type=FORM)
        assert "kept form" not in ended.session


def come_in(client: Client, person: User, log_in: str, clock: time_machine.Traveller) -> str:
    """Sign in with password and code, as a browser does; return where that leads."""
    clock.shift(timedelta(minutes=1))
    wanted = parse_qs(urlsplit(log_in).query)["next"][0]
    client.get(log_in)
    client.post(log_in, {"login": person.email, "password": PASSWORD, "next": wanted})
    code = format_hotp_value(hotp_value(SEED, int(timezone.now().timestamp()) // 30))
    return client.post("/en/account/2fa/authenticate/", {"code": code})["Location"]
