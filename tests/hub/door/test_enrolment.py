"""The one-time link, from the command line to the first page (security items 7, 8, 14, 17)."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from community import api as community
from community.models import EnrolmentLink
from hub.core.models import AuditEntry, User
from tests.factories.people import make_account, sign_in_member

pytestmark = pytest.mark.django_db
real_transactions = pytest.mark.django_db(
    transaction=True, serialized_rollback=True
)  # allauth tells of a new factor after the commit

NEW_PASSWORD = "otter-lamp-71-quilt"
STRENGTH, STRENGTH_OF_CHANGE = "/en/account/enrol/strength/", "/en/account/password/strength/"


@pytest.fixture(autouse=True)
def no_limit_reached_before() -> None:
    cache.clear()


def link_from_the_command_line(email: str = "first@police.example") -> str:
    out = StringIO()
    call_command("create_administrator", email, stdout=out)
    return re.search(r"https?://[^/]+(/en/account/enrol/[\w-]+/)", out.getvalue())[1]


def choose(client: Client, password: str = NEW_PASSWORD):
    return client.post("/en/account/enrol/", {"password1": password, "password2": password})


@real_transactions
def test_the_link_leads_an_administrator_all_the_way_in(client: Client) -> None:
    """Items 8 and 14: link, button, password, second factor, hub."""
    link = link_from_the_command_line()
    assert client.get(link).status_code == 200
    assert client.post(link)["Location"] == "/en/account/enrol/"
    assert client.get("/en/account/enrol/").status_code == 200
    assert "easy to guess" in choose(client, "passwordpassword").content.decode()
    assert choose(client)["Location"] == "/en/account/2fa/"
    assert client.get("/en/catalogue/")["Location"] == "/en/account/2fa/"
    page = client.get("/en/account/2fa/totp/activate/").content.decode()
    key = re.search(r'<code dir="ltr">([A-Z2-7]+)</code>', page)[1]
    code = format_hotp_value(hotp_value(key, int(timezone.now().timestamp()) // 30))
    assert client.post("/en/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert client.get("/en/catalogue/").status_code == 200
    administrator = User.objects.get(email="first@police.example")
    assert [grant.role for grant in administrator.role_grants.all()] == ["administrator"]
    assert timedelta(days=364) < administrator.membership_valid_until - timezone.now() < timedelta(days=366)


def test_whoever_chooses_a_password_is_told_how_strong_it_is(client: Client) -> None:
    """Item 2: and only whoever opened a link, or is signed in, has somebody to ask about."""
    typed = {"password1": "passwordpassword", "password2": "", "oldpassword": ""}
    assert client.post(STRENGTH, typed).status_code == 404
    client.post(link_from_the_command_line())
    page = client.post(STRENGTH, typed).content.decode()
    assert "easy to guess" in page
    assert "passwordpassword" not in page
    assert "very hard to guess" in client.post(STRENGTH, {"password1": NEW_PASSWORD}).content.decode()
    assert client.post(STRENGTH, {"password1": ""}).content.decode().strip() == ""
    assert client.post(STRENGTH, {"password1": "x" * 100_000}).status_code == 200
    assert client.get(STRENGTH).status_code == 405
    assert choose(client)["Location"] == "/en/account/2fa/"
    assert client.post(STRENGTH, typed)["Location"] == "/en/account/2fa/"


def test_a_password_that_is_changed_is_judged_for_its_owner(client: Client) -> None:
    """Item 5."""
    sign_in_member(client, name="Grace Wanjiru")
    of_owner = {"password1": "Grace Wanjiru Grace"}
    assert "too similar to your name" in client.post(STRENGTH_OF_CHANGE, of_owner).content.decode()
    assert Client().post(STRENGTH_OF_CHANGE, of_owner)["Location"].startswith("/en/account/login/")


def test_opening_the_link_does_nothing(client: Client) -> None:
    """Item 14: mail programs open links before people do."""
    link = link_from_the_command_line()
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert Client().get("/en/account/enrol/").status_code == 404
    assert EnrolmentLink.objects.get().used_at is None
    assert client.post(link).status_code == 302


def test_the_link_works_once(client: Client) -> None:
    """Item 14: whoever is second finds it used."""
    link = link_from_the_command_line()
    second = Client()
    for person in (client, second):
        person.post(link)
    assert choose(client).status_code == 302
    assert choose(second, "seven-maple-tunnel-9").status_code == 404
    assert Client().get(link).status_code == 404
    assert User.objects.get(email="first@police.example").check_password(NEW_PASSWORD)


def test_the_link_works_for_a_day(client: Client) -> None:
    """Item 14."""
    link = link_from_the_command_line()
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert client.post(link).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert client.get(link).status_code == 404
        assert choose(client).status_code == 404


def test_the_token_is_long_and_kept_nowhere(client: Client) -> None:
    """Items 14 and 19."""
    token = link_from_the_command_line().rstrip("/").rpartition("/")[2]
    assert len(token) == 43  # 256 bits
    row = EnrolmentLink.objects.get()
    assert token not in (row.token_hash, *map(str, AuditEntry.objects.values_list("details", flat=True)))
    assert Client().get(f"/en/account/enrol/{row.token_hash[:43]}/").status_code == 404


def test_a_newer_link_replaces_the_older(client: Client) -> None:
    first = link_from_the_command_line()
    second = link_from_the_command_line()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    client.post(second)
    choose(client)
    with pytest.raises(CommandError, match="has a password already"):
        link_from_the_command_line()


def test_a_bad_address_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="valid email address"):
        call_command("create_administrator", "nobody")


def test_using_a_link_signs_out_whoever_was_signed_in_here(client: Client) -> None:
    member = sign_in_member(client)
    client.post(link_from_the_command_line())
    assert "_auth_user_id" not in client.session
    choose(client)
    assert client.session["_auth_user_id"] != str(member.pk)


def test_links_cannot_be_tried_by_the_thousand(client: Client) -> None:
    statuses = [client.post(f"/en/account/enrol/{'x' * 43}/").status_code for _ in range(21)]
    assert statuses == [404] * 20 + [429]


def test_the_page_of_the_password_is_not_for_the_session_of_another(client: Client) -> None:
    """Item 17: nobody chooses a password for somebody else with a session alone."""
    make_account()
    sign_in_member(client)
    assert client.get("/en/account/enrol/").status_code == 404
    assert choose(client).status_code == 404


def test_there_is_no_account_that_nobody_made() -> None:
    """Item 7: migrations alone make none."""
    assert not User.objects.exists()


def test_a_suspended_person_cannot_come_in_by_a_link(client: Client) -> None:
    link = link_from_the_command_line()
    community.suspend_member(User.objects.get(), by=None, reason="other")
    client.post(link)
    assert choose(client)["Location"] == "/en/account/inactive/"
    assert "_auth_user_id" not in client.session
