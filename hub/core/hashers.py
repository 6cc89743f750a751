"""Password hashing, dear on purpose: only so many hashes are computed at a time on one machine."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

try:
    import fcntl
except ImportError:  # Windows: one process only
    fcntl = None  # type: ignore[assignment]

SLOTS = max(2, os.cpu_count() or 2)
"""How many passwords are hashed at the same time."""
PATIENCE = 2.0
"""Seconds that a request waits for a slot."""
_PAUSE = 0.02

_in_process = threading.BoundedSemaphore(SLOTS)


class HashingBusyError(Exception):
    """All slots are taken. The door answers with 503 and asks to come back."""

    retry_after = 5


@contextmanager
def hashing_slot(patience: float | None = None) -> Iterator[None]:
    """Hold one of the machine's slots. Raises HashingBusyError when none becomes free within `patience` seconds.

    A slot is a locked file, so all processes share them and a killed process gives its slot back. It is no counter:
    whoever floods the log-in makes others wait for a moment, but locks nobody out.
    """
    deadline = time.monotonic() + (PATIENCE if patience is None else patience)
    if not _in_process.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise HashingBusyError
    try:
        with _machine_wide(deadline):
            yield
    finally:
        _in_process.release()


@contextmanager
def _machine_wide(deadline: float) -> Iterator[None]:
    folder = _folder()
    if fcntl is None or folder is None:
        yield
        return
    while True:
        for number in range(SLOTS):
            if (slot := _take(folder / f"{number}.lock")) is not None:
                with slot:
                    yield
                return
        if time.monotonic() >= deadline:
            raise HashingBusyError
        time.sleep(_PAUSE)


def _folder() -> Path | None:
    folder = Path(settings.DATA_DIR) / "hashing"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    # Where nothing can be written each process still has its own cap.
    return folder if os.access(folder, os.W_OK) else None


def _take(path: Path) -> IO[bytes] | None:
    try:
        slot = path.open("ab")
    except OSError:
        return None
    try:
        fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        slot.close()
        return None
    return slot


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the parameters of OWASP's password storage cheat sheet: 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash. Raises HashingBusyError."""
        with hashing_slot():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether the password fits. Raises HashingBusyError."""
        with hashing_slot():
            return super().verify(password, encoded)
