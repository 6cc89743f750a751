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
    """Something to be done again and again; of the name, 34 characters at most."""

    name: str
    every: timedelta
    perform: Callable[[], object]


_duties: list[Duty] = []


def register_duty(duty: Duty) -> None:
    """Add something that the worker does regularly; a second one of the same name replaces the first."""
    _duties[:] = [known for known in _duties if known.name != duty.name] + [duty]


def last_heartbeat() -> datetime | None:
    """Return when a worker last said that it is alive, or None."""
    return _noted(_HEARTBEAT)


def beat() -> None:
    """Say that the worker is alive."""
    _note(_HEARTBEAT, timezone.now())


def _note(name: str, moment: datetime) -> None:
    Counter.objects.update_or_create(name=name, defaults={"note": moment.isoformat()})


def _noted(name: str) -> datetime | None:
    note = Counter.stamp(name)
    return datetime.fromisoformat(note) if note else None


def _performance_of(duty: Duty) -> str:
    return f"duty: {duty.name}"


def _next_performance(duty: Duty, now: datetime) -> datetime:
    last = _noted(_performance_of(duty))
    return last + duty.every if last else now


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
    """Work until `should_stop` says so. A failing duty is logged and tried again when it is next due.

    A duty that this hub has never performed is due at once; a restart puts none off.
    """
    due: dict[str, datetime] = {}
    next_beat = timezone.now()
    while not should_stop():
        close_old_connections()
        now = timezone.now()
        try:
            if now >= next_beat:
                beat()
                next_beat = now + _HEARTBEAT_EVERY
            delivered = work_once()
            for duty in _duties:
                if duty.name not in due:
                    due[duty.name] = _next_performance(duty, now)
                if now >= due[duty.name]:
                    due[duty.name] = now + duty.every
                    _note(_performance_of(duty), now)
                    duty.perform()
        except Exception:
            # The worker outlives a database that restarts and a duty that fails.
            logger.exception("worker round failed")
            delivered = 0
        if not delivered:
            time.sleep(pause)
