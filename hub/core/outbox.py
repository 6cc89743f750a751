"""The outbox: a change and the news of it stand in one transaction; a worker delivers the news."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from hub.core.models import OutboxEntry

logger = logging.getLogger(__name__)

Deliver = Callable[[Sequence[str]], None]
"""Delivers a batch of keys of one topic; raising means that nothing of it was delivered."""

_deliveries: dict[str, Deliver] = {}
_in_order: set[str] = set()
_singly: set[str] = set()
_LONGEST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE_IN_ORDER = timedelta(minutes=1)
"""Where one failure holds up everything behind it."""


def register(
    topic: str, deliver: Deliver, *, to: str = "", in_order: bool = False, singly: bool = False
) -> None:
    """Name who delivers a topic. Refuses a second one, so that no news goes astray.

    With `to`, a topic has several receivers: each gets all news, at its own pace. With `in_order`, nothing overtakes
    news that could not be delivered; use it where that does no harm to others. With `singly`, each entry is a delivery of
    its own, so that one that fails does not repeat the others.
    """
    channel = f"{topic}@{to}" if to else topic
    if channel in _deliveries and _deliveries[channel] is not deliver:
        raise ValueError(f"somebody delivers {channel} already")
    _deliveries[channel] = deliver
    if in_order:
        _in_order.add(channel)
    if singly:
        _singly.add(channel)


def _channels(topic: str) -> list[str]:
    """Return who is told of a topic; itself where nobody is, so that the news waits."""
    return [name for name in _deliveries if name.partition("@")[0] == topic] or [topic]


def enqueue(topic: str, keys: Iterable[object]) -> None:
    """Note that these keys of a topic have changed. Must run inside the transaction of the change."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("outbox.enqueue needs the transaction of the change")
    named = [str(key) for key in keys]
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(topic=channel, key=key) for channel in _channels(topic) for key in named]
    )


def pending(topic: str | None = None) -> int:
    """Return how many entries wait, of one topic (for all its receivers) or of all."""
    entries = OutboxEntry.objects.all()
    return (entries.filter(topic__in=_channels(topic)) if topic else entries).count()


def waiting() -> dict[str, int]:
    """Return how many entries wait for each receiver for whom any do."""
    counted = OutboxEntry.objects.values_list("topic").annotate(number=Count("id")).order_by("topic")
    return dict(counted)


def forget_former_receivers(topic: str) -> int:
    """Drop what waits for receivers that a topic had once and has no more; return how many entries that were."""
    entries = OutboxEntry.objects.filter(topic__startswith=f"{topic}@").exclude(topic__in=_channels(topic))
    return entries.delete()[0]


def drain(batch: int = 500) -> int:
    """Deliver what is due, one batch a topic, and return how many entries were delivered.

    A failed batch stays, with its error, and is tried again after a pause that doubles each time.
    """
    return sum(
        _drain_singly(topic, deliver, batch) if topic in _singly else _drain_topic(topic, deliver, batch)
        for topic, deliver in _deliveries.items()
    )


def _drain_singly(topic: str, deliver: Deliver, batch: int) -> int:
    delivered = 0
    while delivered < batch and _drain_topic(topic, deliver, 1):
        delivered += 1
    return delivered


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
    rows = rows.filter(topic=topic).order_by("id")
    entries = list((rows if topic in _in_order else rows.filter(available_at__lte=now))[:batch])
    if not entries or entries[0].available_at > now:
        return 0
    if topic in _in_order and OutboxEntry.objects.filter(topic=topic, id__lt=entries[0].pk).exists():
        # Another worker is at it.
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
        longest = _LONGEST_PAUSE_IN_ORDER if topic in _in_order else _LONGEST_PAUSE
        pause = min(timedelta(seconds=2 ** min(attempts, 12)), longest)
        OutboxEntry.objects.filter(pk__in=ids).update(
            attempts=attempts, available_at=now + pause, last_error=f"{type(error).__name__}: {error}"[:200]
        )
        return 0
    OutboxEntry.objects.filter(pk__in=ids).delete()
    return len(ids)
