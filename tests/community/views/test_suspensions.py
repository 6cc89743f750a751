"""The page of suspensions over HTTP: one suspends at once, two lift it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.actions.members import suspend_member
from community.actions.suspensions import propose_lifting
from community.models import Suspension
from community.views import paged
from hub.core.access import is_member
from hub.core.models import AuditEntry, Session, User
from tests.community.views.test_administration import again, one, other, stale
from tests.factories.people import code_of_app, make_account, make_member, sign_in_member

__all__ = ["one", "other"]

pytestmark = pytest.mark.django_db
ROOM = "/en/administration/"
PAGE = f"{ROOM}suspensions/"
TYPED = {"email": "m@police.example", "reason": "compromised"}


def acting(browser: Client) -> User:
    return User.objects.get(pk=browser.session["_auth_user_id"])


def suspended(email: str = "m@police.example") -> Suspension:
    suspend_member(make_member(email=email), by=None, reason="inquiry")
    return Suspension.objects.get(user__email=email)


def decide(browser: Client, suspension: Suspension, step: str) -> str:
    """Press a button, and return what the page then says."""
    answer = browser.post(f"{PAGE}decide/", {"suspension": str(suspension.uuid), step: "1"}, follow=True)
    return answer.content.decode()


def test_one_administrator_suspends_at_once(one: Client) -> None:
    member = Client()
    user = sign_in_member(member, email="m@police.example", name="Amina Example")
    assert member.get("/en/catalogue/").status_code == 200
    assert one.post(f"{PAGE}suspend/", {**TYPED, "email": "M@police.example"})["Location"] == PAGE
    assert not is_member(again(user))
    assert not Session.objects.filter(user_id=user.pk).exists()
    assert member.get("/en/catalogue/")["Location"].startswith("/en/account/login/")
    shown = one.get(PAGE).content.decode()
    assert "Amina Example" in shown
    assert "m@police.example" in shown
    assert "The account may be in other hands" in shown
    assert str(acting(one)) in shown
    entry = AuditEntry.objects.get(action="membership.suspended")
    assert (entry.actor, entry.details) == (acting(one), {"reason": "compromised"})


def test_whoever_has_an_account_and_no_membership_is_suspended_as_well(one: Client) -> None:
    make_account("m@police.example")
    assert one.post(f"{PAGE}suspend/", TYPED).status_code == 302
    assert Suspension.objects.get().user.email == "m@police.example"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"email": "nobody@police.example", "reason": "rules"},
        {"email": "m@police.example", "reason": "no-such-reason"},
        {"email": "m@police.example", "reason": ""},
        {"email": "m", "reason": "rules"},
        {"email": "m@police.example\r\nBcc: x@evil.example", "reason": "rules"},
    ],
)
def test_a_wrong_suspension_is_refused_in_words_and_kept(one: Client, typed: dict[str, str]) -> None:
    member = make_member(email="m@police.example")
    answer = one.post(f"{PAGE}suspend/", typed)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    if typed.get("reason") == "rules":
        assert b'<option value="rules" selected' in answer.content
    assert is_member(again(member))
    assert not Suspension.objects.exists()


def test_nobody_suspends_themselves(one: Client) -> None:
    answer = one.post(f"{PAGE}suspend/", {**TYPED, "email": acting(one).email})
    assert answer.status_code == 422
    assert b"Nobody was suspended" in answer.content
    assert is_member(acting(one))


def test_who_is_suspended_already_is_said_to_be(one: Client) -> None:
    suspension = suspended()
    answer = one.post(f"{PAGE}suspend/", TYPED)
    assert answer.status_code == 422
    assert b"suspended already" in answer.content
    assert Suspension.objects.get().reason == suspension.reason == "inquiry"


def test_two_administrators_lift_a_suspension(one: Client, other: Client) -> None:
    suspension = suspended()
    assert 'name="propose"' in one.get(PAGE).content.decode()
    decide(one, suspension, "propose")
    mine, theirs = one.get(PAGE).content.decode(), other.get(PAGE).content.decode()
    assert ('name="confirm"' in mine, 'name="confirm"' in theirs) == (False, True)
    assert ('name="drop"' in mine, 'name="drop"' in theirs) == (True, True)
    assert 'name="propose"' not in theirs
    assert "This was not done" in decide(one, suspension, "confirm")
    assert not is_member(again(suspension.user))
    assert "Recorded." in decide(other, suspension, "confirm")
    assert is_member(again(suspension.user))
    shown = one.get(PAGE).content.decode()
    assert "Nobody is suspended." in shown
    assert "What was lifted" in shown


@pytest.mark.parametrize("who", ["one", "other"])
def test_either_drops_a_proposal(one: Client, other: Client, who: str) -> None:
    suspension = suspended()
    decide(one, suspension, "propose")
    assert "Recorded." in decide({"one": one, "other": other}[who], suspension, "drop")
    assert "This was not done" in decide(other, suspension, "confirm")
    assert not is_member(again(suspension.user))
    assert 'name="propose"' in one.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"confirm": "1"},
        {"confirm": "1", "suspension": "x"},
        {"propose": "1", "suspension": "6f1f6b9e-6a0e-4c58-9a4c-8f3f3a1c2b5d"},
        {"delete": "1"},
    ],
)
def test_a_made_up_decision_finds_nothing(one: Client, typed: dict[str, str]) -> None:
    assert one.post(f"{PAGE}decide/", typed).status_code == 404


def test_what_was_lifted_is_decided_about_no_more(one: Client, other: Client) -> None:
    suspension = suspended()
    decide(one, suspension, "propose")
    decide(other, suspension, "confirm")
    typed = {"suspension": str(suspension.uuid), "confirm": "1"}
    assert other.post(f"{PAGE}decide/", typed).status_code == 404


def test_a_change_needs_a_fresh_proof_and_what_was_typed_stays(one: Client) -> None:
    """Security item 27."""
    member = make_member(email="m@police.example")
    stale(one)
    assert one.get(PAGE).status_code == 200
    asked = one.post(f"{PAGE}suspend/", TYPED)
    assert asked["Location"].startswith("/en/account/2fa/reauthenticate/?next=")
    assert is_member(again(member))
    assert one.post(asked["Location"], {"code": code_of_app()})["Location"] == PAGE
    page = one.get(PAGE).content.decode()
    assert 'value="m@police.example"' in page
    assert '<option value="compromised" selected' in page
    assert one.post(f"{PAGE}suspend/", TYPED).status_code == 302
    assert not is_member(again(member))


@pytest.mark.parametrize("step", ["propose", "confirm", "drop"])
def test_to_lift_needs_a_fresh_proof_as_well(one: Client, other: Client, step: str) -> None:
    suspension = suspended()
    if step != "propose":
        propose_lifting(suspension, by=acting(other))
    stale(one)
    answer = one.post(f"{PAGE}decide/", {"suspension": str(suspension.uuid), step: "1"})
    assert answer["Location"].startswith("/en/account/2fa/reauthenticate/?next=")
    found = Suspension.objects.get()
    assert (found.lifted_at, found.lift_proposed_at is None) == (None, step == "propose")


def test_what_is_not_known_of_a_suspension_is_said_not_to_be(one: Client) -> None:
    suspended()
    Suspension.objects.update(reason="", suspended_at=None)
    assert one.get(PAGE).content.decode().count("not known") >= 3


def test_the_overview_counts_what_waits_to_be_lifted(one: Client, other: Client) -> None:
    suspension = suspended()
    waits = "1 waits for a second administrator"
    assert waits not in one.get(ROOM).content.decode()
    decide(one, suspension, "propose")
    assert waits in other.get(ROOM).content.decode()
    decide(other, suspension, "confirm")
    assert waits not in one.get(ROOM).content.decode()


def test_many_are_shown_page_by_page(one: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paged, "PAGE_SIZE", 2)
    for number in range(3):
        suspended(f"m{number}@police.example")
    first, second = one.get(PAGE).content.decode(), one.get(f"{PAGE}?page=2").content.decode()
    assert "Suspensions, page 2" in second
    shown = [
        (f"m{number}@police.example" in first, f"m{number}@police.example" in second) for number in range(3)
    ]
    assert shown == [(False, True), (True, False), (True, False)]
    assert "page=x" in one.get(f"{PAGE}?page=x").content.decode()


def test_the_page_asks_as_many_questions_with_one_line_as_with_three(one: Client, other: Client) -> None:
    def lines() -> None:
        propose_lifting(suspended(make_account().email.replace("officer", "m")), by=acting(other))
        suspended(make_account().email.replace("officer", "m"))
        Suspension.objects.create(
            user=make_account(),
            state_before="none",
            lift_proposed_by=acting(one),
            lift_proposed_at=timezone.now(),
            lifted_by=acting(other),
            lifted_at=timezone.now(),
        )

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert one.get(PAGE).status_code == 200
        return len(queries)

    lines()
    first = count()
    lines()
    lines()
    assert count() == first
