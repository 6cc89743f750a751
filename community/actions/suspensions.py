"""Lifting a suspension: one administrator proposes it, another one confirms it. `suspend_member` begins one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.models import Suspension
from community.rules import RuleError
from hub.core import audit
from hub.core.access import has_role
from hub.core.enums import MembershipState, Role
from hub.core.models import User

People = dict[int | None, User]


def propose_lifting(suspension: Suspension, *, by: User) -> None:
    """Propose to lift a suspension; nothing changes until another administrator confirms it.

    Raises RuleError for the person it is about, when it was lifted, and while a proposal waits.
    """
    with transaction.atomic():
        people = _lock_open(suspension, by)
        if suspension.lift_proposed_at is not None:
            raise RuleError("Somebody has proposed this already")
        suspension.lift_proposed_by, suspension.lift_proposed_at = by, timezone.now()
        suspension.save(update_fields=["lift_proposed_by", "lift_proposed_at"])
        audit.record("membership.lift_proposed", people[suspension.user_id], by=by)


def confirm_lifting(suspension: Suspension, *, by: User) -> None:
    """Lift what another administrator has proposed to lift: the person is again what they were before.

    A membership that has ended meanwhile stays ended, roles are those that the person has, and no session comes back.
    Raises RuleError for whoever proposed it, for the person it is about, when it was lifted, when nobody has proposed it
    and when whoever did is no administrator any more.
    """
    with transaction.atomic():
        people = _lock_open(suspension, by)
        proposed_by = people.get(suspension.lift_proposed_by_id)
        if proposed_by is None:
            raise RuleError("Nobody has proposed this")
        if proposed_by.pk == by.pk:
            raise RuleError("Somebody else confirms what you proposed")
        if not has_role(proposed_by, Role.ADMINISTRATOR):
            raise RuleError("Who proposed this is no administrator any more")
        user = people[suspension.user_id]
        user.membership_state = suspension.state_before
        user.save(update_fields=["membership_state"])
        suspension.lifted_by, suspension.lifted_at = by, timezone.now()
        suspension.save(update_fields=["lifted_by", "lifted_at"])
        audit.record("membership.lifted", user, by=by)


def withdraw_lifting(suspension: Suspension, *, by: User) -> None:
    """Drop the proposal to lift a suspension: any administrator may, also the one who proposed it.

    Raises RuleError for the person it is about, when it was lifted, and when nobody has proposed it.
    """
    with transaction.atomic():
        people = _lock_open(suspension, by)
        if suspension.lift_proposed_at is None:
            raise RuleError("Nobody has proposed this")
        suspension.lift_proposed_by = suspension.lift_proposed_at = None
        suspension.save(update_fields=["lift_proposed_by", "lift_proposed_at"])
        audit.record("membership.lift_dropped", people[suspension.user_id], by=by)


def _lock_open(suspension: Suspension, by: User) -> People:
    """Return those concerned as they are now, and keep them and the suspension so until the transaction ends.

    Whoever lost their role since their request began decides nothing. People are locked in one order, and before the
    suspension, as where somebody is suspended.
    """
    concerned = (suspension.user_id, by.pk, suspension.lift_proposed_by_id)
    keys = [key for key in concerned if key is not None]
    locked = User.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    people: People = {one.pk: one for one in locked}
    Suspension.objects.select_for_update().get(pk=suspension.pk)
    suspension.refresh_from_db()
    if not has_role(people[by.pk], Role.ADMINISTRATOR):
        raise PermissionDenied
    if suspension.user_id == by.pk:
        raise RuleError("Nobody decides about themselves")
    is_suspended = people[suspension.user_id].membership_state == MembershipState.SUSPENDED
    if suspension.lifted_at is not None or not is_suspended:
        raise RuleError("This was lifted already")
    return people
