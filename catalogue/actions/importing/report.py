"""What an import tells: bad cells, conflicts and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MAX_LINES = 500
"""So many bad cells are told one by one; the rest is a number."""

_SHOWN_CHARACTERS = 60


class BadCellError(Exception):
    """A cell that cannot be imported; the message says why."""


class ConflictReason(StrEnum):
    """Why an import left a cell alone; the value is a sentence for the report."""

    CHANGED = "somebody has changed it since the last import"
    DRAFT = "the tool has an unpublished draft, is not live or is locked"
    REMOVED = "somebody has removed the record since the last import"
    WITHDRAWN = "the file no longer has it, and the hub cannot do without"
    DISAGREEMENT = "two files disagree; the newer one was taken"


@dataclass(frozen=True, slots=True)
class Problem:
    """A bad cell. `row` counts as a spreadsheet does (headings are row 1); 0 and "" mean the whole file."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = [
            self.file,
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        ]
        return f"{', '.join(part for part in place if part)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that the import left alone, with what stands in the hub and what in the file."""

    table: str
    row_key: str
    column: str
    present_value: str
    imported_value: str
    reason: ConflictReason

    def __str__(self) -> str:
        return (
            f"{self.table}, {self.row_key}, column {self.column}: {self.reason} "
            f"(hub: {shown(self.present_value)}, file: {shown(self.imported_value)})"
        )


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What became of the rows of one table; `conflicts` and `errors` count cells."""

    table: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    conflicts: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The whole outcome. With errors nothing was written; `problems` holds the first 500 of them."""

    tables: tuple[TableCounts, ...]
    problems: tuple[Problem, ...]
    errors: int
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def ok(self) -> bool:
        """Return whether every cell could be read."""
        return self.errors == 0

    @property
    def created(self) -> int:
        """Return how many rows are new."""
        return sum(counts.created for counts in self.tables)

    @property
    def changed(self) -> int:
        """Return how many rows have changed."""
        return sum(counts.changed for counts in self.tables)

    @property
    def unchanged(self) -> int:
        """Return how many rows stand as they stood."""
        return sum(counts.unchanged for counts in self.tables)

    def lines(self) -> Iterator[str]:
        """Yield the report as plain lines: bad cells first, then conflicts, then counts."""
        yield from map(str, self.problems)
        if self.errors > len(self.problems):
            yield f"and {self.errors - len(self.problems)} more"
        for conflict in self.conflicts[:MAX_LINES]:
            yield f"Left alone: {conflict}"
        if len(self.conflicts) > MAX_LINES:
            yield f"and {len(self.conflicts) - MAX_LINES} more conflicts"
        yield from self.warnings
        for counts in self.tables:
            yield (
                f"{counts.table}: {counts.created} new, {counts.changed} changed, {counts.unchanged} "
                f"unchanged, {counts.conflicts} conflicts, {counts.errors} errors"
            )


@dataclass(slots=True)
class Problems:
    """Collects bad cells; keeps the first 500 and counts the others."""

    kept: list[Problem] = field(default_factory=list)
    total: int = 0
    by_table: Counter[str] = field(default_factory=Counter)

    def add(self, table: str, file: str, row: int, column: str, reason: str) -> None:
        """Note a bad cell of a table ("" where the table is not recognised)."""
        self.total += 1
        self.by_table[table] += 1
        if len(self.kept) < MAX_LINES:
            self.kept.append(Problem(file, row, column, reason))


def shown(text: str) -> str:
    """Return text fit for one line of a terminal: quoted, short, without unprintable characters."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return (
        "“"
        + "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in cut)
        + "”"
    )
