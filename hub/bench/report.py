"""Figures as tables that can be read on a terminal and stand in a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from hub.bench.door import OWASP, Desk, LogIn
from hub.bench.joining import SIDE_BY_SIDE, Joining
from hub.bench.likeness import Likeness
from hub.bench.pages import BenchError, Speed, Weight
from hub.bench.search import Comparison, way
from hub.core.languages import get_language

BEGIN = "<!-- figures: written by `python3 start.py bench --write docs/performance.md` -->"
END = "<!-- end of figures -->"
_KILOBYTE = 1_000
_MEBIBYTE = 1024 * 1024

MOST_QUERIES = 12
MOST_TIMES_MEMORY = 3
MOST_FIRST_PAGE = 60_000
MOST_NEXT_PAGE = 15_000
MOST_SCRIPTS = 25_000
MOST_GROWTH = 10
LEAST_TIMES_FASTER = 500
LEAST_P = 0.01
SMALL, MIDDLE, LARGE = 100, 10_000, 100_000

_OF_A_SIGN_UP: tuple[tuple[str, Callable[[Joining], str]], ...] = (
    ("applicants, each from an address of their own", lambda one: str(one.applicants)),
    ("forms that one of them sends", lambda one: str(one.forms)),
    ("anonymous pages a second", lambda one: f"{one.pages:.1f}"),
    ("whole sign-ups a second", lambda one: f"{one.joins:.2f}"),
    ("anonymous pages that cost as much as one sign-up", lambda one: f"{one.ratio:.0f}"),
    ("whole sign-ups of one address until it is stopped", lambda one: str(one.one_address)),
    ("forms that were taken from it", lambda one: str(one.stopped_after)),
    ("another address gets through meanwhile", lambda one: "yes" if one.others_go_on else "NO"),
)


class Report:
    """Collects headed tables, and the limits with what was measured."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._limits: list[tuple[str, str, str, str]] = []

    def text(self, machine: Sequence[str]) -> str:
        """Return everything as Markdown: machine, limits, tables."""
        limits = [_table(("what", "limit", "measured", "holds"), self._limits)] if self._limits else []
        return "\n\n".join(["\n".join(machine), *limits, *self._parts])

    def add_speed(self, speeds: Sequence[Speed], database: str) -> None:
        """Add the times of the catalogue's page."""
        rows = [
            (
                _language(speed.language),
                str(speed.tools),
                str(speed.queries),
                f"{speed.view:.1f}",
                f"{speed.memory_view:.1f}",
                f"{speed.ratio:.2f}",
                f"{speed.request:.1f}",
                f"{speed.request_ratio:.2f}",
            )
            for speed in speeds
        ]
        heads = (
            "language",
            "tools found",
            "SQL queries",
            "view, ms",
            "from memory, ms",
            "times",
            "with middleware, ms",
            "times",
        )
        self._add(f"Catalogue page with text and two facets, {database}", _table(heads, rows))
        self._limit(
            f"SQL queries of the catalogue page, {database}",
            f"≤ {MOST_QUERIES}",
            str(most := max(speed.queries for speed in speeds)),
            most <= MOST_QUERIES,
        )
        ratio = max(speed.ratio for speed in speeds)
        self._limit(
            f"time of its view against one that holds the records in memory, {database}",
            f"≤ {MOST_TIMES_MEMORY}",
            f"{ratio:.2f}",
            ratio <= MOST_TIMES_MEMORY,
        )

    def add_weight(self, weights: Sequence[Weight]) -> None:
        """Add what a browser fetches."""
        rows = [
            (
                _language(weight.language),
                *(
                    _kilobytes(size)
                    for size in (
                        weight.document,
                        weight.styles,
                        weight.scripts,
                        weight.icons,
                        weight.first,
                        weight.next_document,
                    )
                ),
            )
            for weight in weights
        ]
        heads = ("language", "HTML", "CSS", "JavaScript", "icons", "first page", "next page")
        self._add("What a browser fetches of the catalogue, kB compressed", _table(heads, rows))
        for name, most, limit in (
            ("first page with all it needs", max(weight.first for weight in weights), MOST_FIRST_PAGE),
            ("next page", max(weight.next_document for weight in weights), MOST_NEXT_PAGE),
            ("JavaScript", max(weight.scripts for weight in weights), MOST_SCRIPTS),
        ):
            self._limit(name, f"≤ {limit // _KILOBYTE} kB", f"{_kilobytes(most)} kB", most <= limit)

    def add_search(self, found: dict[int, dict[str, Any]]) -> None:
        """Add the search on catalogues that are made up, by their size."""
        rows = []
        for number, figures in found.items():
            ask, build = figures["ask"], figures["build"]
            rows.append(
                (
                    f"{number:,}",
                    f"{ask['p50']:.2f}",
                    f"{ask['p95']:.2f}",
                    f"{ask['longest']:.1f}",
                    f"{ask['p50_without_text']:.2f}",
                    f"{ask['first']:.0f}",
                    f"{ask['change']:.0f}",
                    _seconds(build["seconds"]),
                    f"{build['bytes'] / _MEBIBYTE:.1f}",
                    f"{ask['memory_after']:.0f}",
                    f"{ask['memory_after'] - ask['memory_before']:.0f}",
                    f"{ask['clock_to_processor']:.2f}",
                )
            )
        heads = (
            "tools",
            "p50, ms",
            "p95, ms",
            "longest, ms",
            "p50 without text, ms",
            "first of a process, ms",
            "one change, ms",
            "to build, s",
            "index, MiB",
            "process, MiB",
            "of it for the index, MiB",
            "clock to processor",
        )
        self._add("Search with all facet counts", _table(heads, rows))
        kinds = list(next(iter(found.values()))["ask"]["by_kind"])
        by_kind = [
            (f"{number:,}", *(f"{figures['ask']['by_kind'][kind]:.2f}" for kind in kinds))
            for number, figures in found.items()
        ]
        self._add("The middle question by kind of text, ms", _table(("tools", *kinds), by_kind))
        if SMALL in found and LARGE in found:
            growth = found[LARGE]["ask"]["p95"] / found[SMALL]["ask"]["p95"]
            self._limit(
                f"p95 of the search at {LARGE:,} tools against {SMALL:,}",
                f"≤ {MOST_GROWTH}",
                f"{growth:.1f}",
                growth <= MOST_GROWTH,
            )

    def add_engines(self, found: dict[int, dict[str, Any]]) -> None:
        """Add both engines side by side, and what a question costs while the cluster fails."""
        rows = []
        for number, figures in found.items():
            for name, one in (("embedded", figures), ("Elasticsearch", figures["cluster"])):
                ask, build = one["ask"], one["build"]
                server = build.get("server_memory")
                rows.append(
                    (
                        f"{number:,}",
                        name,
                        f"{ask['p50']:.1f}",
                        f"{ask['p95']:.1f}",
                        f"{ask['longest']:.0f}",
                        f"{ask['p50_without_text']:.1f}",
                        f"{ask['change']:.0f}",
                        _seconds(build["seconds"]),
                        f"{build['bytes'] / _MEBIBYTE:.1f}",
                        f"{ask['memory_after']:.0f}",
                        "none" if server is None else f"{server:.0f}",
                    )
                )
        heads = (
            "tools",
            "engine",
            "p50, ms",
            "p95, ms",
            "longest, ms",
            "p50 without text, ms",
            "one change, ms",
            "to build, s",
            "index, MiB",
            "web process, MiB",
            "server, MiB",
        )
        self._add("Both engines, the same questions", _table(heads, rows))
        costs = []
        for number, figures in found.items():
            failing = figures["fail"]
            for state, name in (
                ("no cluster", "alone"),
                ("it refuses connections", "refuses"),
                ("it takes connections and never answers", "hangs"),
            ):
                first = failing[name].get("first")
                costs.append(
                    (
                        state,
                        f"{number:,}",
                        "none" if first is None else f"{first:.0f}",
                        f"{failing[name]['p50']:.2f}",
                        f"{failing[name]['p95']:.2f}",
                    )
                )
        failed = ("cluster", "tools", "question that finds out, ms", "p50 of those after it, ms", "p95, ms")
        self._add("What it costs when the cluster fails", _table(failed, costs))

    def add_comparisons(self, comparisons: Sequence[Comparison]) -> None:
        """Add the same questions to Wagtail's own search."""
        rows = [
            (
                one.database,
                way(one.at_its_best),
                f"{one.tools:,}",
                str(len(one.theirs)),
                f"{median(one.theirs):,.0f}",
                f"{median(one.ours):.2f}",
                f"{one.ratio:,.0f}",
                f"{one.ratio_of_all:,.0f}",
                f"{sum(map(bool, one.found_by_them))} / {sum(map(bool, one.found_by_us))}",
                _seconds(one.seconds_to_index),
            )
            for one in comparisons
        ]
        heads = (
            "database",
            "modelsearch",
            "tools",
            "questions",
            "its middle, ms",
            "hub, middle, ms",
            "times",
            "times, all questions",
            "found anything",
            "to index, s",
        )
        self._add("The same questions to Wagtail's modelsearch", _table(heads, rows))
        for one in comparisons:
            if one.tools == MIDDLE and not one.at_its_best:
                self._limit(
                    f"faster than modelsearch as it comes at {MIDDLE:,} tools, {one.database}",
                    f"≥ {LEAST_TIMES_FASTER} times",
                    f"{one.ratio:,.0f}",
                    one.ratio >= LEAST_TIMES_FASTER,
                )

    def add_whole(self, start: dict[str, Any], by_database: dict[str, dict[str, Any]]) -> None:
        """Add what setting up and starting costs, and what a running hub holds."""
        environment = start["environment"]
        installed = (
            f"{_seconds(environment['seconds'])} ({environment['way']})" if environment else "not fetched"
        )
        rows = [
            ("to install the packages, s", installed),
            ("first start, from an empty data folder until it answers, s", _seconds(start["first"])),
            ("second start, s", _seconds(start["second"])),
        ]
        self._add("Starting the demo", _table(("what", "measured"), rows))
        steps = [(name, _seconds(seconds)) for name, seconds in start["steps"]]
        self._add("Of the first start, the steps that take longest", _table(("until it said", "s"), steps))
        lines: list[tuple[str, ...]] = []
        for what, name, form in (
            ("`prepare` with nothing to do, s", "prepare_again", "{:.1f}"),
            ("import of all tables that changes nothing, s", "import_again", "{:.1f}"),
            ("search index of the real tools, s", "index", "{:.1f}"),
            ("real tools", "tools", "{}"),
            ("web process after its start, MiB", "memory_fresh", "{:.0f}"),
            ("web process after pages in six languages, MiB", "memory", "{:.0f}"),
            ("of it, not shared with other processes, MiB", "own_memory", "{:.0f}"),
            ("a page over HTTP, middle, ms", "page_over_http", "{:.0f}"),
        ):
            values = [
                "not known" if (value := figures[name]) is None else form.format(value)
                for figures in by_database.values()
            ]
            lines.append((what, *values))
        self._add("A running hub", _table(("what", *by_database), lines))
        for figures in by_database.values():
            if "bytes" in figures:
                sizes = [(what, f"{size / _MEBIBYTE:.1f}") for what, size in figures["bytes"].items()]
                self._add("On disk, with the real tools", _table(("what", "MiB"), sizes))

    def add_door(self, by_database: dict[str, dict[str, Any]]) -> None:
        """Add what a log-in, the vetting desk and a sign-up cost."""
        for database, figures in by_database.items():
            self._add_log_in(LogIn(**figures["log_in"]), database)
        for database, figures in by_database.items():
            self._add_likeness([Likeness(**one) for one in figures["likeness"]], database)
        for database, figures in by_database.items():
            self._add_desk([Desk(**one) for one in figures["desk"]], database)
        self._add_joining(
            {database: Joining(**figures["joining"]) for database, figures in by_database.items()}
        )

    def _add_log_in(self, one: LogIn, database: str) -> None:
        rows = [
            (what, f"{cost:.1f}", f"{cost / one.page:.1f}")
            for what, cost in (
                ("an anonymous page (the log-in's)", one.page),
                ("Argon2id alone", one.hashing),
                ("password", one.password),
                ("code of the app", one.factor),
                ("both: one log-in", one.whole),
            )
        ]
        self._add(f"One log-in, {database}", _table(("what", "ms", "times an anonymous page"), rows))
        self._limit(
            f"how passwords are hashed: Argon2id, OWASP's parameters, {database}",
            OWASP,
            one.parameters,
            one.parameters == OWASP,
        )

    def _add_likeness(self, forms: Sequence[Likeness], database: str) -> None:
        rows = [
            (
                one.form,
                str(one.pairs),
                f"{one.known:.1f}",
                f"{one.unknown:.1f}",
                f"{one.known / one.unknown:.3f}",
                f"{one.p:.3f}",
            )
            for one in forms
        ]
        heads = ("form", "pairs", "address is known, ms", "is not, ms", "ratio", "p (Mann-Whitney)")
        self._add(f"Known and unknown addresses, {database}", _table(heads, rows))
        least = min(forms, key=lambda one: one.p)
        self._limit(
            f"p of the form whose times differ most ({least.form}), {database}",
            f"> {LEAST_P}",
            f"{least.p:.3f}",
            least.p > LEAST_P,
        )

    def _add_desk(self, desks: Sequence[Desk], database: str) -> None:
        rows = [
            (
                f"{desk.waiting:,}",
                f"{desk.queries} / {desk.queries_last} / {desk.queries_case}",
                f"{desk.page:.1f}",
                *(
                    cell
                    for cost in (desk.first, desk.last, desk.case)
                    for cell in (f"{cost:.1f}", f"{cost / desk.page:.2f}")
                ),
            )
            for desk in desks
        ]
        heads = (
            "applications that wait",
            "SQL queries: first page / last / a case",
            "anonymous page, ms",
            "first page, ms",
            "times",
            "last page, ms",
            "times",
            "a case, ms",
            "times",
        )
        self._add(f"The vetting desk, {database}", _table(heads, rows))
        few, many = desks[0], desks[-1]
        for what, name in (
            ("first page", "queries"),
            ("last page", "queries_last"),
            ("case", "queries_case"),
        ):
            before, after = getattr(few, name), getattr(many, name)
            self._limit(
                f"SQL queries of the desk's {what} with {many.waiting:,} applications, {database}",
                f"as with {few.waiting:,}: {before}",
                str(after),
                before == after,
            )

    def _add_joining(self, by_database: dict[str, Joining]) -> None:
        rows = [(what, *(form(one) for one in by_database.values())) for what, form in _OF_A_SIGN_UP]
        self._add(f"Sign-ups, {SIDE_BY_SIDE} applicants side by side", _table(("what", *by_database), rows))

    def _add(self, heading: str, body: str) -> None:
        self._parts.append(f"### {heading}\n\n{body}")

    def _limit(self, what: str, limit: str, measured: str, holds: bool) -> None:
        self._limits.append((what, limit, measured, "yes" if holds else "NO"))


def write(path: Path, text: str | None) -> None:
    """Put the figures between the two marks of a document, or, without any, only see that they are there.

    Raises BenchError if they are not.
    """
    document = path.read_text(encoding="utf-8")
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchError(f"{path} has no place for figures: it needs the two lines {BEGIN} and {END}")
    if text is not None:
        path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(padded)} |"

    rule = [f"{'-' * widths[0]}", *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def _language(code: str) -> str:
    return get_language(code).code


def _kilobytes(size: int) -> str:
    return f"{size / _KILOBYTE:.1f}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}"
