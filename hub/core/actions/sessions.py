"""Ending sessions, and noting what people change about how they sign in."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from hub.core import audit, letters
from hub.core.models import Session, User

CREDENTIAL_LETTER = "credential-changed"


def end_sessions(
    user: User,
    *,
    by: User | None,
    only: Collection[str] | None = None,
    except_for: str = "",
) -> int:
    """End somebody's sessions and return how many there were.

    `only` names some of them by the hash of their key; `except_for` names one that stays.
    """
    with transaction.atomic():
        sessions = Session.objects.filter(user_id=user.pk).exclude(key_hash=except_for)
        if only is not None:
            sessions = sessions.filter(key_hash__in=only)
        ended, _ = sessions.delete()
        if ended:
            audit.record("sessions.ended", user, by=by, count=ended)
    return ended


def note_credential_change(action: str, user: User, **details: str) -> None:
    """Keep a line of a change that somebody made to how they sign in; `action` such as "password.changed".

    Its owner is told by mail.
    """
    with transaction.atomic():
        audit.record(action, user, by=user, **details)
        letters.post(CREDENTIAL_LETTER, f"{user.pk}:{action}")
