"""What imports wrote and what they left alone: the memory that keeps people's corrections."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from enum import Enum, auto

from django.utils import timezone

from catalogue.actions.importing.report import Conflict
from catalogue.models import ImportConflict, ImportedCell

WHOLE_ROW = "*"
"""Stands for a column where a whole row is meant."""

_ROW_KEY_CHARACTERS = 200
_JOINT = " / "

CellKey = tuple[str, str, str]
"""Table, key of the row, column."""


class Decision(Enum):
    """What is to be done with a cell."""

    SAME = auto()
    WRITE = auto()
    LEAVE = auto()
    CONFLICT = auto()


def value_hash(text: str) -> str:
    """Return the hash by which a written value is remembered (64 hexadecimal digits)."""
    return hashlib.sha256(text.encode()).hexdigest()


NOTHING = value_hash("")


def row_key(parts: Collection[str]) -> str:
    """Return a readable key of at most 200 characters; different parts give different keys."""
    key = _JOINT.join(parts)
    if len(key) <= _ROW_KEY_CHARACTERS and key.count(_JOINT) == len(parts) - 1:
        return key
    digest = value_hash("\x00".join(parts))[:16]
    return f"{key[: _ROW_KEY_CHARACTERS - len(digest) - 2]}… {digest}"


class Ledger:
    """The imported cells and the open conflicts of some tables, kept in memory until `flush`.

    A cell that no import ever filled and one that an import left empty are the same.
    """

    def __init__(self, tables: Collection[str]) -> None:
        self._written: dict[CellKey, str] = {}
        self._refused: dict[CellKey, str] = {}
        for table, key, column, hashed, refused in ImportedCell.objects.filter(table__in=tables).values_list(
            "table", "row_key", "column", "value_hash", "refused_hash"
        ):
            self._written[table, key, column] = hashed
            if refused:
                self._refused[table, key, column] = refused
        self._open: dict[CellKey, tuple[str, str]] = {
            (table, key, column): (present, imported)
            for table, key, column, present, imported in ImportConflict.objects.filter(
                table__in=tables
            ).values_list("table", "row_key", "column", "present_value", "imported_value")
        }
        self._new: dict[CellKey, str] = {}
        self._examined: set[tuple[str, str]] = set()
        self.conflicts: list[Conflict] = []

    def last(self, cell: CellKey) -> str:
        """Return the hash of what an import last wrote there."""
        return self._written.get(cell, NOTHING)

    def knows(self, table: str, key: str) -> bool:
        """Return whether an import has written the row before."""
        return (table, key, WHOLE_ROW) in self._written

    def rows(self, table: str) -> set[str]:
        """Return the keys of the rows of a table that imports have written."""
        return {key for name, key, column in self._written if name == table and column == WHOLE_ROW}

    def refuses(self, cell: CellKey, text: str) -> bool:
        """Return whether an editor has decided against this value of the cell."""
        return self._refused.get(cell) == value_hash(text)

    def decide(self, cell: CellKey, present: str, wanted: str) -> Decision:
        """Return what to do with a cell that holds `present` and of which the file says `wanted`.

        An empty cell of a file claims nothing, unless an import filled it before; nor does one whose value an editor
        has decided against.
        """
        last = self.last(cell)
        if present == wanted:
            return Decision.SAME
        if self.refuses(cell, wanted):
            return Decision.LEAVE
        if value_hash(present) == last:
            return Decision.WRITE
        return Decision.LEAVE if not wanted and last == NOTHING else Decision.CONFLICT

    def examine(self, table: str, key: str) -> None:
        """Note that this import has looked at a row: its conflicts that are not found again are settled."""
        self._examined.add((table, key))

    def wrote(self, cell: CellKey, text: str) -> None:
        """Remember what the cell holds now by the import's doing."""
        hashed = value_hash(text)
        if self.last(cell) != hashed:
            self._new[cell] = hashed

    def conflict(self, found: Conflict) -> None:
        """Remember a cell that was left alone."""
        self.conflicts.append(found)

    def flush(self) -> None:
        """Write what has changed; no query if nothing has."""
        now = timezone.now()
        if self._new:
            ImportedCell.objects.bulk_create(
                [
                    ImportedCell(table=table, row_key=key, column=column, value_hash=hashed, written_at=now)
                    for (table, key, column), hashed in self._new.items()
                ],
                update_conflicts=True,
                unique_fields=["table", "row_key", "column"],
                update_fields=["value_hash", "refused_hash", "written_at"],
                batch_size=1_000,
            )
        found = {(one.table, one.row_key, one.column): one for one in self.conflicts}
        changed = [
            one
            for cell, one in found.items()
            if self._open.get(cell) != (one.present_value, one.imported_value)
        ]
        if changed:
            ImportConflict.objects.bulk_create(
                [
                    ImportConflict(
                        table=one.table,
                        row_key=one.row_key,
                        column=one.column,
                        present_value=one.present_value,
                        imported_value=one.imported_value,
                        found_at=now,
                    )
                    for one in changed
                ],
                update_conflicts=True,
                unique_fields=["table", "row_key", "column"],
                update_fields=["present_value", "imported_value", "found_at"],
            )
        for table, key, column in self._open:
            if (table, key) in self._examined and (table, key, column) not in found:
                ImportConflict.objects.filter(table=table, row_key=key, column=column).delete()
