"""Ending sessions, and noting what people change about how they sign in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hub.core import audit, letters
from hub.core.models import AuditEntry, Session, User

CREDENTIAL_LETTER = "credential-changed"
NEW_PLACE_LETTER = "new-place"
WRONG_FACTOR = "second-factor.failed"
_WRONG_FACTORS = 3
"""The owner is told of so many within a day: one or two are typing errors."""
_A_DAY = timedelta(days=1)


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


def note_new_place(user: User) -> None:
    """Keep a line of a log-in from a network or with a browser that was not known; the owner is told by mail."""
    with transaction.atomic():
        line = audit.record("session.new-place", user, by=user)
        letters.post(NEW_PLACE_LETTER, f"{user.pk}:{line.at:%Y-%m-%d %H.%M}")


def note_wrong_factor(user: User) -> None:
    """Keep a line of a wrong second factor after the right password; the owner is told of the third within a day."""
    with transaction.atomic():
        audit.record(WRONG_FACTOR, user, by=None)
        lately = AuditEntry.objects.filter(
            action=WRONG_FACTOR,
            subject_type=user._meta.label_lower,
            subject_id=str(user.pk),
            at__gt=timezone.now() - _A_DAY,
        )
        if lately.count() == _WRONG_FACTORS:
            letters.post(CREDENTIAL_LETTER, f"{user.pk}:{WRONG_FACTOR}")
