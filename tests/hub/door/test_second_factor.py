"""Adding, changing and removing a second factor (security items 8, 15, 18, 19, 20, 22, 27)."""

from __future__ import annotations

import html
import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hub.core import outbox
from hub.core.models import AuditEntry, Session
from tests.factories.people import PASSWORD, SEED, add_app, code_of_app, make_member, sign_in

pytestmark = pytest.mark.django_db
real_transactions = pytest.mark.django_db(
    transaction=True, serialized_rollback=True
)  # allauth tells of a new factor after the commit

ADD_APP = "/en/account/2fa/totp/activate/"
NOON = datetime(2026, 11, 27, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_limit_reached_before() -> None:
    cache.clear()


def signed_in_with_password_only(client: Client):
    """Sign somebody in who has no second factor, and confirm the password as the page asks."""
    member = make_member(password=PASSWORD)
    client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    return member


def confirm_password(client: Client, wanted: str) -> str:
    response = client.get(wanted)
    assert response["Location"].startswith("/en/account/reauthenticate/?next=")
    return client.post(response["Location"], {"password": PASSWORD, "next": wanted})["Location"]


def key_on(page: str) -> str:
    return re.search(r'<code dir="ltr">([A-Z2-7]+)</code>', page)[1]


def code_for(key: str, moment: float) -> str:
    return format_hotp_value(hotp_value(key, int(moment) // 30))


@real_transactions
def test_adding_an_app_opens_the_door_at_once_and_shows_recovery_codes_once(client: Client) -> None:
    """Items 8, 18 and 22: the first code is the proof, under a new session key, and works once."""
    with time_machine.travel(NOON, tick=False):
        member = signed_in_with_password_only(client)
        assert confirm_password(client, ADD_APP) == ADD_APP
        page = client.get(ADD_APP).content.decode()
        key, before = key_on(page), client.session.session_key
        code = code_for(key, NOON.timestamp())
        assert client.post(ADD_APP, {"code": "000000" if code != "000000" else "000001"}).status_code == 200
        response = client.post(ADD_APP, {"code": code})
        assert response["Location"] == "/en/account/2fa/recovery-codes/"
        assert client.session.session_key != before
        shown = client.get(response["Location"]).content.decode()
        codes = re.findall(r"<code>(\d{8})</code>", shown)
        assert len(codes) == 10
        again = client.get(response["Location"]).content.decode()
        assert not re.search(r"<code>\d{8}</code>", again)
        assert client.get("/en/catalogue/").status_code == 200
        other = Client()
        other.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
        assert other.post("/en/account/2fa/authenticate/", {"code": code}).status_code == 200
        assert other.post("/en/account/2fa/authenticate/", {"code": codes[3]}).status_code == 302
    kinds = AuditEntry.objects.filter(action="second-factor.added").values_list("details", flat=True)
    assert {entry["kind"] for entry in kinds} == {"totp", "recovery_codes"}


@real_transactions
def test_sessions_from_before_the_second_factor_end(client: Client) -> None:
    """Item 8."""
    with time_machine.travel(NOON, tick=False):
        member = signed_in_with_password_only(client)
        other = Client()
        other.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
        assert Session.objects.filter(user_id=member.pk).count() == 2
        confirm_password(client, ADD_APP)
        key = key_on(client.get(ADD_APP).content.decode())
        client.post(ADD_APP, {"code": code_for(key, NOON.timestamp())})
    assert Session.objects.filter(user_id=member.pk).count() == 1
    assert other.get("/en/account/2fa/")["Location"].startswith("/en/account/login/")


def test_the_seed_and_the_recovery_codes_are_not_readable_in_the_database(client: Client) -> None:
    """Item 19."""
    member = make_member(password=PASSWORD)
    add_app(member)
    rows = json.dumps(list(Authenticator.objects.filter(user=member).values("data")))
    assert SEED not in rows
    authenticator = Authenticator.objects.get(user=member, type=Authenticator.Type.TOTP)
    assert authenticator.wrap().validate_code(code_of_app())
    seed = Authenticator.objects.get(user=member, type=Authenticator.Type.RECOVERY_CODES).data["seed"]
    assert not re.fullmatch(r"[0-9a-f]{80}", seed)


def test_the_picture_is_inline_and_holds_the_key(client: Client) -> None:
    """The content security policy allows neither data: addresses nor styles."""
    signed_in_with_password_only(client)
    confirm_password(client, ADD_APP)
    page = client.get(ADD_APP).content.decode()
    picture = re.search(r"<svg viewBox.*?</svg>", page, re.DOTALL)[0]
    assert 'role="img"' in picture
    assert "style" not in picture
    assert "data:" not in page
    assert len(key_on(page)) == 32


def test_changing_how_one_signs_in_needs_a_fresh_proof(client: Client) -> None:
    """Item 27: not older than five minutes."""
    member = make_member(password=PASSWORD)
    sign_in(client, member)
    for path in ("webauthn/add/", "recovery-codes/generate/", "recovery-codes/", "totp/deactivate/"):
        assert client.get(f"/en/account/2fa/{path}")["Location"].startswith("/en/account/reauthenticate/"), (
            path
        )
    with time_machine.travel(NOON, tick=False):
        fresh = Client()
        fresh.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
        fresh.post("/en/account/2fa/authenticate/", {"code": code_of_app()})
        confirm_password(fresh, "/en/account/2fa/webauthn/add/")
        assert fresh.get("/en/account/2fa/webauthn/add/").status_code == 200
    with time_machine.travel(NOON.replace(minute=5, second=6), tick=False):
        assert fresh.get("/en/account/2fa/webauthn/add/").status_code == 302


def test_the_only_second_factor_cannot_be_removed(client: Client) -> None:
    """Item 8."""
    member = make_member(password=PASSWORD)
    sign_in(client, member)
    confirm_password(client, "/en/account/2fa/totp/deactivate/")
    page = client.get("/en/account/2fa/totp/deactivate/").content.decode()
    assert "This is your only second factor" in page
    client.post("/en/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).exists()


def test_an_app_can_be_removed_beside_a_passkey(client: Client) -> None:
    member = make_member(password=PASSWORD)
    sign_in(client, member)
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    confirm_password(client, "/en/account/2fa/totp/deactivate/")
    response = client.post("/en/account/2fa/totp/deactivate/")
    assert response.status_code == 302
    assert not Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).exists()
    assert AuditEntry.objects.filter(action="second-factor.removed").exists()


def test_the_only_passkey_cannot_be_removed_and_nobody_elses_at_all(client: Client) -> None:
    """Items 8 and 29."""
    member, other = make_member(password=PASSWORD), make_member()
    sign_in(client, member)
    mine, theirs = (
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
        )
        for person in (member, other)
    )
    confirm_password(client, "/en/account/2fa/totp/deactivate/")
    for action in ("remove", "edit"):
        assert client.post(f"/en/account/2fa/webauthn/keys/{theirs.pk}/{action}/").status_code == 404
    assert client.post("/en/account/2fa/totp/deactivate/").status_code == 302
    client.force_login(member)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "id": mine.pk, "type": "webauthn", "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
    remove = f"/en/account/2fa/webauthn/keys/{mine.pk}/remove/"
    assert client.post(remove)["Location"] == "/en/account/2fa/webauthn/"
    assert Authenticator.objects.filter(pk=mine.pk).exists()
    add_app(member)
    client.post(remove)
    assert not Authenticator.objects.filter(pk=mine.pk).exists()
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_a_new_password_ends_other_sessions_and_keeps_the_second_factor(client: Client) -> None:
    """Items 1, 2, 5 and 15."""
    member = make_member(password=PASSWORD)
    sign_in(client, member)
    other = Client()
    sign_in(other, member)
    path = "/en/account/password/change/"

    def change(new: str, again: str = "", old: str = PASSWORD):
        cache.clear()
        return client.post(path, {"oldpassword": old, "password1": new, "password2": again or new})

    local_part = member.email.split("@")[0]
    for refused in (
        "a" * 14,
        "passwordpassword",
        "qwertyuiop12345",
        f"{local_part}2026!!",
        "thehubthehub2026",
    ):
        assert change(refused).status_code == 200, refused
    assert "not the same" in html.unescape(
        change("otter-lamp-71-quilt", "otter-lamp-71-quilk").content.decode()
    )
    assert change("otter-lamp-71-quilt", old="wrong-password-here").status_code == 200
    assert change("otter-lamp-71-quilt").status_code == 302
    assert client.get("/en/catalogue/").status_code == 200
    assert other.get("/en/catalogue/").status_code == 302
    fresh = Client()
    response = fresh.post("/en/account/login/", {"login": member.email, "password": "otter-lamp-71-quilt"})
    assert response["Location"] == "/en/account/2fa/authenticate/"


def test_only_the_whole_of_a_long_password_opens_the_door(client: Client) -> None:
    """Item 1: the last of 128 characters matters."""
    long = ("otter lamp quilt stone river cable north paper violin seven orange maple tunnel " * 3)[
        :127
    ] + "Z"
    member = make_member(password=long)
    answer = client.post("/en/account/login/", {"login": member.email, "password": long[:-1] + "Y"})
    assert answer.status_code == 200
    assert client.post("/en/account/login/", {"login": member.email, "password": long}).status_code == 302


@pytest.mark.parametrize("again", [False, True], ids=["log-in", "proof again"])
def test_the_owner_is_told_of_the_third_wrong_code_within_a_day(client: Client, again: bool) -> None:
    """Item 10: whoever gets so far knows the password."""
    cache.clear()
    member = make_member(password=PASSWORD)
    add_app(member)
    page = "/en/account/2fa/reauthenticate/" if again else "/en/account/2fa/authenticate/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        if again:
            sign_in(client, member)
        else:
            client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
        told = []
        for _ in range(4):
            clock.shift(timedelta(minutes=2))
            client.post(page, {"code": "000000"})
            while outbox.drain():
                pass
            told.append(len(mail.outbox))
        assert told == [0, 0, 1, 1]
        [letter] = mail.outbox
        assert letter.to == [member.email]
        assert "may know your password" in letter.subject
        assert "http" not in letter.body
        assert (
            AuditEntry.objects.filter(action="second-factor.failed", subject_id=str(member.pk)).count() == 4
        )
        clock.shift(timedelta(days=2))
        client.post(page, {"code": "000000"})
        assert len(mail.outbox) == 1
