"""Roles: two administrators give and take them, for a year at most, and one always stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from community.actions.members import grant_role, suspend_member, withdraw_role
from community.actions.roles import (
    confirm_role_change,
    propose_role,
    propose_withdrawal,
    withdraw_role_change,
)
from community.models import RoleChange
from community.rules import ROLE_LASTS, RuleError
from hub.core.access import has_role, roles_of
from hub.core.enums import Role
from hub.core.models import AuditEntry, RoleGrant, Session, User
from tests.factories.people import make_account, make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def one() -> User:
    return make_member(Role.ADMINISTRATOR)


@pytest.fixture
def other() -> User:
    return make_member(Role.ADMINISTRATOR)


def again(user: User) -> User:
    """Read somebody anew, without roles that were remembered."""
    return User.objects.get(pk=user.pk)


def test_a_role_needs_two_administrators(one: User, other: User) -> None:
    member = make_member()
    change = propose_role(member, Role.EDITOR, by=one)
    assert roles_of(again(member)) == frozenset()
    with pytest.raises(RuleError):
        confirm_role_change(change, by=one)
    assert roles_of(again(member)) == frozenset()
    confirm_role_change(change, by=other)
    assert roles_of(again(member)) == {Role.EDITOR}
    grant = RoleGrant.objects.get(user=member)
    assert grant.expires_at is not None
    assert grant.expires_at <= timezone.now() + ROLE_LASTS
    assert grant.granted_by == other
    with pytest.raises(RuleError):
        confirm_role_change(change, by=other)
    assert AuditEntry.objects.filter(action="role.granted", subject_id=str(member.pk)).count() == 1


def test_neither_alone_gives_or_takes_by_another_way(one: User, other: User) -> None:
    member, editor = make_member(), make_member(Role.EDITOR)
    for by, proposed_by in ((one, None), (one, one)):
        with pytest.raises(RuleError):
            grant_role(member, Role.EDITOR, by=by, proposed_by=proposed_by)
        with pytest.raises(RuleError):
            withdraw_role(editor, Role.EDITOR, by=by, proposed_by=proposed_by)
    with pytest.raises(PermissionDenied):
        grant_role(member, Role.EDITOR, by=one, proposed_by=make_member(Role.VETTER))
    assert (roles_of(again(member)), roles_of(again(editor))) == (frozenset(), {Role.EDITOR})
    grant_role(member, Role.EDITOR, by=one, proposed_by=other)
    assert roles_of(again(member)) == {Role.EDITOR}


def test_taking_a_role_needs_two_administrators_and_ends_sessions(one: User, other: User) -> None:
    editor = make_member(Role.EDITOR)
    sign_in(Client(), editor)
    change = propose_withdrawal(editor, Role.EDITOR, by=one)
    assert has_role(again(editor), Role.EDITOR)
    confirm_role_change(change, by=other)
    assert roles_of(again(editor)) == frozenset()
    assert not Session.objects.filter(user_id=editor.pk).exists()


def test_a_new_role_begins_with_a_new_session(one: User, other: User) -> None:
    """Security item 22: a session from before the change of rights ends."""
    member = make_member()
    sign_in(Client(), member)
    confirm_role_change(propose_role(member, Role.VETTER, by=one), by=other)
    assert not Session.objects.filter(user_id=member.pk).exists()


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.VETTER])
def test_nobody_else_proposes_confirms_or_drops(one: User, role: Role | None) -> None:
    member, stranger = make_member(), make_member(*([role] if role else []))
    change = propose_role(member, Role.TRAINER, by=one)
    for step in (
        lambda: propose_role(member, Role.EDITOR, by=stranger),
        lambda: propose_withdrawal(one, Role.ADMINISTRATOR, by=stranger),
        lambda: confirm_role_change(change, by=stranger),
        lambda: withdraw_role_change(change, by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            step()
    assert not RoleGrant.objects.filter(user=member).exists()


def test_nobody_decides_about_themselves(one: User, other: User) -> None:
    with pytest.raises(RuleError):
        propose_role(one, Role.EDITOR, by=one)
    with pytest.raises(RuleError):
        propose_withdrawal(one, Role.ADMINISTRATOR, by=one)
    about_other = propose_withdrawal(other, Role.ADMINISTRATOR, by=one)
    with pytest.raises(RuleError):
        confirm_role_change(about_other, by=other)
    with pytest.raises(RuleError):
        withdraw_role_change(about_other, by=other)
    assert has_role(again(other), Role.ADMINISTRATOR)


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_role_ends_within_a_year(one: User, days: int) -> None:
    with pytest.raises(RuleError):
        propose_role(
            make_member(),
            Role.EDITOR,
            by=one,
            expires_at=timezone.now() + timedelta(days=days, seconds=-1 if days < 1 else 5),
        )
    assert not RoleChange.objects.exists()


def test_only_members_have_roles(one: User, other: User) -> None:
    with pytest.raises(RuleError):
        propose_role(make_account(), Role.EDITOR, by=one)
    member = make_member()
    change = propose_role(member, Role.EDITOR, by=one)
    suspend_member(member, by=None, reason="rules")
    with pytest.raises(RuleError):
        confirm_role_change(RoleChange.objects.get(pk=change.pk), by=other)
    assert not RoleGrant.objects.exists() or not RoleGrant.objects.filter(user=member).exists()


def test_a_proposal_falls_with_whoever_made_it(one: User, other: User) -> None:
    member = make_member()
    change = propose_role(member, Role.EDITOR, by=one)
    suspend_member(one, by=None, reason="compromised")
    with pytest.raises(RuleError):
        confirm_role_change(RoleChange.objects.get(pk=change.pk), by=other)
    assert roles_of(again(member)) == frozenset()


def test_rules_of_now_hold_when_it_is_confirmed(one: User, other: User) -> None:
    member = make_member()
    change = propose_role(member, Role.VETTER, by=one)
    grant_role(member, Role.ADMINISTRATOR, by=None)
    with pytest.raises(RuleError):
        confirm_role_change(change, by=other)
    assert roles_of(again(member)) == {Role.ADMINISTRATOR}


def test_one_change_of_a_role_waits_at_a_time(one: User, other: User) -> None:
    member = make_member()
    change = propose_role(member, Role.EDITOR, by=one)
    with pytest.raises(RuleError):
        propose_role(member, Role.EDITOR, by=other)
    withdraw_role_change(change, by=one)
    propose_role(member, Role.EDITOR, by=other)


def test_the_last_administrator_stays(one: User, other: User) -> None:
    confirm_role_change(propose_withdrawal(make_third(), Role.ADMINISTRATOR, by=one), by=other)
    withdraw_role(other, Role.ADMINISTRATOR, by=None)
    with pytest.raises(RuleError):
        withdraw_role(one, Role.ADMINISTRATOR, by=None)
    assert has_role(again(one), Role.ADMINISTRATOR)


def make_third() -> User:
    return make_member(Role.ADMINISTRATOR)


@pytest.mark.parametrize("change", ["suspended", "expired", "role-expired"])
def test_an_administrator_who_cannot_act_does_not_count(one: User, other: User, change: str) -> None:
    if change == "suspended":
        suspend_member(other, by=None, reason="rules")
    elif change == "expired":
        User.objects.filter(pk=other.pk).update(membership_valid_until=timezone.now())
    else:
        RoleGrant.objects.filter(user=other).update(expires_at=timezone.now())
    with pytest.raises(RuleError):
        withdraw_role(one, Role.ADMINISTRATOR, by=None)
    assert has_role(again(one), Role.ADMINISTRATOR)


def test_the_database_refuses_one_person_for_both(one: User) -> None:
    change = propose_role(make_member(), Role.EDITOR, by=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleChange.objects.filter(pk=change.pk).update(
            decided_by=one, decided_at=timezone.now(), is_confirmed=True
        )
