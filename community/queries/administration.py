"""What administrators see: who has which role, agencies and their domains, focal points, and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from community.models import Agency, AgencyDomain, FocalPoint, RoleChange
from community.queries.figures import applications_short_of_vetters
from community.queries.suspensions import liftings_that_wait
from community.rules import RuleError
from community.validators import address_as_kept
from hub.core.access import has_role, live_grants
from hub.core.enums import Role
from hub.core.models import RoleGrant, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Viewer = User | AnonymousUser

EXPIRES_SOON = timedelta(days=30)
_SHOWN_OF_THE_PAST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a second administrator, or ends within a month."""

    roles: int
    domains: int
    focal_points: int
    suspensions: int
    domains_ending: int
    focal_points_ending: int
    short_of_vetters: int
    """Applications, of which administrators see nothing else."""


def _administers(user: Viewer) -> bool:
    return isinstance(user, User) and has_role(user, Role.ADMINISTRATOR)


def grants_visible_to(user: Viewer) -> QuerySet[RoleGrant]:
    """Return who has which role now, to administrators."""
    if not _administers(user):
        return RoleGrant.objects.none()
    return live_grants().select_related("user").order_by("role", "user__name", "pk")


def role_changes_visible_to(user: Viewer) -> QuerySet[RoleChange]:
    """Return what was proposed, the newest first, to administrators."""
    if not _administers(user):
        return RoleChange.objects.none()
    found = RoleChange.objects.select_related("user", "proposed_by", "decided_by")
    return found.order_by("-proposed_at", "-pk")


def past_role_changes(user: Viewer) -> list[RoleChange]:
    """Return the newest of what was decided."""
    return list(role_changes_visible_to(user).filter(decided_at__isnull=False)[:_SHOWN_OF_THE_PAST])


def agencies_visible_to(user: Viewer) -> QuerySet[Agency]:
    """Return agencies, to administrators."""
    return Agency.objects.order_by("name", "pk") if _administers(user) else Agency.objects.none()


def domains_visible_to(user: Viewer) -> QuerySet[AgencyDomain]:
    """Return domains with their agencies and whoever proposed and confirmed them, to administrators."""
    if not _administers(user):
        return AgencyDomain.objects.none()
    return AgencyDomain.objects.select_related("agency", "proposed_by", "confirmed_by").order_by(
        "domain", "pk"
    )


def domains_that_need_somebody(user: Viewer) -> QuerySet[AgencyDomain]:
    """Return the domains that wait for a second person, or end within a month."""
    soon = timezone.now() + EXPIRES_SOON
    return domains_visible_to(user).filter(
        Q(confirmed_at__isnull=True) | Q(expires_at__lt=soon), withdrawn_at__isnull=True
    )


def focal_points_visible_to(user: Viewer) -> QuerySet[FocalPoint]:
    """Return who speaks for a country, or is to, to administrators."""
    if not _administers(user):
        return FocalPoint.objects.none()
    found = FocalPoint.objects.filter(withdrawn_at__isnull=True)
    return found.select_related("user", "proposed_by", "confirmed_by").order_by("country", "pk")


def what_waits(user: Viewer) -> Waiting:
    """Count what an administrator should look at."""
    soon = timezone.now() + EXPIRES_SOON
    domains = domains_visible_to(user).filter(withdrawn_at__isnull=True)
    points = focal_points_visible_to(user)
    return Waiting(
        roles=role_changes_visible_to(user).filter(decided_at__isnull=True).count(),
        domains=domains.filter(confirmed_at__isnull=True).count(),
        focal_points=points.filter(confirmed_at__isnull=True).count(),
        suspensions=liftings_that_wait(user).count(),
        domains_ending=domains.filter(expires_at__lt=soon).count(),
        focal_points_ending=points.filter(expires_at__lt=soon).count(),
        short_of_vetters=applications_short_of_vetters() if _administers(user) else 0,
    )


def require_person(address: str) -> User:
    """Return whose address this is. Raises RuleError if it is nobody's."""
    user = User.objects.with_address(address_as_kept(address)).first()
    if user is None:
        raise RuleError("Nobody has this address")
    return user
