"""The demo: prepare the data, run web server and worker, keep them alive."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from hub.data_version import STAMP
from launcher.checks import Browser, check_answers
from launcher.data_folder import (
    SPACE_FOR_SETTING_UP,
    SPACE_FOR_STARTING,
    only_user_of,
    open_data_folder,
    refuse_broken_data,
    refuse_small_disk,
    reset,
)
from launcher.environment import ensure_environment, fingerprint, python_of, remove_tree
from launcher.failures import StepError
from launcher.places import PACKAGES, PROJECT, RUNTIME_LOCK, shown
from launcher.ports import choose_port
from launcher.processes import SERVERS, Log, bound, clean_environment, in_one_sentence, run, spawn, stop
from launcher.progress import Progress

EMBEDDED, CLUSTER = PROFILES = ("embedded", "cluster")
_SECONDS_TO_ANSWER = 120
_LONGEST_PAUSE = 60  # seconds
_STATIC_STAMP = "static-stamp"


def run_demo(options: argparse.Namespace) -> int:
    """Set up and serve the demo; with --check, ask it in six languages and stop."""
    data: Path = options.data
    port = choose_port(options.port)
    is_new = not (data / STAMP).exists()
    refuse_small_disk(data, SPACE_FOR_SETTING_UP if is_new else SPACE_FOR_STARTING)
    open_data_folder(data)
    with only_user_of(data) as note_address:
        if options.reset:
            reset(data)
        refuse_broken_data(data)
        log = Log(data)
        with in_one_sentence(log):
            ensure_environment(RUNTIME_LOCK, log)
            environment = demo_environment(data, options.profile)
            environment["HUB_BASE_URL"] = f"http://localhost:{port}"
            if options.profile == CLUSTER:
                python = str(python_of())
                run(
                    "Looking for the servers",
                    [python, "manage.py", "find_servers"],
                    environment,
                    log,
                    show=True,
                )
            prepare(data, environment, log)
            serve(port, environment, log, note_address, options.check)
    if options.check:
        print("Check passed: the hub starts, signs in and shows its catalogue in six languages.")
    return 0


def demo_environment(data: Path, profile: str = EMBEDDED) -> dict[str, str]:
    """Return the environment of the demo's processes; the addresses of servers are in it for a cluster only."""
    kept = {name: os.environ[name] for name in SERVERS if name in os.environ} if profile == CLUSTER else {}
    return clean_environment(DJANGO_SETTINGS_MODULE="hub.settings.demo", HUB_DATA_DIR=str(data), **kept)


def prepare(data: Path, environment: dict[str, str], log: Log) -> None:
    """Bring database, translations, demo content, index and static files up to date.

    What a failed first preparation has made is removed again, all but the log.
    """
    python = str(python_of())
    kept = {path.name for path in data.iterdir()}
    was_prepared = (data / STAMP).exists()
    try:
        run("Preparing the hub", [python, "manage.py", "prepare"], environment, log, show=True)
        _collect_static_files(data, python, environment, log)
    except BaseException:
        if not was_prepared:
            for path in data.iterdir():
                if path.name not in kept:
                    remove_tree(path)
        raise


def _collect_static_files(data: Path, python: str, environment: dict[str, str], log: Log) -> None:
    """Collect style sheets, scripts and icons, unless they are as they were the last time."""
    sources = [PROJECT / RUNTIME_LOCK, PROJECT / "hub" / "settings" / "base.py"]
    for package in PACKAGES:
        for folder in (PROJECT / package).rglob("static"):
            sources += [path for path in folder.rglob("*") if path.is_file()]
    stamp, current = data / _STATIC_STAMP, fingerprint(sources)
    if (data / "static").is_dir() and stamp.exists() and stamp.read_text(encoding="ascii") == current:
        return
    stamp.unlink(missing_ok=True)
    command = [python, "manage.py", "collectstatic", "--noinput", "--clear"]
    run("Collecting static files", command, environment, log)
    stamp.write_text(current, encoding="ascii")


def serve(
    port: int, environment: dict[str, str], log: Log, note_address: Callable[[str], None], check_only: bool
) -> None:
    """Run web server and worker: until somebody stops them, or until their answers are checked."""
    log.head(f"Serving on port {port}")
    children: list[Child] = []
    try:
        children.append(Child("web server", _web_server(port), environment, log))
        children.append(Child("worker", [str(python_of()), "manage.py", "work"], environment, log))
        _wait_until_it_answers(port, children, log)
        address = f"http://localhost:{port}/"
        note_address(address)
        if check_only:
            with Progress("Asking the hub in six languages"):
                check_answers(port)
            return
        print(f"The hub runs:  {address}")
        print(f"To sign in:    open {address}en/demo/ and choose a role")
        print("To stop it:    press Ctrl-C", flush=True)
        while True:
            time.sleep(0.5)
            for child in children:
                child.keep_alive()
    finally:
        with Progress("Stopping"):
            stop(*(child.process for child in children))


class Child:
    """A process that is started again when it ends, after a pause that grows with each failure."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Log) -> None:
        self.name = name
        self._command = bound(command)
        self._environment = environment
        self._log = log
        self._log_start = log.size()
        self._failures = 0
        self._restart_at: float | None = None
        self._start()

    def keep_alive(self) -> None:
        """Notice an end, and start the process again when its pause is over."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self._restart_at is None:
            stop(self.process)  # what is left of its group
            self._failures = 1 if now - self._started > _LONGEST_PAUSE else self._failures + 1
            pause = min(_LONGEST_PAUSE, 2 ** (self._failures - 1))
            self._restart_at = now + pause
            place = shown(self._log.path)
            print(f"The {self.name} ended and starts again in {pause} s (details: {place})", flush=True)
        elif now >= self._restart_at:
            self._start()

    def refuse_end(self) -> None:
        """Raise StepError if the process has ended."""
        if self.process.poll() is not None:
            raise StepError(f"Starting the {self.name}", self._log.since(self._log_start))

    def _start(self) -> None:
        with self._log.append() as output:
            self.process = spawn(self._command, self._environment, stdout=output, stderr=output)
        self._started = time.monotonic()
        self._restart_at = None


def _web_server(port: int) -> list[str]:
    python, address = str(python_of()), f"127.0.0.1:{port}"
    if os.name == "nt":  # where gunicorn does not run
        return [python, "manage.py", "runserver", "--noreload", address]
    options = "--workers 2 --threads 4 --graceful-timeout 5 --no-control-socket"
    return [python, "-m", "gunicorn", "hub.wsgi", "-b", address, *options.split()]


def _wait_until_it_answers(port: int, children: list[Child], log: Log) -> None:
    browser = Browser(port)
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    with Progress("Starting the hub"):
        while browser.ask("/healthz/").status != 200:
            for child in children:
                child.refuse_end()
            if time.monotonic() > deadline:
                raise StepError("Starting the hub", f"it does not answer within {_SECONDS_TO_ANSWER} s")
            time.sleep(0.2)
