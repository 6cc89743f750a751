"""Every check and test, in one run with one summary."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from launcher.data_folder import open_data_folder
from launcher.elasticsearch import elasticsearch_node, find_elasticsearch, unpacked_elasticsearch
from launcher.environment import ensure_environment, python_of
from launcher.failures import StepError
from launcher.places import PACKAGES, TEST_LOCK
from launcher.postgres import find_postgres, throwaway_postgres
from launcher.processes import Log, clean_environment, in_one_sentence, run, spawn, stop
from launcher.redis import find_redis, throwaway_redis


class Component(NamedTuple):
    """A program that some tests need: its name, its package, what needs it, and the marker of such tests."""

    name: str
    package: str
    needed_for: str
    marker: str = ""


CHROMIUM = Component("Chromium", "chromium", "tests in a browser", "browser")
POSTGRESQL = Component("PostgreSQL", "postgresql", "tests on PostgreSQL", "postgres")
REDIS = Component("Redis", "redis-server", "tests with Redis", "redis")
ELASTICSEARCH = Component(
    "Elasticsearch (Java 17 to 24, and Maven to get it)",
    "openjdk-17-jre-headless maven",
    "tests with Elasticsearch",
    "elasticsearch",
)
GETTEXT = Component("gettext", "gettext", "check of the messages")


class Result(NamedTuple):
    """How a step ended: ok or not, seconds, and a remark."""

    name: str
    passed: bool
    seconds: float
    remark: str = ""


def run_tests(options: argparse.Namespace) -> int:
    """Run every check and test; return 1 if one failed, or could not run where all must."""
    open_data_folder(options.data)
    log = Log(options.data)
    with in_one_sentence(log):
        ensure_environment(TEST_LOCK, log)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="hub-test-", ignore_cleanup_errors=True)
        )
        environment = clean_environment(DJANGO_SETTINGS_MODULE="hub.settings.test", HUB_TEST_DATA_DIR=folder)
        with in_one_sentence(log):
            missing = _find_components(environment, stack, log)
        results = [_check(name, command, environment, log) for name, command in _checks(missing)]
        selection = _selection(missing, options.long)
        results.append(_run_pytest("pytest", [*selection, *options.pytest], environment))
        if POSTGRESQL not in missing and not options.pytest:
            on_postgres = {**environment, "HUB_TEST_DATABASE_URL": environment["HUB_TEST_POSTGRES_URL"]}
            results.append(_run_pytest("pytest on PostgreSQL", [*selection, "--database-only"], on_postgres))
    strict = os.environ.get("CI") in ("true", "1") or os.environ.get("HUB_TEST_REQUIRE") == "all"
    return summarise(results, missing, strict)


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome; HUB_TEST_CHROMIUM overrules."""
    named = os.environ.get("HUB_TEST_CHROMIUM")
    if named:
        return shutil.which(named)
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    known = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", mac)
    return next((path for path in map(shutil.which, known) if path), None)


def summarise(results: list[Result], missing: list[Component], strict: bool) -> int:
    """Print how every step ended and what was not run; return the exit code."""
    print("\nSummary")
    for name, passed, seconds, remark in results:
        print(f"  {'ok' if passed else 'FAILED':<8}{name:<22}{seconds:5.0f} s  {remark}".rstrip())
    for component in missing:
        print(f"  {'FAILED' if strict else 'not run':<8}{component.needed_for} ({component.name} is missing)")
    failed = sum(not result.passed for result in results) + (len(missing) if strict else 0)
    print(f"Steps: {sum(result.passed for result in results)} passed, {failed} failed")
    if missing:
        needs = ", ".join(f"{component.needed_for} (no {component.name})" for component in missing)
        print(f"Not run: {needs}.")
        print(f"To get what is missing: {install_command(missing)}")
    sys.stdout.flush()
    return 1 if failed else 0


def install_command(components: list[Component]) -> str:
    """Return the one command that gets components."""
    packages = " ".join(component.package for component in components)
    if sys.platform == "darwin":
        return f"brew install {packages}"
    as_root = os.name == "posix" and os.geteuid() == 0
    return f"{'' if as_root else 'sudo '}apt-get install -y {packages}"


def _find_components(environment: dict[str, str], stack: contextlib.ExitStack, log: Log) -> list[Component]:
    """Add what tests need to `environment`; return what is missing."""
    missing = []
    chromium = find_chromium()
    if chromium:
        environment["HUB_TEST_CHROMIUM"] = chromium
    else:
        missing.append(CHROMIUM)
    postgres = find_postgres()
    if postgres and not os.environ.get("HUB_TEST_POSTGRES_URL"):
        environment["HUB_TEST_POSTGRES_URL"] = stack.enter_context(throwaway_postgres(postgres, log))
    if not environment.get("HUB_TEST_POSTGRES_URL"):
        missing.append(POSTGRESQL)
    redis = find_redis()
    if redis:
        for name, eviction in (("LIMITS", "noeviction"), ("CACHE", "allkeys-lru")):
            environment[f"HUB_TEST_REDIS_{name}_URL"] = stack.enter_context(
                throwaway_redis(redis, log, eviction=eviction)
            )
    else:
        missing.append(REDIS)
    elasticsearch = find_elasticsearch()
    if elasticsearch:
        distribution = stack.enter_context(unpacked_elasticsearch(elasticsearch, log))
        node = stack.enter_context(elasticsearch_node(distribution, log))
        environment["HUB_TEST_ELASTICSEARCH_URL"] = node.address
        environment["HUB_TEST_ELASTICSEARCH_HOME"] = str(distribution.home)
        environment["HUB_TEST_JAVA_HOME"] = str(distribution.java)
    else:
        missing.append(ELASTICSEARCH)
    if not shutil.which("xgettext"):
        missing.append(GETTEXT)
    return missing


def _selection(missing: list[Component], long: bool) -> list[str]:
    """Return pytest's arguments for what can and shall be run."""
    left_out = [f"not {component.marker}" for component in missing if component.marker]
    return [*(["-m", " and ".join(left_out)] if left_out else []), *(["--long"] if long else [])]


def _checks(missing: list[Component]) -> list[tuple[str, list[str]]]:
    """Return name and command of the checks beside pytest."""
    python = python_of()
    tools = python.parent
    manage = [str(python), "manage.py"]
    checks = [
        ("ruff check", [str(tools / "ruff"), "check", "."]),
        ("ruff format", [str(tools / "ruff"), "format", "--check", "."]),
        ("import contracts", [str(tools / "lint-imports")]),
        ("types", [str(tools / "mypy")]),
        ("template rules", [str(tools / "djlint"), "--lint", *PACKAGES]),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
    ]
    if GETTEXT not in missing:
        checks.append(("messages", [*manage, "check_messages"]))
    return checks


def _check(name: str, command: list[str], environment: dict[str, str], log: Log) -> Result:
    """Run a check; what it prints is shown only if it fails."""
    started = time.monotonic()
    try:
        run(f"Checking: {name}", command, environment, log)
    except StepError as failure:
        print(f"Check failed: {name}\n{failure.output}", flush=True)
        return Result(name, False, time.monotonic() - started)
    return Result(name, True, time.monotonic() - started)


def _run_pytest(name: str, arguments: list[str], environment: dict[str, str]) -> Result:
    """Run pytest with its output as it comes; the remark is its closing line."""
    started = time.monotonic()
    colour = f"--color={'yes' if sys.stdout.isatty() else 'no'}"
    command = [str(python_of()), "-m", "pytest", "-n", "2", colour, *arguments]
    process = spawn(command, environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    end = b""
    try:
        while piece := os.read(process.stdout.fileno(), 65_536):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            end = (end + piece)[-4000:]
        code = process.wait()
    except BaseException:
        stop(process)
        raise
    finally:
        process.stdout.close()
    text = re.sub(r"\x1b\[[\d;]*m", "", end.decode("utf-8", "replace")).strip()
    closing = text.splitlines()[-1].strip("= ") if text else "it said nothing"
    return Result(name, code == 0, time.monotonic() - started, closing)
