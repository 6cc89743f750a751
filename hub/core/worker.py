"""The one worker: tells the index, runs tasks, does what is due, and leaves a heartbeat."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from hub.core import outbox
from hub.core.models import Counter

logger = logging.getLogger(__name__)

_HEARTBEAT = "worker-heartbeat"
_HEARTBEAT_EVERY = timedelta(seconds=10)


@dataclass(slots=True)
class Duty:
    """Something to be done again and again."""

    name: str
    every: timedelta
    perform: Callable[[], object]


_duties: list[Duty] = []


def register_duty(duty: Duty) -> None:
    """Add something that the worker does regularly; a second one of the same name replaces the first."""
    _duties[:] = [known for known in _duties if known.name != duty.name] + [duty]


def last_heartbeat() -> datetime | None:
    """Return when a worker last said that it is alive, or None."""
    note = Counter.objects.filter(name=_HEARTBEAT).values_list("note", flat=True).first()
    return datetime.fromisoformat(note) if note else None


def beat() -> None:
    """Say that the worker is alive."""
    Counter.objects.update_or_create(name=_HEARTBEAT, defaults={"note": timezone.now().isoformat()})


def work_once() -> int:
    """Deliver what waits and run the tasks that are due; return how much was delivered."""
    delivered = outbox.drain()
    TaskWorker(
        queue_names=["*"],
        interval=1,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=100,
        worker_id=f"hub-{time.time_ns()}",
        excluded_queue_names=[],
    ).run()
    return delivered


def work_forever(should_stop: Callable[[], bool], pause: float = 0.5) -> None:
    """Work until `should_stop` says so. A failing duty is logged and tried again when it is next due."""
    started = timezone.now()
    due = {duty.name: started + duty.every for duty in _duties}
    next_beat = started
    while not should_stop():
        close_old_connections()
        now = timezone.now()
        try:
            if now >= next_beat:
                beat()
                next_beat = now + _HEARTBEAT_EVERY
            delivered = work_once()
            for duty in _duties:
                if now >= due.get(duty.name, now):
                    due[duty.name] = now + duty.every
                    duty.perform()
        except Exception:
            # The worker outlives a database that restarts and a duty that fails.
            logger.exception("worker round failed")
            delivered = 0
        if not delivered:
            time.sleep(pause)
