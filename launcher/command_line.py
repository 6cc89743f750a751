"""The command line of start.py."""

from __future__ import annotations

import argparse
import io
import signal
import sys
from pathlib import Path

from launcher.bench import run_bench
from launcher.demo import CLUSTER, EMBEDDED, PROFILES, run_demo
from launcher.failures import RefusalError, StoppedError
from launcher.places import CLUSTER_DATA, DEFAULT_DATA
from launcher.production import run_production_check
from launcher.testing import run_tests

_STOPPING_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def main(arguments: list[str]) -> int:
    """Do what the command line asks for; return the exit code."""
    options = parse(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the hub says may hold letters that this terminal lacks.
        sys.stdout.reconfigure(errors="replace")
    for number in _STOPPING_SIGNALS:
        signal.signal(number, _stop)
    try:
        return int(options.action(options))
    except RefusalError as refusal:
        sys.stdout.flush()
        print(f"start.py: {str(refusal).rstrip('.')}.", file=sys.stderr)
        return 1
    except StoppedError as stopped:
        print("Stopped.")
        return 128 + int(stopped.args[0])


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line asks for: `action` and its options."""
    commands = {"test": _parse_test, "bench": _parse_bench, "check": _parse_check}
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](arguments[1:])
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Set up the hub and serve its demo on this machine. What is done is not done again.",
        epilog="Other commands: start.py test (checks and tests), start.py bench (measurements),"
        " start.py check (readiness for production); each has --help.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=int, help="port to serve on (default: the first free one from 8000)")
    parser.add_argument(
        "--data",
        type=_folder,
        metavar="DIR",
        help="data folder (default: var; with --profile cluster: var-cluster)",
    )
    parser.add_argument("--reset", action="store_true", help="first delete what is in the data folder")
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default=EMBEDDED,
        help="cluster: use the PostgreSQL, Elasticsearch and Redis servers that DATABASE_URL, ELASTICSEARCH_URL,"
        " REDIS_LIMITS_URL and REDIS_CACHE_URL name, and say what was found there",
    )
    parser.add_argument("--check", action="store_true", help="start, ask the hub in six languages, stop")
    parser.set_defaults(action=run_demo)
    options = parser.parse_args(arguments)
    options.data = options.data or (CLUSTER_DATA if options.profile == CLUSTER else DEFAULT_DATA)
    return options


def _parse_test(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py test",
        usage="start.py test [--long] [pytest's arguments]",
        description="Install what tests need; run all checks and tests. With CI=true (or"
        " HUB_TEST_REQUIRE=all) a missing browser, database or gettext fails the run.",
        epilog="Everything else is passed on to pytest, such as: tests/catalogue -k facets",
        allow_abbrev=False,
    )
    parser.add_argument("--long", action="store_true", help="run the tests that take minutes, too")
    parser.set_defaults(action=run_tests, data=DEFAULT_DATA)
    options, rest = parser.parse_known_args(arguments)
    options.pytest = rest
    return options


def _parse_bench(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py bench",
        description="Set up the hub and print its measurements.",
        epilog="Everything else is passed on to manage.py bench.",
        allow_abbrev=False,
    )
    _add_data(parser)
    parser.set_defaults(action=run_bench)
    options, rest = parser.parse_known_args(arguments)
    options.arguments = rest
    return options


def _parse_check(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py check",
        description="Say whether the settings in the environment are fit for production"
        " (DJANGO_SETTINGS_MODULE, by default hub.settings.production).",
        allow_abbrev=False,
    )
    parser.set_defaults(action=run_production_check, data=DEFAULT_DATA)
    return parser.parse_args(arguments)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=_folder, default=DEFAULT_DATA, metavar="DIR", help="data folder (default: var)"
    )


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _stop(number: int, frame: object) -> None:
    # Asked once, start.py stops what it runs; asked again, it is doing so already.
    for other in _STOPPING_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise StoppedError(number)
