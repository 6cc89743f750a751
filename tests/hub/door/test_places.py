"""From where somebody signs in: a stranger's tries are not theirs, and a new place is told (security items 6, 10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hub.core import outbox
from hub.core.models import AuditEntry, User
from tests.factories.people import PASSWORD, add_app, code_of_app, make_member

pytestmark = pytest.mark.django_db

LOG_IN, CODE = "/en/account/login/", "/en/account/2fa/authenticate/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/{}.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def member(clock: time_machine.Traveller) -> User:
    """Somebody who has signed in at the office before."""
    member = make_member(password=PASSWORD)
    add_app(member)
    assert sign_in(clock, member) == 302
    assert letters() == []
    return member


def sign_in(clock, member: User, ip: str = OFFICE, browser: str = FIREFOX.format(140)) -> int:
    """Sign in with password and code; return the status of the last answer."""
    clock.shift(timedelta(seconds=40))
    client = Client(REMOTE_ADDR=ip, headers={"User-Agent": browser})
    answer = client.post(LOG_IN, {"login": member.email, "password": PASSWORD})
    if answer.status_code != 302:
        return answer.status_code
    return client.post(CODE, {"code": code_of_app()}).status_code


def fail(member: User, ip: str, times: int) -> list[int]:
    client = Client(REMOTE_ADDR=ip)
    typed = {"login": member.email, "password": "wrong-password-here"}
    return [client.post(LOG_IN, typed).status_code for _ in range(times)]


def letters() -> list[str]:
    """Send what waits; return what was sent."""
    while outbox.drain():
        pass
    return [letter.subject for letter in mail.outbox]


def test_a_flood_elsewhere_does_not_lock_out_who_signs_in_where_they_did_before(clock, member: User) -> None:
    assert fail(member, ELSEWHERE, 6)[-1] == 429
    assert sign_in(clock, member, ip="192.0.2.1") == 429
    assert sign_in(clock, member) == 302


def test_who_guesses_from_a_known_network_is_stopped_as_anywhere(clock, member: User) -> None:
    assert fail(member, OFFICE, 6)[-1] == 429
    assert sign_in(clock, member) == 429


def test_a_known_network_is_known_for_its_person_only(clock, member: User) -> None:
    other = make_member(password=PASSWORD)
    fail(other, ELSEWHERE, 6)
    assert fail(other, OFFICE, 1) == [429]


def test_a_known_network_is_forgotten_after_ninety_days(clock, member: User) -> None:
    clock.shift(timedelta(days=91))
    fail(member, ELSEWHERE, 6)
    assert sign_in(clock, member) == 429


@pytest.mark.parametrize(
    ("ip", "browser", "days", "is_told"),
    [
        (OFFICE, FIREFOX.format(140), 1, False),
        ("198.51.100.200", FIREFOX.format(144), 80, False),
        (ELSEWHERE, FIREFOX.format(140), 1, True),
        (OFFICE, CHROME, 1, True),
        (OFFICE, FIREFOX.format(140), 91, True),
    ],
    ids=["the same", "another machine of the network", "another network", "another browser", "after long"],
)
def test_the_owner_is_told_of_a_new_place(
    clock, member: User, ip: str, browser: str, days: int, is_told: bool
) -> None:
    clock.shift(timedelta(days=days))
    member.membership_valid_until = timezone.now() + timedelta(days=10)
    member.save(update_fields=["membership_valid_until"])
    assert sign_in(clock, member, ip, browser) == 302
    signed_in_at = timezone.now()
    assert letters() == ["Somebody has signed in to your account"] * is_told
    assert AuditEntry.objects.filter(action="session.new-place").count() == is_told
    for letter in mail.outbox:
        assert letter.to == [member.email]
        assert f"On {signed_in_at:%Y-%m-%d %H:%M} UTC" in letter.body
        assert not re.search(r"http|Firefox|Chrome|\d+\.\d+\.\d+", letter.body)
    assert sign_in(clock, member, ip, browser) == 302
    assert len(letters()) == is_told


def test_nothing_of_a_place_can_be_read(clock, member: User) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM hub_limits")
        keys = " ".join(row[0] for row in cursor.fetchall() if ":door:" in row[0])
    assert "door:network:" in keys
    assert "198.51" not in keys
    assert member.email not in keys
