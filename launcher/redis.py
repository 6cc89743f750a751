"""Redis servers for one test run."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator

from launcher.failures import StepError
from launcher.ports import free_port, is_free
from launcher.processes import Log, clean_environment, spawn, stop

_SECONDS_TO_ANSWER = 20


def find_redis() -> str | None:
    """Return the path of Redis's server program."""
    return shutil.which("redis-server")


@contextlib.contextmanager
def throwaway_redis(program: str, log: Log, *, eviction: str = "noeviction") -> Iterator[str]:
    """Run a server on a free port of loopback that keeps nothing on disk; yield its address.

    `eviction` is Redis's maxmemory-policy. Raises StepError if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="hub-redis-", ignore_cleanup_errors=True) as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", folder, "--maxmemory", "64mb", "--maxmemory-policy", eviction]
        with log.append() as output:
            server = spawn(command, clean_environment(), stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + _SECONDS_TO_ANSWER
            while is_free(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise StepError("Starting a Redis for the tests", "it does not answer")
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(server)
