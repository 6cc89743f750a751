"""What the record says, line by line: for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.models import AuditEntry, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_PERSON = User._meta.label_lower


def audit_visible_to(user: User | AnonymousUser) -> QuerySet[AuditEntry]:
    """Return the record's lines, the newest first, to administrators."""
    if not has_role(user, Role.ADMINISTRATOR):
        return AuditEntry.objects.none()
    return AuditEntry.objects.select_related("actor").order_by("-number")


def actions_that_occur(user: User | AnonymousUser) -> list[str]:
    """Return what was done at all, by its codes."""
    return list(audit_visible_to(user).order_by("action").values_list("action", flat=True).distinct())


def find_lines(
    user: User | AnonymousUser,
    *,
    action: str = "",
    by: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
    newest: int | None = None,
) -> QuerySet[AuditEntry]:
    """Return the lines of one action, by one reference, about one thing, of some days in UTC, up to a number.

    `about` is the reference of a person, or a type and a key such as `community.agency:7`.
    """
    lines = audit_visible_to(user)
    if action:
        lines = lines.filter(action=action)
    if by:
        lines = lines.filter(actor_label=by)
    if about:
        kind, colon, key = about.partition(":")
        if not colon:
            person = User.objects.filter(uuid=UUID(about)).first()
            if person is None:
                return lines.none()
            kind, key = _PERSON, str(person.pk)
        lines = lines.filter(subject_type=kind, subject_id=key)
    if since is not None:
        lines = lines.filter(at__gte=datetime.combine(since, time.min, UTC))
    if until is not None:
        lines = lines.filter(at__lte=datetime.combine(until, time.max, UTC))
    return lines if newest is None else lines.filter(number__lte=newest)


def people_in(lines: Iterable[AuditEntry]) -> dict[str, User]:
    """Return the people whom lines are about, as far as their accounts exist, by the key in the line."""
    keys = {int(line.subject_id) for line in lines if line.subject_type == _PERSON}
    return {str(user.pk): user for user in User.objects.filter(pk__in=keys).only("name", "email")}
