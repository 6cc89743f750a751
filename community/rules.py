"""What must hold for people, whoever acts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from hub.core.enums import Role

MEMBERSHIP_LASTS = timedelta(days=365)
"""After this long a member is verified again."""
ENROLMENT_LASTS = timedelta(hours=24)
"""How long a one-time link works."""

_APART = (frozenset({Role.VETTER, Role.ADMINISTRATOR}),)


class RuleError(Exception):
    """What was asked for is against a rule of the community. Nothing was changed."""


def check_roles(roles: Collection[Role]) -> None:
    """Raise RuleError if nobody may have these roles together."""
    for apart in _APART:
        if apart <= frozenset(roles):
            raise RuleError("Nobody is vetter and administrator at the same time")
