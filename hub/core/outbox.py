"""The outbox: a change and the news of it stand in one transaction; a worker delivers the news."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from hub.core.models import OutboxEntry

logger = logging.getLogger(__name__)

Deliver = Callable[[Sequence[str]], None]
"""Delivers a batch of keys of one topic; raising means that nothing of it was delivered."""

_deliveries: dict[str, Deliver] = {}
_LONGEST_PAUSE = timedelta(minutes=10)


def register(topic: str, deliver: Deliver) -> None:
    """Name who delivers a topic. Refuses a second one, so that no news goes astray."""
    if topic in _deliveries and _deliveries[topic] is not deliver:
        raise ValueError(f"somebody delivers {topic} already")
    _deliveries[topic] = deliver


def enqueue(topic: str, keys: Iterable[object]) -> None:
    """Note that these keys of a topic have changed. Must run inside the transaction of the change."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("outbox.enqueue needs the transaction of the change")
    OutboxEntry.objects.bulk_create([OutboxEntry(topic=topic, key=str(key)) for key in keys])


def pending(topic: str | None = None) -> int:
    """Return how many entries wait, of one topic or of all."""
    entries = OutboxEntry.objects.all()
    return (entries.filter(topic=topic) if topic else entries).count()


def drain(batch: int = 500) -> int:
    """Deliver what is due, one batch a topic, and return how many entries were delivered.

    A failed batch stays, with its error, and is tried again after a pause that doubles each time.
    """
    return sum(_drain_topic(topic, deliver, batch) for topic, deliver in _deliveries.items())


def _drain_topic(topic: str, deliver: Deliver, batch: int) -> int:
    if connection.features.has_select_for_update_skip_locked:
        # Rows stay locked while they are delivered, so that several workers share the work.
        with transaction.atomic():
            return _take_and_deliver(
                topic, deliver, batch, OutboxEntry.objects.select_for_update(skip_locked=True)
            )
    # SQLite has one writer: a transaction around the delivery would keep everybody else waiting. Delivering twice
    # does no harm, since a delivery reads the present state.
    return _take_and_deliver(topic, deliver, batch, OutboxEntry.objects.all())


def _take_and_deliver(topic: str, deliver: Deliver, batch: int, rows: QuerySet[OutboxEntry]) -> int:
    now = timezone.now()
    entries = list(rows.filter(topic=topic, available_at__lte=now).order_by("id")[:batch])
    if not entries:
        return 0
    ids = [entry.pk for entry in entries]
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with guard:
            deliver(list(dict.fromkeys(entry.key for entry in entries)))
    except Exception as error:
        # Whatever went wrong, the news must not be lost and other topics must go on.
        logger.warning("outbox delivery failed", extra={"topic": topic, "error": type(error).__name__})
        attempts = max(entry.attempts for entry in entries) + 1
        pause = min(timedelta(seconds=2 ** min(attempts, 12)), _LONGEST_PAUSE)
        OutboxEntry.objects.filter(pk__in=ids).update(
            attempts=attempts, available_at=now + pause, last_error=f"{type(error).__name__}: {error}"[:200]
        )
        return 0
    OutboxEntry.objects.filter(pk__in=ids).delete()
    return len(ids)
