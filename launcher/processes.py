"""Commands that are run to their end, processes that stay, and the log of both."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from launcher.failures import RefusalError, StepError
from launcher.places import PROJECT, shown
from launcher.progress import Progress

Process = subprocess.Popen[bytes]

_LOG_LIMIT = 5_000_000  # bytes
_SECONDS_TO_STOP = 15

# Variables that lead a hub to its servers.
SERVERS = (
    "DATABASE_URL",
    "ELASTICSEARCH_URL",
    "ELASTICSEARCH_API_KEY",
    "ELASTICSEARCH_CA_FILE",
    "ELASTICSEARCH_PREFIX",
    "REDIS_LIMITS_URL",
    "REDIS_CACHE_URL",
)
# Variables that would lead the demo to another database, mail relay, Redis or Elasticsearch.
_FOREIGN_VARIABLES = [
    *SERVERS,
    "EMAIL_URL",
    "HUB_SECRET_KEY",
    "HUB_ALLOWED_HOSTS",
    "HUB_TRUSTED_PROXIES",
]
# Variables that would lead Python or pip to other packages.
_PYTHON_VARIABLES = [
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
]


class Log:
    """The file that keeps everything that steps and servers print."""

    def __init__(self, data: Path) -> None:
        self.path = data / "log" / "start.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.size() > _LOG_LIMIT:
            self.path.replace(self.path.with_suffix(".log.1"))

    def append(self) -> BinaryIO:
        """Open the file for a process to write to."""
        return self.path.open("ab", buffering=0)

    def head(self, text: str) -> None:
        """Add a dated headline."""
        with self.append() as file:
            file.write(f"== {time.strftime('%Y-%m-%d %H:%M:%S')}  {text}\n".encode())

    def size(self) -> int:
        """Return the number of bytes."""
        return self.path.stat().st_size if self.path.exists() else 0

    def since(self, start: int) -> str:
        """Return what was written after the first `start` bytes."""
        return self.path.read_bytes()[start:].decode("utf-8", "replace")


def inherited_environment(**extra: str) -> dict[str, str]:
    """Return this process's variables without those that lead Python to other packages, with `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in _PYTHON_VARIABLES}
    return {**kept, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **extra}


def clean_environment(**extra: str) -> dict[str, str]:
    """Return this process's variables without those that lead a child to foreign data, with `extra`."""
    kept = inherited_environment(**extra)
    return {name: value for name, value in kept.items() if name in extra or name not in _FOREIGN_VARIABLES}


def spawn(command: list[str], environment: dict[str, str], **options: Any) -> Process:
    """Start a process in a group of its own, so that it can be stopped with all its children."""
    if os.name == "posix":
        options["process_group"] = 0
    options.setdefault("cwd", PROJECT)
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, **options)


def bound(command: list[str]) -> list[str]:
    """Return a command that ends with start.py even when start.py is killed (where Linux can do that)."""
    if sys.platform != "linux":
        return command
    return [sys.executable, str(Path(__file__).with_name("bound.py")), str(os.getpid()), *command]


def stop(*processes: Process) -> None:
    """Stop processes and their children: politely, then surely."""
    deadline = time.monotonic() + _SECONDS_TO_STOP
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()


def _signal_group(process: Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.terminate()


def run(
    label: str, command: list[str], environment: dict[str, str], log: Log, show: bool = False, **options: Any
) -> None:
    """Run a command to its end and keep what it prints; with `show`, print its standard output, too.

    Raises StepError unless it ends with 0.
    """
    log.head(f"{label}: {' '.join(command)}")
    start = log.size()
    with Progress(label) as progress, log.append() as file:
        process = spawn(
            command, environment, stdout=subprocess.PIPE if show else file, stderr=file, **options
        )
        try:
            for line in process.stdout or ():
                file.write(line)
                progress.say(line.decode("utf-8", "replace").rstrip())
            code = process.wait()
        except BaseException:
            stop(process)
            raise
        finally:
            if process.stdout:
                process.stdout.close()
        if code:
            raise StepError(label, log.since(start))


def output_of(*command: str) -> str:
    """Return what a short command prints, or "" if it does not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


_NETWORK = "|".join(
    (
        "dns error",
        "tcp connect error",
        "error sending request",
        "operation timed out",
        "Failed to fetch",
        "NewConnectionError",
        "ConnectTimeout",
        "ProxyError",
        "Max retries exceeded",
        "Read timed out",
        "Temporary failure in name resolution",
        "Network is unreachable",
        "Connection refused",
    )
)
_EXPLANATIONS = {
    r"No space left on device|disk is full|os error 28\b": "The disk is full: free at least 1 GB",
    r"DO NOT MATCH THE HASHES|Hash mismatch": (
        "A package is not the one that the lock file names and was not installed: check your package index"
    ),
    _NETWORK: "The packages cannot be fetched: check the network connection or proxy",
    r"no usable wheels|No matching distribution found|has no wheels with a matching": (
        "There are no ready-made packages for this system: use Python 3.11 to 3.14 on Linux or macOS"
    ),
    r"Address already in use|Connection in use": "The port is in use: choose another with --port",
    r"database is locked": "Another process works on the database: stop it",
    r"database disk image is malformed|file is not a database": (
        "The database is damaged: restore a backup (or delete the folder and begin anew)"
    ),
}


def explain(failure: StepError) -> str:
    """Return what a failed step means for the person at the keyboard, without full stop."""
    for pattern, meaning in _EXPLANATIONS.items():
        if re.search(pattern, failure.output):
            return f"{meaning} and start again"
    lines = [line.strip() for line in failure.output.splitlines() if line.strip()]
    for line in reversed(lines):
        for said in ("CommandError: ", "django.core.exceptions.ImproperlyConfigured: "):
            # The hub has said in a sentence of its own what is wrong. What it printed before may stand after it.
            if line.startswith(said):
                return line.removeprefix(said).rstrip(".")
    return f"{failure.label} failed: {lines[-1].rstrip('.') if lines else 'it said nothing'}"


@contextlib.contextmanager
def in_one_sentence(log: Log) -> Iterator[None]:
    """Turn a failed step, or a file that cannot be read or written, into a sentence that names the log."""
    try:
        yield
    except StepError as failure:
        raise RefusalError(f"{explain(failure)} (details: {shown(log.path)})") from failure
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or str(error)
        raise RefusalError(f"{reason}{place}: correct that and start again") from error
