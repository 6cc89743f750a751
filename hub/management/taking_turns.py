"""One `prepare` at a time: on a machine by a lock on a file, on a PostgreSQL server by a lock of the database."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection

try:
    import fcntl
except ImportError:  # Windows: two at once are not noticed there
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = "prepare-lock"
_DATABASE_LOCK = 0x48756250  # any number that nobody else uses


@contextlib.contextmanager
def turn_on_this_machine(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Wait until nobody else works on the data folder; `waiting` is called if somebody does."""
    if fcntl is None:
        yield
        return
    with (folder / LOCK_FILE).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks, such as some network drives
        yield


@contextlib.contextmanager
def turn_on_the_database(waiting: Callable[[], None]) -> Iterator[None]:
    """Wait until nobody else prepares the same PostgreSQL database; `waiting` is called if somebody does."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_DATABASE_LOCK])
        if not cursor.fetchone()[0]:
            waiting()
            cursor.execute("SELECT pg_advisory_lock(%s)", [_DATABASE_LOCK])
    try:
        yield
    finally:
        # After a failure the connection may be of no use any more; the lock ends with it.
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_DATABASE_LOCK])
