"""`manage.py bench`: the measurements; `python3 start.py bench` prepares a hub and calls it."""

from __future__ import annotations

import json
import logging
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from hub.bench import pages, search, whole
from hub.bench.machine import machine
from hub.bench.pages import BenchError, Speed
from hub.bench.report import LARGE, MIDDLE, SMALL, Report, write
from hub.settings import env
from launcher.progress import Progress

Results = dict[str, Any]

_ON_REQUEST = ("tables", "people")
"""They import, index and make up people, so they are run on throwaway data only, or if somebody asks for it."""


class Command(BaseCommand):
    """Measures pages, search, the comparison with Wagtail's search, the whole hub, and the door; prints tables."""

    help = "Measure the hub and print tables; nothing is written unless --write names a document"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to measure, and how much of it."""
        parser.add_argument(
            "--only", action="append", choices=_MEASUREMENTS_AND_CHANGES, help="may be repeated"
        )
        parser.add_argument(
            "--sizes", type=_sizes, help=f"numbers of made-up tools (default: {SMALL},{MIDDLE},{LARGE})"
        )
        parser.add_argument(
            "--quick", action="store_true", help="small sizes and few rounds, to see that it works"
        )
        parser.add_argument("--rounds", type=int, help="how often each page is asked for (default: 40)")
        parser.add_argument(
            "--write", type=Path, metavar="DOCUMENT", help="put the tables into this document"
        )
        parser.add_argument("--json", action="store_true", help="print the raw figures on one line instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, one thing after the other."""
        self._quick: bool = options["quick"]
        self._sizes: list[int] = options["sizes"] or (
            [SMALL, 1_000] if self._quick else [SMALL, MIDDLE, LARGE]
        )
        self._rounds: int = options["rounds"] or (3 if self._quick else 40)
        document: Path | None = options["write"]
        if document:
            # Said at once, not after an hour.
            self._write(document, None)
        described = machine()
        report = Report()
        results: Results = {}
        level = logging.root.manager.disable
        # What a page says in the log is no part of what it costs, and would stand between the tables.
        logging.disable(logging.CRITICAL)
        try:
            failures = self._measure(options["only"] or list(_MEASUREMENTS), report, results)
        finally:
            logging.disable(level)
        if options["json"]:
            self.stdout.write(json.dumps(results))
        else:
            self.stdout.write(report.text(described))
        if failures:
            raise CommandError("\n".join(failures))
        if document:
            self._write(document, report.text(described))

    def _measure(self, names: list[str], report: Report, results: Results) -> list[str]:
        """Do the measurements; one that fails does not cost the others. Return what failed, and why."""
        failures = []
        for name in names:
            try:
                _MEASUREMENTS_AND_CHANGES[name](self, report, results)
            except BenchError as error:
                failures.append(f"{name}: {error}")
        return failures

    def _write(self, document: Path, text: str | None) -> None:
        try:
            write(document, text)
        except (BenchError, OSError) as error:
            raise CommandError(str(error)) from error

    def _page(self, report: Report, results: Results) -> None:
        database = {"sqlite": search.SQLITE, "postgresql": search.POSTGRESQL}[connection.vendor]
        client = pages.signed_in()
        with Progress(f"The catalogue's page on {database}"):
            speeds = pages.measure_speed(client, self._rounds)
            weights = pages.measure_weight(client)
        results["page"] = [asdict(speed) for speed in speeds]
        report.add_speed(speeds, database)
        report.add_weight(weights)

    def _search(self, report: Report, results: Results) -> None:
        results["search"] = {size: self._searched(size) for size in self._sizes}
        report.add_search(results["search"])
        if env.TEST_ELASTICSEARCH_URL:
            report.add_engines(results["search"])

    def _modelsearch(self, report: Report, results: Results) -> None:
        size = min(self._sizes, key=lambda size: abs(size - (SMALL if self._quick else MIDDLE)))
        figures = results.get("search", {}).get(size) or self._searched(size)
        comparisons = [
            search.compare(
                database,
                size,
                figures,
                self._questions,
                # A question may take a minute where SQLite plans without statistics.
                languages=2 if self._quick or (database == search.SQLITE and not at_its_best) else 6,
                at_its_best=at_its_best,
            )
            for database in search.databases()
            for at_its_best in (False, True)
        ]
        results["modelsearch"] = [asdict(one) for one in comparisons]
        report.add_comparisons(comparisons)

    def _hub(self, report: Report, results: Results) -> None:
        with TemporaryDirectory(prefix="hub-bench-", ignore_cleanup_errors=True) as name:
            packages, data, other = (Path(name) / part for part in ("packages", "data", "postgresql"))
            packages.mkdir()
            installed = whole.measure_environment(packages)
            start = {"environment": installed, **whole.measure_start(data)}
            by_database = {search.SQLITE: whole.measure_sqlite(data)}
            if search.POSTGRESQL in search.databases():
                other.mkdir()
                by_database[search.POSTGRESQL] = whole.measure_postgresql(other, self._rounds)
        results["hub"] = {"start": start, "by_database": by_database}
        report.add_whole(start, by_database)
        if page := by_database.get(search.POSTGRESQL, {}).get("page"):
            report.add_speed([Speed(**one) for one in page], search.POSTGRESQL)

    def _door(self, report: Report, results: Results) -> None:
        sizes = (SMALL, 1_000) if self._quick else (SMALL, MIDDLE)
        results["door"] = {}
        for database in search.databases():
            with TemporaryDirectory(prefix="hub-bench-", ignore_cleanup_errors=True) as name:
                figures = whole.measure_door(
                    Path(name), database, self._rounds, applicants=8 if self._quick else 64, sizes=sizes
                )
            results["door"][database] = figures
        report.add_door(results["door"])

    def _people(self, report: Report, results: Results) -> None:
        results["people"] = whole.measure_people(self._rounds, self._sizes)

    def _tables(self, report: Report, results: Results) -> None:
        results["tables"] = whole.measure_tables()

    def _searched(self, size: int) -> dict[str, Any]:
        return search.measure_search(
            size,
            runs=1 if self._quick else 5,
            a_language=self._questions,
            address=env.TEST_ELASTICSEARCH_URL,
        )

    @property
    def _questions(self) -> int:
        return 10 if self._quick else 40


Measure = Callable[[Command, Report, Results], None]
_MEASUREMENTS: dict[str, Measure] = {
    "page": Command._page,
    "search": Command._search,
    "modelsearch": Command._modelsearch,
    "hub": Command._hub,
    "door": Command._door,
}
_MEASUREMENTS_AND_CHANGES: dict[str, Measure] = {
    **_MEASUREMENTS,
    **dict(zip(_ON_REQUEST, (Command._tables, Command._people), strict=True)),
}


def _sizes(text: str) -> list[int]:
    try:
        sizes = sorted({int(part) for part in text.split(",")})
    except ValueError:
        sizes = []
    if not sizes or sizes[0] < SMALL:
        raise ArgumentTypeError(f"numbers from {SMALL} on, with commas between them")
    return sizes
