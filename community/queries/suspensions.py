"""Who is suspended, and what was lifted: for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, QuerySet

from community.models import Suspension
from hub.core.access import has_role
from hub.core.enums import MembershipState, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hub.core.models import User

_SHOWN_OF_THE_PAST = 50


def suspensions_visible_to(user: User | AnonymousUser) -> QuerySet[Suspension]:
    """Return the suspensions that hold now, the newest first, to administrators."""
    return _all_for(user).filter(lifted_at__isnull=True, user__membership_state=MembershipState.SUSPENDED)


def liftings_that_wait(user: User | AnonymousUser) -> QuerySet[Suspension]:
    """Return the suspensions that somebody has proposed to lift, the oldest proposal first."""
    waiting = suspensions_visible_to(user).filter(lift_proposed_at__isnull=False)
    return waiting.order_by("lift_proposed_at", "pk")


def past_suspensions(user: User | AnonymousUser) -> list[Suspension]:
    """Return the newest of what was lifted."""
    lifted = _all_for(user).filter(lifted_at__isnull=False)
    return list(lifted.order_by("-lifted_at", "-pk")[:_SHOWN_OF_THE_PAST])


def _all_for(user: User | AnonymousUser) -> QuerySet[Suspension]:
    if not has_role(user, Role.ADMINISTRATOR):
        return Suspension.objects.none()
    found = Suspension.objects.select_related("user", "suspended_by", "lift_proposed_by", "lifted_by")
    return found.order_by(F("suspended_at").desc(nulls_last=True), "-pk")
