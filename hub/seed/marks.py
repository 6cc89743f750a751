"""What the seed remembers: which version of its content it has written, so that a second run leaves it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from hub.core.models import Counter


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash of the names and contents of files (64 hexadecimal digits)."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()


def is_marked(name: str, mark: str) -> bool:
    """Tell whether the last mark left under a name (at most 35 characters) is this one."""
    return mark_of(name) == mark


def mark_of(name: str) -> str:
    """Return the last mark left under a name; empty if there is none."""
    return Counter.objects.filter(name=f"seed-{name}").values_list("note", flat=True).first() or ""


def leave_mark(name: str, mark: str) -> None:
    """Remember a mark under a name."""
    Counter.objects.update_or_create(name=f"seed-{name}", defaults={"note": mark})
