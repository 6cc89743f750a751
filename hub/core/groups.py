"""Groups of the editors' desk. They follow from roles; Wagtail asks them what somebody may do."""

from __future__ import annotations

from hub.core.access import is_member, live_grants
from hub.core.enums import Role
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import User

EDITORS = "Editors"
TRANSLATORS = "Translators"


def translators_of(language: str) -> str:
    """Return the group of those who translate pages into a language."""
    return f"{TRANSLATORS} ({language})"


def groups_of(user: User) -> frozenset[str]:
    """Return the names of the groups that somebody's roles give at this moment.

    Nobody translates into English: it is the source.
    """
    if not is_member(user):
        return frozenset()
    groups = set()
    for grant in live_grants().filter(user=user, role__in=[Role.EDITOR, Role.TRANSLATOR]):
        if grant.role == Role.EDITOR:
            groups.add(EDITORS)
        else:
            groups.add(TRANSLATORS)
            groups |= {
                translators_of(language) for language in grant.languages if language != DEFAULT_LANGUAGE
            }
    return frozenset(groups)
