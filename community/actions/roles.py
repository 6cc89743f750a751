"""Roles: one administrator proposes to give or take one, another one confirms it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.actions.members import check_grant, grant_role, withdraw_role
from community.enums import RoleStep
from community.models import RoleChange
from community.rules import ROLE_LASTS, RuleError
from hub.core import audit
from hub.core.access import has_role, is_member
from hub.core.enums import Role
from hub.core.models import RoleGrant, User


def propose_role(
    user: User,
    role: Role | str,
    *,
    by: User,
    languages: Collection[str] = (),
    expires_at: datetime | None = None,
) -> RoleChange:
    """Propose to give somebody a role, for a year at most; nothing changes until another administrator confirms it.

    Raises RuleError for whoever is no member, for oneself, for what nobody may have, for an end that is past or too far
    away, and while another change of this role waits.
    """
    _require_administrator(by)
    role, now = Role(role), timezone.now()
    ends = expires_at or now + ROLE_LASTS
    if not is_member(user):
        raise RuleError("Only members have roles")
    if not now < ends <= now + ROLE_LASTS:
        raise RuleError("A role ends within a year")
    named = check_grant(user, role, by=by, languages=languages)
    return _propose(user, role, RoleStep.GRANT, by=by, languages=named, expires_at=ends)


def propose_withdrawal(user: User, role: Role | str, *, by: User) -> RoleChange:
    """Propose to take a role from somebody. In a hurry, suspend: that needs one person.

    Raises RuleError for oneself, for a role that the person does not have, and while another change of it waits.
    """
    _require_administrator(by)
    role = Role(role)
    if user.pk == by.pk:
        raise RuleError("Nobody decides about themselves")
    if not RoleGrant.objects.filter(user=user, role=role).exists():
        raise RuleError("This person does not have the role")
    return _propose(user, role, RoleStep.WITHDRAW, by=by)


def confirm_role_change(change: RoleChange, *, by: User) -> None:
    """Do what another administrator has proposed.

    Raises RuleError for whoever proposed it, for the person it is about, when it was decided, and when the rules for roles
    forbid it by now.
    """
    with transaction.atomic():
        _lock_open(change, by)
        if change.proposed_by_id == by.pk:
            raise RuleError("Somebody else confirms what you proposed")
        if not has_role(change.proposed_by, Role.ADMINISTRATOR):
            raise RuleError("Who proposed this is no administrator any more")
        if change.step == RoleStep.GRANT:
            if not is_member(change.user):
                raise RuleError("Only members have roles")
            grant_role(
                change.user,
                change.role,
                by=by,
                proposed_by=change.proposed_by,
                languages=change.languages,
                expires_at=change.expires_at,
            )
        else:
            withdraw_role(change.user, change.role, by=by, proposed_by=change.proposed_by)
        _settle(change, by, is_confirmed=True)


def withdraw_role_change(change: RoleChange, *, by: User) -> None:
    """Drop a change that waits: any administrator may, also the one who proposed it."""
    with transaction.atomic():
        _lock_open(change, by)
        _settle(change, by, is_confirmed=False)


def _propose(
    user: User,
    role: Role,
    step: RoleStep,
    *,
    by: User,
    languages: Collection[str] = (),
    expires_at: datetime | None = None,
) -> RoleChange:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if RoleChange.objects.filter(user=user, role=role, decided_at__isnull=True).exists():
            raise RuleError("Another change of this role waits")
        change = RoleChange.objects.create(
            user=user,
            role=role,
            step=step,
            languages=list(languages),
            expires_at=expires_at,
            proposed_by=by,
            proposed_at=timezone.now(),
        )
        audit.record("role.proposed", user, by=by, role=str(role), step=str(step))
    return change


def _lock_open(change: RoleChange, by: User) -> None:
    _require_administrator(by)
    RoleChange.objects.select_for_update().get(pk=change.pk)
    change.refresh_from_db()
    if change.decided_at is not None:
        raise RuleError("This was decided already")
    if change.user_id == by.pk:
        raise RuleError("Nobody decides about themselves")


def _settle(change: RoleChange, by: User, *, is_confirmed: bool) -> None:
    change.decided_by, change.decided_at, change.is_confirmed = by, timezone.now(), is_confirmed
    change.save(update_fields=["decided_by", "decided_at", "is_confirmed"])
    if not is_confirmed:
        audit.record("role.not-confirmed", change.user, by=by, role=change.role, step=change.step)


def _require_administrator(by: User) -> None:
    if not has_role(by, Role.ADMINISTRATOR):
        raise PermissionDenied
