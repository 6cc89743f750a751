"""The whole hub: how long it takes to set up and to start, what it holds in memory and on disk."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any

from catalogue import api as catalogue
from hub.bench.children import ask_child, size_of
from hub.bench.databases import own_database
from hub.bench.door import measure_desk, measure_log_in
from hub.bench.joining import Letterbox, measure_joining, working
from hub.bench.likeness import measure_likeness
from hub.bench.pages import BenchError, address
from hub.bench.search import POSTGRESQL, SQLITE
from hub.core.languages import LANGUAGE_CODES
from hub.core.memory import memory_of
from launcher.checks import Browser
from launcher.demo import demo_environment
from launcher.environment import available_ways, ensure_environment, is_current
from launcher.failures import RefusalError, StepError
from launcher.places import RUNTIME_LOCK
from launcher.ports import choose_port
from launcher.processes import Log, Process, bound, spawn, stop
from launcher.progress import Progress

_RUNS = "The hub runs:"
_SECONDS_TO_START = 600
_SECONDS_TO_ANSWER = 120
_THREADS = "4"
_ROUNDS = 5
_PAIRS_A_ROUND = 5
"""Of a known and an unknown address: 200 pairs with the rounds that are usual."""
_SHOWN_FROM = 0.5
"""Steps that take less, in seconds, are not told one by one."""

Figures = dict[str, Any]


def measure_environment(folder: Path) -> Figures | None:
    """Return how long the packages take to be installed, or None where they cannot be fetched."""
    log = Log(folder)
    started = perf_counter()
    try:
        ensure_environment(RUNTIME_LOCK, log, folder / "environment")
    except (RefusalError, StepError):
        return None
    return {"seconds": perf_counter() - started, "way": available_ways()[0].name}


def measure_start(folder: Path) -> Figures:
    """Start the demo in an empty folder, stop it, start it again; return the seconds until each one answers.

    Raises BenchError where start.py would first change the environment that this process runs in.
    """
    if not is_current(RUNTIME_LOCK):
        raise BenchError("The environment is not the one of the lock file: run `python3 start.py bench`.")
    with Progress("First start of the hub"):
        first, lines = _start(folder)
    with Progress("Second start of the hub"):
        second, _ = _start(folder)
    return {"first": first, "second": second, "steps": _steps(lines)}


def measure_sqlite(folder: Path) -> Figures:
    """Return the figures of a hub in a folder that `measure_start` has filled."""
    environment = demo_environment(folder)
    figures: Figures = {"prepare_again": prepare_hub(environment, SQLITE)[0]}
    figures |= _measure(environment, SQLITE)
    files = {"database": "hub.sqlite3", "index": "search", "static": "static"}
    figures["bytes"] = {what: size_of(folder / name) for what, name in files.items()}
    return figures


def measure_postgresql(folder: Path, rounds: int) -> Figures:
    """Set a hub up on a database of its own; return the same figures, and those of its catalogue's page."""
    with own_database() as url:
        environment = {**demo_environment(folder), "DATABASE_URL": url}
        first, lines = prepare_hub(environment, POSTGRESQL)
        again, _ = prepare_hub(environment, POSTGRESQL)
        with Progress("Collecting static files"):
            run_command(["manage.py", "collectstatic", "--noinput"], environment)
        with Progress(f"The catalogue's page on {POSTGRESQL}"):
            command = ["manage.py", "bench", "--only", "page", "--rounds", str(rounds), "--json"]
            page = ask_child(command, environment=environment)
        return {
            "prepare": first,
            "prepare_again": again,
            "steps": _steps(lines),
            "page": page["page"],
            **_measure(environment, POSTGRESQL),
        }


def measure_tables() -> Figures:
    """Import all tables, which changes nothing, and write the index, in this process and on its database."""
    started = perf_counter()
    catalogue.load_demo_tables()
    imported = perf_counter()
    tools = catalogue.rebuild_index()
    return {"import_again": imported - started, "index": perf_counter() - imported, "tools": tools}


def measure_door(folder: Path, database: str, rounds: int, applicants: int, sizes: Sequence[int]) -> Figures:
    """Set a hub up in an empty folder; measure log-ins and the desk in one process, then sign-ups over HTTP.

    Applicants find a desk as long as the last of the sizes.
    """
    with own_database() if database == POSTGRESQL else nullcontext("") as url:
        environment = {**demo_environment(folder), **({"DATABASE_URL": url} if url else {})}
        prepare_hub(environment, database)
        with Progress("Collecting static files"):
            run_command(["manage.py", "collectstatic", "--noinput"], environment)
        with Progress(f"Log-in and vetting desk on {database}"):
            options = ["--rounds", str(rounds), "--sizes", ",".join(map(str, sizes)), "--json"]
            command = ["manage.py", "bench", "--only", "people", *options]
            people = ask_child(command, environment=environment)["people"]
        behind_a_proxy = {**environment, "HUB_TRUSTED_PROXIES": "1"}
        with (
            Progress(f"Sign-ups on {database}"),
            working(behind_a_proxy),
            serving(behind_a_proxy) as (_, port),
        ):
            joined = measure_joining(port, Letterbox(folder / "mail"), applicants)
    return {**people, "joining": asdict(joined)}


def measure_people(rounds: int, sizes: Sequence[int]) -> Figures:
    """Measure log-ins and the desk in this process, with people and applications that are made up for it."""
    return {
        "log_in": asdict(measure_log_in(rounds)),
        "likeness": [asdict(one) for one in measure_likeness(rounds * _PAIRS_A_ROUND)],
        "desk": [asdict(desk) for desk in measure_desk(sizes, rounds)],
    }


def _measure(environment: Mapping[str, str], database: str) -> Figures:
    with Progress(f"Tables and index on {database}"):
        tables = ask_child(["manage.py", "bench", "--only", "tables", "--json"], environment=environment)
    with Progress(f"A web process on {database}"):
        return {**tables["tables"], **_web_process(environment)}


def _steps(lines: list[tuple[float, str]]) -> list[tuple[str, float]]:
    """Return what took long, by the words before the colon of each line that said that something was done."""
    steps: dict[str, float] = {}
    before = 0.0
    for seconds, line in lines:
        name = re.split(r"[:,]", line)[0].strip()
        steps[name] = steps.get(name, 0.0) + seconds - before
        before = seconds
    return [(name, seconds) for name, seconds in steps.items() if seconds >= _SHOWN_FROM]


def _start(folder: Path) -> tuple[float, list[tuple[float, str]]]:
    command = [sys.executable, "start.py", "--data", str(folder), "--port", str(choose_port(None))]
    process = spawn(
        bound(command), demo_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        seconds, lines = _watch(process, until=_RUNS)
    finally:
        stop(process)
        if process.stdout is not None:
            process.stdout.close()
    return seconds, lines


def prepare_hub(environment: Mapping[str, str], database: str) -> tuple[float, list[tuple[float, str]]]:
    """Set a hub up; return the seconds and what it said when."""
    command = [sys.executable, "manage.py", "prepare"]
    with Progress(f"Preparing a hub on {database}"):
        process = spawn(command, dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            found = _watch(process, until="")
            if process.wait():
                raise BenchError("\n".join(line for _, line in found[1][-6:]))
        finally:
            stop(process)
            if process.stdout is not None:
                process.stdout.close()
    return found


def _watch(process: Process, until: str) -> tuple[float, list[tuple[float, str]]]:
    """Return the seconds until a process says something, or ends, and what it said when."""
    started = perf_counter()
    lines: list[tuple[float, str]] = []
    for raw in process.stdout or ():
        line = raw.decode("utf-8", "replace").strip()
        # Lines that count the seconds of a step say nothing new.
        if line and " ... " not in line:
            lines.append((perf_counter() - started, line))
        if until and line.startswith(until):
            return perf_counter() - started, lines
    if until:
        raise BenchError("start.py ended before the hub ran:\n" + "\n".join(line for _, line in lines[-6:]))
    return perf_counter() - started, lines


def run_command(arguments: list[str], environment: Mapping[str, str]) -> None:
    """Run a program of the hub. Raises BenchError if it fails."""
    process = spawn(
        [sys.executable, *arguments], dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if process.wait():
            raise BenchError(f"{' '.join(arguments)} failed.")
    finally:
        stop(process)


def _web_process(environment: Mapping[str, str]) -> Figures:
    """Serve with one process, ask for pages in six languages, and return its memory before and after."""
    with serving(environment) as (server, port):
        browser = Browser(port)
        workers = _children_of(server.pid)
        fresh = memory_of(workers[0]) if workers else None
        _sign_in(browser)
        pages = [
            page for code in LANGUAGE_CODES for page in (f"/{code}/", f"/{code}/catalogue/", address(code))
        ]
        times = []
        for page in pages * _ROUNDS:
            started = perf_counter()
            answer = browser.ask(page)
            times.append((perf_counter() - started) * 1000)
            if answer.status != 200:
                raise BenchError(f"{page} is answered with status {answer.status}.")
        used = memory_of(workers[0]) if workers else None
    return {
        "memory_fresh": fresh and fresh.resident,
        "memory": used and used.resident,
        "own_memory": used and used.own,
        "page_over_http": median(times),
        "pages": len(times),
    }


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[tuple[Process, int]]:
    """Serve a hub with one process; yield the web server and its port."""
    port = choose_port(None)
    options = ["--workers", "1", "--threads", _THREADS, "--graceful-timeout", "5", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", "hub.wsgi", "-b", f"127.0.0.1:{port}", *options]
    server = spawn(bound(command), dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        browser = Browser(port)
        deadline = monotonic() + _SECONDS_TO_ANSWER
        while browser.ask("/healthz/").status != 200:
            if server.poll() is not None or monotonic() > deadline:
                raise BenchError("The web server does not answer.")
            sleep(0.1)
        yield server, port
    finally:
        stop(server)


def _sign_in(browser: Browser) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.ask("/en/demo/").text)
    answer = browser.ask(
        "/en/demo/", {"role": "investigator", "csrfmiddlewaretoken": token[1] if token else ""}
    )
    if answer.status != 200:
        raise BenchError(f"Signing in ends with status {answer.status}.")


def _children_of(process: int) -> list[int]:
    """Return the processes that a process has started, where there is /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == process:
            found.append(int(path.parent.name))
    return found
