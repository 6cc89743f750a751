"""A PostgreSQL server for one test run."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from launcher.failures import StepError
from launcher.ports import free_port
from launcher.processes import Log, Process, clean_environment, output_of, run, spawn, stop

_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
)
_INITDB = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
_SECONDS_TO_ANSWER = 60


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest if there are several."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)

    def version(folder: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", str(folder))]

    return max(folders, key=version, default=None)


@contextlib.contextmanager
def throwaway_postgres(programs: Path, log: Log) -> Iterator[str]:
    """Run a server on a free port of loopback, in a temporary folder; yield its address.

    Raises StepError if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="hub-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        options: dict[str, Any] = {"cwd": folder}
        if os.name == "posix" and os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            owner = "postgres" if output_of("id", "-u", "postgres") else "nobody"
            shutil.chown(folder, owner)
            options.update(user=owner, extra_groups=[])
        environment = clean_environment(HOME=name)
        data = str(folder / "data")
        command = [str(programs / "initdb"), "-D", data, *_INITDB]
        run("Making a PostgreSQL for the tests", command, environment, log, **options)
        port = free_port()
        switches = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = [str(programs / "postgres"), "-D", data, "-p", str(port), *switches]
        with log.append() as output:
            server = spawn(command, environment, stdout=output, stderr=output, **options)
        try:
            _wait_until_ready(server, programs, port)
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown; SIGTERM would wait for clients
            stop(server)


def _wait_until_ready(server: Process, programs: Path, port: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while not output_of(str(programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"):
        if server.poll() is not None or time.monotonic() > deadline:
            raise StepError("Starting a PostgreSQL for the tests", "it does not answer")
        time.sleep(0.1)
