"""Who may do what. Views and templates ask here; nothing else decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from hub.core.enums import MembershipState, Role
from hub.core.models import RoleGrant, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def is_member(user: User | AnonymousUser) -> bool:
    """Tell whether somebody's membership is valid at this moment."""
    return bool(
        user.is_authenticated
        and user.is_active
        and isinstance(user, User)
        and user.membership_state == MembershipState.MEMBER
        and user.membership_valid_until is not None
        and user.membership_valid_until > timezone.now()
    )


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """Return the roles that a member has now. Without a valid membership there are none."""
    if not isinstance(user, User) or not is_member(user):
        return frozenset()
    cached: frozenset[Role] | None = getattr(user, "_roles", None)
    if cached is None:
        grants = live_grants().filter(user=user)
        cached = frozenset(Role(role) for role in grants.values_list("role", flat=True))
        user._roles = cached  # type: ignore[attr-defined]
    return cached


def has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    """Tell whether a member has at least one of the roles."""
    return not roles_of(user).isdisjoint(roles)


def holders_of(role: Role) -> QuerySet[User]:
    """Return the members who have a role now."""
    return User.objects.filter(
        is_active=True,
        membership_state=MembershipState.MEMBER,
        membership_valid_until__gt=timezone.now(),
        pk__in=live_grants().filter(role=role).values("user"),
    )


def live_grants() -> QuerySet[RoleGrant]:
    """Return the roles that were given and have not ended, of members and of those whose membership is not valid."""
    return RoleGrant.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))
