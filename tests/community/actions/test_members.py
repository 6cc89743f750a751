"""Who may let in, give roles and suspend; what follows, and what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from community.actions import members
from community.rules import RuleError
from hub.core.access import has_role, is_member, roles_of
from hub.core.audit import verify_chain
from hub.core.enums import MembershipState, Role
from hub.core.models import AuditEntry, Session, User
from tests.factories.people import is_address_checked, make_account, make_member, sign_in

pytestmark = pytest.mark.django_db

SOON = timedelta(days=30)


def in_a_month():
    return timezone.now() + SOON


def actions_of(user: User) -> list[str]:
    return list(AuditEntry.objects.filter(subject_id=str(user.pk)).values_list("action", flat=True))


def test_an_account_has_no_right_and_no_password() -> None:
    user = members.create_account(" Officer@Police.Example ", by=None)
    assert user.email == "officer@police.example"
    assert not user.has_usable_password()
    assert not is_member(user)
    assert is_address_checked(user)
    assert actions_of(user) == ["account.created"]


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d.example", "x" * 300 + "@police.example"])
def test_a_bad_address_makes_no_account(email: str) -> None:
    """Security item 39."""
    with pytest.raises(ValidationError):
        members.create_account(email, by=None)
    assert not User.objects.exists()


def test_an_address_has_one_account_whatever_its_case() -> None:
    make_account("officer@police.example")
    with pytest.raises(RuleError):
        members.create_account("OFFICER@police.example", by=None)


def test_a_vetter_makes_a_member_until_a_moment() -> None:
    user, vetter = make_account(), make_member(Role.VETTER)
    until = in_a_month()
    members.grant_membership(user, by=vetter, valid_until=until)
    user.refresh_from_db()
    assert is_member(user)
    assert user.membership_valid_until == until
    entry = AuditEntry.objects.get(action="membership.granted", subject_id=str(user.pk))
    assert (entry.actor, entry.details) == (vetter, {"valid_until": until.isoformat()})


@pytest.mark.parametrize("roles", [(), (Role.TRAINER,), (Role.EDITOR,), (Role.ADMINISTRATOR,)])
def test_nobody_else_lets_anybody_in(roles: tuple[Role, ...]) -> None:
    user = make_account()
    with pytest.raises(PermissionDenied):
        members.grant_membership(user, by=make_member(*roles), valid_until=in_a_month())
    user.refresh_from_db()
    assert user.membership_state == MembershipState.NONE
    assert actions_of(user) == ["account.created"]


def test_nobody_decides_about_themselves() -> None:
    vetter, administrator = make_member(Role.VETTER), make_member(Role.ADMINISTRATOR)
    with pytest.raises(RuleError):
        members.grant_membership(vetter, by=vetter, valid_until=in_a_month())
    with pytest.raises(RuleError):
        members.grant_role(
            administrator, Role.EDITOR, by=administrator, proposed_by=make_member(Role.ADMINISTRATOR)
        )
    with pytest.raises(RuleError):
        members.suspend_member(administrator, by=administrator, reason="other")


def test_a_membership_ends_in_the_future() -> None:
    with pytest.raises(RuleError):
        members.grant_membership(make_account(), by=None, valid_until=timezone.now())


def test_suspension_ends_rights_and_sessions_in_one_step() -> None:
    member, administrator = make_member(Role.TRAINER), make_member(Role.ADMINISTRATOR)
    sign_in(Client(), member)
    assert has_role(member, Role.TRAINER)
    members.suspend_member(member, by=administrator, reason="compromised")
    assert roles_of(member) == frozenset()
    assert not is_member(User.objects.get(pk=member.pk))
    assert not Session.objects.filter(user_id=member.pk).exists()
    entry = AuditEntry.objects.get(action="membership.suspended")
    assert (entry.actor, entry.details) == (administrator, {"reason": "compromised"})


def test_suspending_twice_is_written_down_once() -> None:
    member = make_member()
    for _ in range(2):
        members.suspend_member(member, by=None, reason="rules")
    assert actions_of(member).count("membership.suspended") == 1


def test_a_reason_is_one_of_the_list() -> None:
    """The record outlives the people in it: no free text."""
    member = make_member()
    with pytest.raises(ValueError):
        members.suspend_member(member, by=None, reason="stole the file of Ms X")
    assert is_member(member)


def test_one_person_does_not_lift_a_suspension() -> None:
    member = make_member()
    members.suspend_member(member, by=None, reason="rules")
    with pytest.raises(RuleError):
        members.grant_membership(member, by=make_member(Role.VETTER), valid_until=in_a_month())
    with pytest.raises(RuleError):
        members.create_administrator(member.email)


@pytest.mark.parametrize("roles", [(), (Role.VETTER,), (Role.EDITOR,)])
def test_only_administrators_give_and_take_roles(roles: tuple[Role, ...]) -> None:
    member, other = make_member(Role.TRAINER), make_member(*roles)
    with pytest.raises(PermissionDenied):
        members.grant_role(member, Role.EDITOR, by=other)
    with pytest.raises(PermissionDenied):
        members.withdraw_role(member, Role.TRAINER, by=other)
    assert roles_of(member) == {Role.TRAINER}


def test_roles_add_up_except_vetter_with_administrator() -> None:
    member = make_member(Role.TRAINER, Role.EDITOR, Role.VETTER)
    assert roles_of(member) == {Role.TRAINER, Role.EDITOR, Role.VETTER}
    with pytest.raises(RuleError):
        members.grant_role(member, Role.ADMINISTRATOR, by=None)
    with pytest.raises(RuleError):
        members.grant_role(make_member(Role.ADMINISTRATOR), Role.VETTER, by=None)
    assert roles_of(member) == {Role.TRAINER, Role.EDITOR, Role.VETTER}


def test_an_expired_role_stands_in_nobodys_way() -> None:
    member = make_member()
    members.grant_role(member, Role.VETTER, by=None, expires_at=timezone.now() + SOON)
    member.role_grants.update(expires_at=timezone.now() - SOON)
    members.grant_role(member, Role.ADMINISTRATOR, by=None)
    assert roles_of(member) == {Role.ADMINISTRATOR}


def test_the_editors_desk_knows_editors_and_translators_by_their_group() -> None:
    member = make_member(Role.EDITOR, Role.TRANSLATOR, Role.TRAINER, languages=("ru", "ar"))
    assert set(member.groups.values_list("name", flat=True)) == {"Editors", "Translators"}
    assert member.role_grants.get(role=Role.TRANSLATOR).languages == ["ar", "ru"]
    members.withdraw_role(member, Role.EDITOR, by=None)
    assert set(member.groups.values_list("name", flat=True)) == {"Translators"}
    assert roles_of(member) == {Role.TRANSLATOR, Role.TRAINER}
    assert Group.objects.filter(name="Editors").count() == 1


def test_taking_a_role_ends_the_sessions_that_had_it() -> None:
    editor = make_member(Role.EDITOR)
    sign_in(Client(), editor)
    members.withdraw_role(editor, Role.EDITOR, by=None)
    assert not Session.objects.filter(user_id=editor.pk).exists()
    members.withdraw_role(editor, Role.EDITOR, by=None)
    assert actions_of(editor).count("role.withdrawn") == 1


@pytest.mark.parametrize(
    ("role", "languages"),
    [(Role.TRANSLATOR, ()), (Role.TRANSLATOR, ("xx",)), (Role.EDITOR, ("fr",))],
)
def test_a_translator_has_languages_of_the_hub_and_nobody_else_has(
    role: Role, languages: tuple[str, ...]
) -> None:
    member = make_member()
    with pytest.raises(RuleError):
        members.grant_role(member, role, by=None, languages=languages)
    assert roles_of(member) == frozenset()


def test_a_change_and_its_line_stand_or_fall_together(monkeypatch) -> None:
    """Raise where the line is written: nothing was changed."""
    member, account = make_member(), make_account()

    def refuse(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no line")

    monkeypatch.setattr("community.actions.members.audit.record", refuse)
    for change in (
        lambda: members.create_account("new@police.example", by=None),
        lambda: members.grant_membership(account, by=None, valid_until=in_a_month()),
        lambda: members.grant_role(member, Role.EDITOR, by=None),
        lambda: members.suspend_member(member, by=None, reason="other"),
        lambda: members.create_administrator("root@police.example"),
    ):
        with pytest.raises(RuntimeError):
            change()
    assert set(User.objects.values_list("email", flat=True)) == {member.email, account.email}
    assert User.objects.get(pk=account.pk).membership_state == MembershipState.NONE
    assert User.objects.get(pk=member.pk).membership_state == MembershipState.MEMBER
    assert not member.role_grants.exists()


def test_the_record_is_whole_afterwards_and_names_no_person() -> None:
    member = make_member(Role.EDITOR, name="Nour Example")
    members.suspend_member(member, by=None, reason="other")
    assert verify_chain() is None
    assert member.email not in str(list(AuditEntry.objects.values()))
    assert "Nour" not in str(list(AuditEntry.objects.values()))


def test_an_administrator_is_made_with_a_link_and_without_a_password() -> None:
    made = members.create_administrator("root@police.example")
    assert roles_of(made.user) == {Role.ADMINISTRATOR}
    assert not made.user.has_usable_password()
    assert actions_of(made.user) == [
        "account.created",
        "membership.granted",
        "role.granted",
        "enrolment.invited",
    ]


def test_the_command_line_makes_the_first_vetters_and_no_other_role() -> None:
    """Without two vetters nobody could ever become one."""
    made = members.create_founder("vetter@police.example", Role.VETTER)
    assert roles_of(made.user) == {Role.VETTER}
    assert not made.user.has_usable_password()
    again = members.create_founder("vetter@police.example", Role.VETTER)
    assert (again.user, again.token != made.token) == (made.user, True)
    for role in (Role.EDITOR, Role.TRAINER, Role.TRANSLATOR):
        with pytest.raises(RuleError):
            members.create_founder("other@police.example", role)
    with pytest.raises(RuleError):
        members.create_administrator("vetter@police.example")
    assert roles_of(User.objects.get(pk=made.user.pk)) == {Role.VETTER}
