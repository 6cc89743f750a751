"""Suspending takes one person, lifting it takes two administrators; the person is then what they were before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from community.actions.members import grant_membership, suspend_member, withdraw_role
from community.actions.roles import confirm_role_change, propose_role
from community.actions.suspensions import confirm_lifting, propose_lifting, withdraw_lifting
from community.enums import SuspensionReason
from community.models import RoleChange, Suspension
from community.queries.suspensions import (
    liftings_that_wait,
    past_suspensions,
    suspensions_visible_to,
)
from community.rules import RuleError
from hub.core.access import is_member, roles_of
from hub.core.audit import verify_chain
from hub.core.enums import MembershipState, Role
from hub.core.models import AuditEntry, Session, User
from tests.factories.people import make_account, make_member, sign_in

pytestmark = pytest.mark.django_db
Step = Callable[..., None]


@pytest.fixture
def one() -> User:
    return make_member(Role.ADMINISTRATOR)


@pytest.fixture
def other() -> User:
    return make_member(Role.ADMINISTRATOR)


def again(user: User) -> User:
    """Read somebody anew, without roles that were remembered."""
    return User.objects.get(pk=user.pk)


def suspended(user: User | None = None, by: User | None = None) -> Suspension:
    user = user or make_member()
    suspend_member(user, by=by, reason="inquiry")
    return Suspension.objects.get(user=user, lifted_at__isnull=True)


def lift(suspension: Suspension, one: User, other: User) -> None:
    propose_lifting(suspension, by=one)
    confirm_lifting(suspension, by=other)


def lines_about(user: User) -> list[tuple[str, dict[str, object]]]:
    found = AuditEntry.objects.filter(
        subject_type="core.user", subject_id=str(user.pk), action__startswith="membership."
    )
    return list(found.order_by("number").values_list("action", "details"))


def test_a_suspension_says_who_when_and_why(one: User) -> None:
    member = make_member()
    before = timezone.now()
    assert suspend_member(member, by=one, reason="left-agency")
    found = Suspension.objects.get()
    assert (found.user, found.suspended_by, found.reason) == (member, one, SuspensionReason.LEFT_AGENCY)
    assert found.state_before == MembershipState.MEMBER
    assert found.suspended_at is not None
    assert before <= found.suspended_at <= timezone.now()


def test_to_suspend_again_changes_nothing_and_says_so(one: User, other: User) -> None:
    suspension = suspended(by=one)
    assert not suspend_member(suspension.user, by=other, reason="rules")
    found = Suspension.objects.get()
    assert (found.suspended_by, found.reason) == (one, SuspensionReason.INQUIRY)


def test_lifting_needs_two_administrators(one: User, other: User) -> None:
    suspension = suspended()
    propose_lifting(suspension, by=one)
    assert not is_member(again(suspension.user))
    with pytest.raises(RuleError):
        confirm_lifting(suspension, by=one)
    assert not is_member(again(suspension.user))
    confirm_lifting(suspension, by=other)
    assert is_member(again(suspension.user))
    found = Suspension.objects.get()
    assert (found.lift_proposed_by, found.lifted_by) == (one, other)
    with pytest.raises(RuleError):
        confirm_lifting(suspension, by=other)


def test_nobody_confirms_what_nobody_has_proposed(one: User, other: User) -> None:
    suspension = suspended()
    for step in (confirm_lifting, withdraw_lifting):
        with pytest.raises(RuleError):
            step(suspension, by=other)
    assert lines_about(suspension.user)[-1] == ("membership.suspended", {"reason": "inquiry"})


@pytest.mark.parametrize("roles", [(), (Role.VETTER,), (Role.EDITOR,), (Role.ADMINISTRATOR,)])
@pytest.mark.parametrize("step", [propose_lifting, confirm_lifting, withdraw_lifting])
def test_administrators_lift_and_nobody_else(one: User, step: Step, roles: tuple[Role, ...]) -> None:
    suspension, somebody = suspended(), make_member(*roles)
    if step is not propose_lifting:
        propose_lifting(suspension, by=one)
    if Role.ADMINISTRATOR in roles:
        step(suspension, by=somebody)
    else:
        with pytest.raises(PermissionDenied):
            step(suspension, by=somebody)
    assert is_member(again(suspension.user)) == (step is confirm_lifting and Role.ADMINISTRATOR in roles)


@pytest.mark.parametrize("step", [propose_lifting, confirm_lifting, withdraw_lifting])
def test_nobody_lifts_their_own(one: User, other: User, step: Step) -> None:
    """Also not somebody whose request began before they were suspended."""
    as_before = User.objects.get(pk=one.pk)
    assert roles_of(as_before)
    suspension = suspended(one)
    if step is not propose_lifting:
        propose_lifting(suspension, by=other)
    with pytest.raises(PermissionDenied):
        step(suspension, by=as_before)
    User.objects.filter(pk=one.pk).update(membership_state=MembershipState.MEMBER)
    with pytest.raises(RuleError):
        step(suspension, by=as_before)


def test_a_proposal_is_dropped_by_whoever_made_it_or_another(one: User, other: User) -> None:
    suspension = suspended()
    for by in (one, other):
        propose_lifting(suspension, by=one)
        with pytest.raises(RuleError):
            propose_lifting(suspension, by=other)
        withdraw_lifting(suspension, by=by)
        with pytest.raises(RuleError):
            confirm_lifting(suspension, by=other)
    assert not is_member(again(suspension.user))
    lift(suspension, other, one)
    assert is_member(again(suspension.user))


@pytest.mark.parametrize("how", ["suspended", "expired", "role-withdrawn"])
def test_a_proposal_falls_with_whoever_made_it(one: User, other: User, how: str) -> None:
    suspension = suspended()
    propose_lifting(suspension, by=one)
    if how == "suspended":
        suspend_member(one, by=other, reason="compromised")
    elif how == "expired":
        User.objects.filter(pk=one.pk).update(membership_valid_until=timezone.now())
    else:
        withdraw_role(one, Role.ADMINISTRATOR, by=None)
    with pytest.raises(RuleError):
        confirm_lifting(suspension, by=other)
    assert not is_member(again(suspension.user))
    withdraw_lifting(suspension, by=other)
    lift(suspension, other, make_member(Role.ADMINISTRATOR))
    assert is_member(again(suspension.user))


def test_lifting_gives_back_the_membership_and_the_roles_and_no_session(one: User, other: User) -> None:
    member = make_member(Role.EDITOR, Role.TRAINER)
    until = member.membership_valid_until
    sign_in(Client(), member)
    lift(suspended(member), one, other)
    now = again(member)
    assert is_member(now)
    assert now.membership_valid_until == until
    assert roles_of(now) == {Role.EDITOR, Role.TRAINER}
    assert not Session.objects.filter(user_id=member.pk).exists()


def test_a_membership_that_has_ended_meanwhile_stays_ended(one: User, other: User) -> None:
    suspension = suspended()
    User.objects.filter(pk=suspension.user_id).update(membership_valid_until=timezone.now())
    lift(suspension, one, other)
    assert not is_member(again(suspension.user))
    grant_membership(again(suspension.user), by=None, valid_until=timezone.now() + timedelta(days=30))
    assert is_member(again(suspension.user))


def test_whoever_never_was_a_member_is_none_afterwards(one: User, other: User) -> None:
    account = make_account()
    lift(suspended(account), one, other)
    assert again(account).membership_state == MembershipState.NONE


def test_somebody_is_suspended_again_after_lifting(one: User, other: User) -> None:
    member = make_member()
    for _ in range(2):
        lift(suspended(member), one, other)
        assert is_member(again(member))
    suspension = suspended(member)
    assert not is_member(again(member))
    assert list(suspensions_visible_to(one)) == [suspension]
    assert len(past_suspensions(one)) == 2


def test_a_role_that_was_proposed_is_confirmed_after_lifting_and_not_before(one: User, other: User) -> None:
    member = make_member()
    change = propose_role(member, Role.EDITOR, by=one)
    suspension = suspended(member)
    with pytest.raises(RuleError):
        confirm_role_change(RoleChange.objects.get(pk=change.pk), by=other)
    lift(suspension, one, other)
    confirm_role_change(RoleChange.objects.get(pk=change.pk), by=other)
    assert roles_of(again(member)) == {Role.EDITOR}


def test_each_step_is_recorded_and_names_nobody(one: User, other: User) -> None:
    member = make_member(name="Nour Hidden")
    suspension = suspended(member, by=one)
    propose_lifting(suspension, by=one)
    withdraw_lifting(suspension, by=other)
    lift(suspension, one, other)
    assert lines_about(member)[1:] == [
        ("membership.suspended", {"reason": "inquiry"}),
        ("membership.lift_proposed", {}),
        ("membership.lift_dropped", {}),
        ("membership.lift_proposed", {}),
        ("membership.lifted", {}),
    ]
    assert AuditEntry.objects.get(action="membership.lifted").actor == other
    assert "Hidden" not in str(list(AuditEntry.objects.values()))
    assert verify_chain() is None


def test_a_lifting_and_its_line_stand_or_fall_together(
    one: User, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspension = suspended()
    propose_lifting(suspension, by=one)

    def refuse(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no line")

    monkeypatch.setattr("community.actions.suspensions.audit.record", refuse)
    for step in (confirm_lifting, withdraw_lifting):
        with pytest.raises(RuntimeError):
            step(Suspension.objects.get(), by=other)
    assert not is_member(again(suspension.user))
    found = Suspension.objects.get()
    assert (found.lift_proposed_by, found.lifted_at) == (one, None)


@pytest.mark.parametrize("roles", [(), (Role.VETTER,), (Role.ADMINISTRATOR,)])
def test_administrators_see_who_is_suspended_and_nobody_else(one: User, roles: tuple[Role, ...]) -> None:
    suspension, viewer = suspended(), make_member(*roles)
    propose_lifting(suspension, by=one)
    expected = [suspension] if Role.ADMINISTRATOR in roles else []
    assert list(suspensions_visible_to(viewer)) == expected
    assert list(liftings_that_wait(viewer)) == expected


def test_a_state_that_was_changed_by_hand_hinders_no_suspension(one: User, other: User) -> None:
    suspension = suspended(by=one)
    propose_lifting(suspension, by=one)
    member = suspension.user
    User.objects.filter(pk=member.pk).update(membership_state=MembershipState.MEMBER)
    assert not suspensions_visible_to(one).exists()
    with pytest.raises(RuleError):
        confirm_lifting(suspension, by=other)
    assert suspend_member(again(member), by=other, reason="rules")
    found = Suspension.objects.get()
    assert (found.suspended_by, found.reason, found.lift_proposed_at) == (other, "rules", None)
    assert list(suspensions_visible_to(one)) == [found]


class TestTheDatabaseRefuses:
    """What the actions refuse in words, the tables refuse, too."""

    def test_one_person_for_both(self, one: User) -> None:
        propose_lifting(suspended(), by=one)
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.update(lifted_by=one, lifted_at=timezone.now())

    def test_a_lifting_that_nobody_has_proposed(self, one: User) -> None:
        suspended()
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.update(lifted_by=one, lifted_at=timezone.now())

    def test_whoever_lifts_their_own(self, one: User, other: User) -> None:
        propose_lifting(suspended(one), by=other)
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.update(lifted_by=one, lifted_at=timezone.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.update(lift_proposed_by=one)

    def test_two_that_hold_at_once(self) -> None:
        suspension = suspended()
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.create(user=suspension.user, state_before=MembershipState.MEMBER)

    def test_a_suspension_before_a_suspension(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Suspension.objects.create(user=make_account(), state_before=MembershipState.SUSPENDED)


def test_whoever_was_suspended_before_there_were_rows_gets_one(one: User, other: User) -> None:
    """With what the record says of it; where it says nothing, nothing is known."""
    member, account, unknown, untouched = make_member(), make_account(), make_member(), make_member()
    suspend_member(member, by=one, reason="rules")
    suspend_member(account, by=None, reason="other")
    User.objects.filter(pk=unknown.pk).update(membership_state=MembershipState.SUSPENDED)
    Suspension.objects.all().delete()
    import_module("community.migrations.0003_suspensions").keep_what_is_known(apps, None)
    found = {row.user_id: row for row in Suspension.objects.all()}
    assert untouched.pk not in found
    assert {
        key: (row.state_before, row.reason, row.suspended_by, row.suspended_at is not None)
        for key, row in found.items()
    } == {
        member.pk: ("member", "rules", one, True),
        account.pk: ("none", "other", None, True),
        unknown.pk: ("member", "", None, False),
    }
    for row in found.values():
        lift(row, one, other)
    assert [is_member(again(user)) for user in (member, account, unknown)] == [True, False, True]
