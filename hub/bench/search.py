"""The search on catalogues that are made up, and the same questions to Wagtail's own search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from catalogue.bench.cluster import remove_indexes
from hub.bench.children import ask_child
from hub.bench.databases import own_name
from hub.core.languages import LANGUAGE_CODES
from hub.settings import env
from launcher.progress import Progress

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
_KINDS_COMPARED = ("concept", "words")
"""Wagtail's search neither corrects nor completes: it would be fast at finding nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same questions at the same size; milliseconds in the order of the questions, seconds to index."""

    database: str
    at_its_best: bool
    tools: int
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    found_by_us: tuple[int, ...]
    found_by_them: tuple[int, ...]
    seconds_to_index: float

    @property
    def ratio(self) -> float:
        """How many times longer Wagtail's search takes for the middle question."""
        return median(self.theirs) / median(self.ours)

    @property
    def ratio_of_all(self) -> float:
        """How many times longer it takes for all questions together."""
        return sum(self.theirs) / sum(self.ours)


def measure_search(number: int, runs: int, a_language: int, address: str = "") -> dict[str, Any]:
    """Build the index of so many tools, and ask it in another process; return the figures of both.

    With the address of an Elasticsearch the same is measured there; its figures stand under "cluster", and those of
    the embedded index while a cluster fails under "fail".
    """
    with TemporaryDirectory(prefix="hub-bench-") as name:
        folder = str(Path(name) / "index")
        asking = ["--questions", str(a_language), "--ask", str(runs)]
        figures = _build_and_ask(f"Search, {number:,} tools", number, folder, asking)
        if address:
            what = f"Search in Elasticsearch, {number:,} tools"
            beside = [*asking, "--words", folder]
            try:
                figures["cluster"] = _build_and_ask(what, number, address, beside)
            finally:
                remove_indexes(address)
            with Progress(f"Search without Elasticsearch, {number:,} tools: asking"):
                command = ["manage.py", "bench_search", folder, "--fail", "--questions", str(a_language)]
                figures |= ask_child(command)
    return figures


def _build_and_ask(what: str, number: int, place: str, asking: list[str]) -> dict[str, Any]:
    with Progress(f"{what}: building the index"):
        built: dict[str, Any] = ask_child(["manage.py", "bench_search", place, "--build", str(number)])
    with Progress(f"{what}: asking"):
        return built | ask_child(["manage.py", "bench_search", place, *asking])


def way(at_its_best: bool) -> str:
    """Say how Wagtail's search was asked."""
    return "at its best" if at_its_best else "as it comes"


def databases() -> list[str]:
    """Return the databases that can be measured here."""
    return [SQLITE, *([POSTGRESQL] if env.TEST_POSTGRES else [])]


def compare(
    database: str, number: int, figures: dict[str, Any], a_language: int, languages: int, *, at_its_best: bool
) -> Comparison:
    """Ask Wagtail's own search some of the questions that `measure_search` has asked at the same size.

    What `at_its_best` means is told by `catalogue.bench.rival.measure.run`.
    """
    chosen = [
        position
        for language in range(min(languages, len(LANGUAGE_CODES)))
        for position in _first_of_each_kind(figures["ask"]["kinds"], language * a_language, a_language)
    ]
    with TemporaryDirectory(prefix="hub-bench-") as folder:
        job = {
            "database": _settings(database, Path(folder)),
            "tools": number,
            "questions": chosen,
            "a_language": a_language,
            "at_its_best": at_its_best,
        }
        with Progress(f"Wagtail's search on {database}, {way(at_its_best)}, {number:,} tools"):
            answer = ask_child(["-m", "catalogue.bench.rival"], given=job)
    return Comparison(
        database=database,
        at_its_best=at_its_best,
        tools=number,
        ours=tuple(figures["ask"]["by_question"][position] for position in chosen),
        theirs=tuple(answer["times"]),
        found_by_us=tuple(figures["ask"]["found"][position] for position in chosen),
        found_by_them=tuple(answer["found"]),
        seconds_to_index=answer["seconds"],
    )


def _first_of_each_kind(kinds: Sequence[str], start: int, length: int) -> list[int]:
    return [kinds.index(kind, start, start + length) for kind in _KINDS_COMPARED]


def _settings(database: str, folder: Path) -> dict[str, Any]:
    if database == POSTGRESQL:
        return {**env.TEST_POSTGRES, "TEST": {"NAME": own_name()}}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "unused.sqlite3"),
        "TEST": {"NAME": str(folder / "rival.sqlite3")},
    }
