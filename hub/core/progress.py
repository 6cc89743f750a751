"""Progress of a command: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys

from django.core.management.base import OutputWrapper

_CHARACTERS = 30


class ProgressBar:
    """Shows how much of something is done. Elsewhere than on a terminal, it says only that it is finished."""

    def __init__(self, output: OutputWrapper, what: str) -> None:
        self._output = output
        self._what = what
        self._is_finished = False

    def show(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done; what is finished is said once."""
        if self._is_finished:
            return
        self._is_finished = done == total
        if not self._output.isatty():
            if done == total:
                self._output.write(f"{self._what}: {total}")
            return
        filled = _CHARACTERS * done // max(total, 1)
        bar = "█" * filled + "░" * (_CHARACTERS - filled)
        self._output.write(f"\r{self._what} {bar} {done}/{total}", ending="\n" if done == total else "")
        sys.stdout.flush()
