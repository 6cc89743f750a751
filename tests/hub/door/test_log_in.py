"""The log-in: a password, then a second factor, with limits (security items 4, 6, 8, 13, 18, 22, 23, 51, 52, 57)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from community import api as community
from hub.core import sessions
from hub.core.hashers import SLOTS, hashing_slot
from hub.core.models import Session
from tests.factories.people import PASSWORD, add_app, code_of_app, make_member

pytestmark = pytest.mark.django_db

LOG_IN = "/en/account/login/"
CODE = "/en/account/2fa/authenticate/"
NOON = datetime(2026, 11, 27, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_limit_reached_before() -> None:
    """Limits are counted in the cache, which a test's transaction does not undo in every engine."""
    cache.clear()


def write_password(client: Client, email: str, password: str = PASSWORD, **data: str):
    return client.post(LOG_IN, {"login": email, "password": password, **data})


def test_password_and_code_open_the_door(client: Client) -> None:
    """Items 8 and 22: nothing is open between the two, and each step has a session key of its own."""
    member = make_member(password=PASSWORD)
    add_app(member)
    client.get("/en/catalogue/")
    response = write_password(client, member.email.upper(), next="/en/catalogue/?q=face")
    assert response["Location"] == CODE
    assert client.get("/en/catalogue/").status_code == 302
    assert "_auth_user_id" not in client.session
    before = client.session.session_key
    response = client.post(CODE, {"code": code_of_app()})
    assert response["Location"] == "/en/catalogue/?q=face"
    assert client.session.session_key != before
    assert not sessions.SessionStore().exists(before)
    assert client.get("/en/catalogue/").status_code == 200


def test_an_address_of_another_alphabet_opens_it_however_it_is_written(client: Client) -> None:
    member = make_member(email="nour@полиция.рф", password=PASSWORD)
    add_app(member)
    assert member.email == "nour@xn--h1aahle9bwd.xn--p1ai"
    for written in ("nour@полиция.рф", "Nour@ПОЛИЦИЯ.рф", member.email):
        assert write_password(client, written)["Location"] == CODE


def test_a_code_works_once(client: Client) -> None:
    """Item 18."""
    member = make_member(password=PASSWORD)
    add_app(member)
    with time_machine.travel(NOON, tick=False):
        write_password(client, member.email)
        assert client.post(CODE, {"code": code_of_app()}).status_code == 302
        other = Client()
        write_password(other, member.email)
        response = other.post(CODE, {"code": code_of_app()})
        assert response.status_code == 200
        assert "was used already" in response.content.decode()
        assert "_auth_user_id" not in other.session
    with time_machine.travel(NOON.replace(second=35), tick=False):
        assert other.post(CODE, {"code": code_of_app(NOON.timestamp())}).status_code == 200
        assert other.post(CODE, {"code": code_of_app()}).status_code == 302


def test_a_recovery_code_works_once(client: Client) -> None:
    """Item 18."""
    member = make_member(password=PASSWORD)
    add_app(member)
    codes = RecoveryCodes(
        Authenticator.objects.get(user=member, type=Authenticator.Type.RECOVERY_CODES)
    ).generate_codes()
    for person, status in ((client, 302), (Client(), 200)):
        write_password(person, member.email)
        assert person.post(CODE, {"code": codes[0]}).status_code == status
    assert client.get("/en/catalogue/").status_code == 200


def test_a_log_in_without_a_second_factor_leads_to_adding_one(client: Client) -> None:
    member = make_member(password=PASSWORD)
    assert client.get(write_password(client, member.email)["Location"])["Location"] == "/en/account/2fa/"


def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    """Item 13: status, length, headers and cookies."""
    member = make_member(password=PASSWORD)
    answers = []
    for email in (member.email, "x" * (len(member.email) - len("@police.example")) + "@police.example"):
        response = Client().post(LOG_IN, {"login": email, "password": "wrong-password-here"})
        text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
        headers = {
            name: value for name, value in response.headers.items() if name not in ("X-Request-ID", "Expires")
        }
        answers.append((response.status_code, headers, set(response.cookies), text.replace(email, "…")))
    assert answers[0] == answers[1]


def test_too_many_wrong_passwords_for_one_address_are_refused(client: Client) -> None:
    """Item 6: the sixth within five minutes, from wherever it comes, even with the right password."""
    member = make_member(password=PASSWORD)
    add_app(member)
    for number in range(5):
        response = client.post(
            LOG_IN,
            {"login": member.email, "password": "wrong-password-here"},
            REMOTE_ADDR=f"203.0.113.{number}",
        )
        assert response.status_code == 200
    response = client.post(LOG_IN, {"login": member.email, "password": PASSWORD}, REMOTE_ADDR="198.51.100.1")
    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert "Too many requests" in response.content.decode()
    other = make_member(password=PASSWORD)
    assert write_password(client, other.email).status_code == 302


@pytest.mark.parametrize(
    "addresses", [["203.0.113.7"], [f"2001:db8:1:2::{n:x}" for n in range(1, 12)]], ids=["ip", "/64"]
)
def test_too_many_wrong_passwords_from_one_place_are_refused(client: Client, addresses: list[str]) -> None:
    """Item 6: the eleventh within a minute, whatever the address of the account."""
    statuses = [
        client.post(
            LOG_IN,
            {"login": f"nobody-{number}@police.example", "password": "wrong-password-here"},
            REMOTE_ADDR=addresses[number % len(addresses)],
        ).status_code
        for number in range(11)
    ]
    assert statuses == [200] * 10 + [429]


def test_a_made_up_forwarding_header_does_not_move_the_limit(client: Client) -> None:
    """Item 52."""
    statuses = [
        client.post(
            LOG_IN,
            {"login": f"nobody-{number}@police.example", "password": "wrong-password-here"},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"},
        ).status_code
        for number in range(11)
    ]
    assert statuses[-1] == 429


def test_too_many_wrong_codes_are_refused(client: Client) -> None:
    """Item 6."""
    member = make_member(password=PASSWORD)
    add_app(member)
    write_password(client, member.email)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    assert "Too many attempts" in client.post(CODE, {"code": code_of_app()}).content.decode()
    assert "_auth_user_id" not in client.session


def test_when_too_many_passwords_are_checked_at_once_others_wait(client: Client, monkeypatch) -> None:
    """Item 6: a cap on what is done at the same time, which ends with the flood."""
    monkeypatch.setattr("hub.core.hashers.PATIENCE", 0.05)
    member = make_member(password=PASSWORD)
    slots = [hashing_slot() for _ in range(SLOTS)]
    for slot in slots:
        slot.__enter__()
    try:
        response = write_password(client, member.email)
    finally:
        for slot in slots:
            slot.__exit__(None, None, None)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "The hub is busy" in response.content.decode()
    assert response["X-Request-ID"] in response.content.decode()
    assert write_password(client, member.email).status_code == 302


def test_a_suspended_person_is_turned_away_without_a_session(client: Client) -> None:
    member = make_member(password=PASSWORD)
    add_app(member)
    community.suspend_member(member, by=None, reason="rules")
    assert write_password(client, member.email)["Location"] == "/en/account/inactive/"
    assert client.get("/en/account/inactive/").status_code == 200
    assert client.get(CODE).status_code == 302
    assert not Session.objects.filter(user_id=member.pk).exists()


def test_log_out_takes_a_form_and_ends_the_session(client: Client) -> None:
    """Items 23 and 57."""
    member = make_member(password=PASSWORD)
    add_app(member)
    write_password(client, member.email)
    client.post(CODE, {"code": code_of_app()})
    key = client.session.session_key
    assert client.get("/en/account/logout/").status_code == 200
    assert client.get("/en/catalogue/").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/en/account/logout/").status_code == 403
    response = client.post("/en/account/logout/")
    assert (response["Location"], response["Clear-Site-Data"]) == ("/en/", '"cache", "storage"')
    client.cookies["sessionid"] = key
    assert client.get("/en/catalogue/").status_code == 302


def test_the_editors_desk_logs_out_by_the_same_door(client: Client) -> None:
    """Wagtail's own answers GET with 405 and deletes the cookie all the same."""
    from hub.core.enums import Role
    from tests.factories.people import sign_in_member

    sign_in_member(client, Role.EDITOR)
    assert client.get("/cms/logout/").status_code == 405
    assert client.get("/cms/").status_code == 200
    assert client.post("/cms/logout/")["Location"] == "/en/"
    assert client.get("/cms/").status_code == 302


def test_a_form_posted_by_a_plain_browser_is_accepted(client: Client) -> None:
    """Item 50: with the token, on HTTPS, under Referrer-Policy same-origin; without it, refused with a page."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(LOG_IN, secure=True)
    assert page["Referrer-Policy"] == "same-origin"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    data = {"login": "a@police.example", "password": "wrong-password-here", "csrfmiddlewaretoken": token}
    referer = {"Referer": "https://testserver/en/account/login/"}
    assert strict.post(LOG_IN, data, secure=True, headers=referer).status_code == 200
    assert strict.post(LOG_IN, data, secure=True).status_code == 403
    del data["csrfmiddlewaretoken"]
    response = strict.post(LOG_IN, data, secure=True, headers=referer)
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_a_form_of_another_site_is_refused(client: Client) -> None:
    """Item 50: whatever token it has."""
    response = client.post(LOG_IN, {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def test_fields_say_what_they_are_and_allow_pasting(client: Client) -> None:
    """Item 4."""
    html = client.get(LOG_IN).content.decode()
    assert re.search(r'<input type="email" name="login" [^>]*autocomplete="username"', html)
    assert re.search(r'<input type="password" name="password" [^>]*autocomplete="current-password"', html)
    assert "onpaste" not in html
    assert "remember" not in html


def test_errors_are_said_in_the_title_and_at_the_field(client: Client) -> None:
    html = write_password(client, "nobody", "").content.decode()
    assert "<title>Error: Sign in" in html
    assert '<a href="#id_login">Write the whole address' in html
    assert 'aria-invalid="true"' in html
    assert PASSWORD not in html


def test_the_password_never_comes_back(client: Client) -> None:
    html = write_password(client, "nobody@police.example", "a-secret-nobody-sees").content.decode()
    assert "a-secret-nobody-sees" not in html
