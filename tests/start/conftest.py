"""What the tests of start.py share."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.places import PROJECT
from launcher.processes import Log

Start = Callable[..., subprocess.CompletedProcess[str]]


def running_processes() -> list[tuple[int, str]]:
    """Return id and command line of every process that is not merely waiting to be collected."""
    if not Path("/proc/self/cmdline").exists():
        listing = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(maxsplit=1) for line in listing.stdout.splitlines()]
        return [(int(pid), command) for pid, command in rows if "<defunct>" not in command]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if command:
                found.append((int(folder.name), command))
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return an empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Return a log outside of the data folder."""
    return Log(tmp_path)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Return a port of loopback at which somebody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.fixture
def start() -> Start:
    """Return a function that runs start.py with arguments, to its end."""

    def run_start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(PROJECT / "start.py"), *arguments],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run_start
