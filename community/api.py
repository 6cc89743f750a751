"""The front door of the community: what the roof may use."""

from __future__ import annotations

from community.actions.enrolment import enrol
from community.actions.members import (
    NewAdministrator,
    create_account,
    create_administrator,
    grant_membership,
    grant_role,
    suspend_member,
    withdraw_role,
)
from community.enums import SuspensionReason
from community.queries.enrolment import working_links
from community.rules import MEMBERSHIP_LASTS, RuleError
from hub.core.models import User

__all__ = [
    "MEMBERSHIP_LASTS",
    "NewAdministrator",
    "RuleError",
    "SuspensionReason",
    "create_account",
    "create_administrator",
    "enrol",
    "grant_membership",
    "grant_role",
    "person_to_enrol",
    "suspend_member",
    "withdraw_role",
]


def person_to_enrol(token: str) -> User | None:
    """Return whose one-time link this is, or None if it does not work."""
    link = working_links(token).first()
    return link.user if link else None
