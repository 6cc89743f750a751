"""Processes of our own: each measures one thing, so that its memory and its caches are its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.bench.pages import BenchError
from hub.settings.env import PROJECT_DIR
from launcher.processes import inherited_environment

_SHOWN_OF_A_FAILURE = 6


def ask_child(
    arguments: list[str], *, given: Any = None, environment: Mapping[str, str] | None = None
) -> Any:
    """Run a Python program of the hub with JSON on its standard input; return the JSON that it prints last.

    Raises BenchError with the end of what it complained about.
    """
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, *arguments],
        cwd=PROJECT_DIR,
        env=dict(environment or inherited_environment()),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        complaint = "\n".join(done.stderr.strip().splitlines()[-_SHOWN_OF_A_FAILURE:])
        raise BenchError(f"{' '.join(arguments)} ended with {done.returncode}:\n{complaint}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def size_of(folder: Path) -> int:
    """Return how many bytes the files in a folder, or a file, hold."""
    paths = folder.rglob("*") if folder.is_dir() else [folder]
    return sum(path.stat().st_size for path in paths if path.is_file())
