"""Leaving a server alone that has just failed, and trying it again later."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

PAUSE = 30.0
"""Seconds for which what failed is not asked again."""


@dataclass(frozen=True, slots=True)
class BreakerState:
    """Whether it is asked; `reason` says why it is not, and is empty if it is."""

    is_closed: bool
    reason: str = ""


class Breaker:
    """Stops asking after a failure; when the pause is over, one question tries again. Serves all threads."""

    def __init__(self, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin closed: everything is asked."""
        self._pause = pause
        self._clock = clock
        self._lock = Lock()
        self._open_until = 0.0
        self._reason = ""

    @property
    def state(self) -> BreakerState:
        """What it does now."""
        reason = self._reason
        return BreakerState(not reason, reason)

    def may_ask(self) -> bool:
        """Say whether to ask. After a pause only the first who wants to know may, until it is known how that went."""
        if not self._reason:
            return True
        with self._lock:
            now = self._clock()
            if not self._reason:
                return True
            if now < self._open_until:
                return False
            self._open_until = now + self._pause
            return True

    def succeeded(self) -> bool:
        """Close; say whether it was open."""
        if not self._reason:
            return False
        with self._lock:
            was_open, self._reason = bool(self._reason), ""
            return was_open

    def failed(self, reason: str) -> bool:
        """Open for a pause; say whether it was closed."""
        with self._lock:
            was_closed, self._reason = not self._reason, reason or "unknown"
            self._open_until = self._clock() + self._pause
            return was_closed
