"""How much memory a process holds, for measurements."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from pathlib import Path

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Mebibytes. `own` is what no other process has and no file holds: None where the system does not say."""

    resident: float
    own: float | None


def memory_of(process: int | None = None) -> Memory:
    """Return what a process, by default this one, holds now.

    Where there is no /proc, only this process can be asked, and the answer is the most that it ever held.
    """
    status = Path(f"/proc/{process or 'self'}/status")
    try:
        lines = dict(
            line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line
        )
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return Memory(most / (_MEBIBYTE if sys.platform == "darwin" else 1024), None)

    def mebibytes(name: str) -> float:
        return int(lines[name].split()[0]) / 1024

    return Memory(mebibytes("VmRSS"), mebibytes("RssAnon") if "RssAnon" in lines else None)
