"""The record of who did what. `record` writes a line; `verify_chain` proves that none is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.utils import timezone

from hub.core.models import AuditEntry, Counter, User

AUDIT_COUNTER = "audit"
"""The counter that each recorded change bumps: what is computed from records is as old as its number."""
_actor: ContextVar[User | None] = ContextVar("audit_actor", default=None)


@contextmanager
def acting_as(user: User | None) -> Iterator[None]:
    """Name the person to whom changes inside the block are attributed when no `by` is given."""
    token = _actor.set(user)
    try:
        yield
    finally:
        _actor.reset(token)


def record(action: str, subject: models.Model, *, by: User | None = None, **details: Any) -> AuditEntry:
    """Append a line. Must run in the transaction of the change itself, so that both stand or neither.

    `details` holds plain values only, never personal data: the record outlives the people in it.
    """
    actor = by or _actor.get()
    counter = Counter.bump(AUDIT_COUNTER)
    entry = AuditEntry(
        number=counter.number,
        at=timezone.now(),
        actor=actor if actor is not None and actor.pk else None,
        actor_label=str(actor.uuid) if actor is not None else "system",
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        details=details,
    )
    entry.entry_hash = _hash(entry, counter.note)
    entry.save(force_insert=True)
    Counter.objects.filter(name=AUDIT_COUNTER).update(note=entry.entry_hash)
    return entry


def verify_chain() -> int | None:
    """Return the number of the first line that was changed, added or removed, or None if all is well."""
    previous = ""
    expected = 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2_000):
        if entry.number != expected or entry.entry_hash != _hash(entry, previous):
            return expected
        previous = entry.entry_hash
        expected += 1
    counter = Counter.objects.filter(name=AUDIT_COUNTER).first()
    if counter is None or counter.number > expected - 1:
        return None if counter is None and expected == 1 else expected
    # The counter remembers the last line: whoever rewrites that one, hash and all, is found as well.
    return None if counter.note == previous else expected - 1


def _hash(entry: AuditEntry, previous: str) -> str:
    content = [
        previous,
        entry.number,
        entry.at.isoformat(),
        entry.actor_label,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.details,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
