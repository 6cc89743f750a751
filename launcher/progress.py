"""What one sees while something takes its time."""

from __future__ import annotations

import sys
import threading
import time

from launcher.failures import StoppedError

_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Says what is going on in a step, and for how long, as soon as the step takes longer than a second.

    On a terminal one line counts the seconds; elsewhere there is a plain line every ten seconds.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._over = threading.Event()
        self._visible = False
        self._output = threading.Lock()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Progress:
        """Begin to count."""
        self._thread.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        """Say how long it took, if it took long."""
        self._over.set()
        self._thread.join()
        if self._visible:
            end = "done" if error is None else "stopped" if error is StoppedError else "failed"
            self.say(f"{self._label}: {end} after {self._seconds()} s")

    def say(self, line: str) -> None:
        """Print a line above the counting one."""
        with self._output:
            print((_CLEAR_LINE if self._visible and sys.stdout.isatty() else "") + line, flush=True)

    def _seconds(self) -> int:
        return int(time.monotonic() - self._started)

    def _tick(self) -> None:
        terminal = sys.stdout.isatty()
        pause = 1.0
        while not self._over.wait(pause):
            with self._output:
                self._visible = True
                start, end = (_CLEAR_LINE, "") if terminal else ("", "\n")
                print(f"{start}{self._label} ... {self._seconds()} s", end=end, flush=True)
            pause = 0.2 if terminal else 10.0
