"""Reads CSV files cell by cell, so that whatever is wrong with a file has a row and a column.

Python's csv module names neither the column of a cell that is too large nor that of a stray quotation mark,
and its limit is one for the whole process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.actions.importing.report import BadCellError

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_CELL_CHARACTERS = 20_000

# Possessive quantifiers: a cell of megabytes must cost no memory for ways back.
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')
_PLAIN = re.compile(r'[^,"\r\n]*+')
_REST_OF_LINE = re.compile(r"[^\r\n]*+")
_END_OF_LINE = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class Row:
    """One row of a file. `faults` maps the index of a cell that could not be read to the reason."""

    number: int
    cells: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Return whether the row is an empty line."""
        return self.cells in ([], [""]) and not self.faults


def read_text(path: Path) -> str:
    """Return the text of a file without its byte order mark; bytes that are not UTF-8 become lone surrogates.

    Raises BadCellError with the reason if the path is no readable file, or one that is too large.
    """
    try:
        if not path.exists():
            raise BadCellError("there is no such file")
        if not path.is_file():
            raise BadCellError("this is not a file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadCellError(f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        # ValueError: a NUL in the path itself.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        raise BadCellError(f"the file cannot be read: {reason}") from error
    return content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def rows(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV text (RFC 4180; LF, CRLF and CR end a row), leaving empty lines out."""
    position, number = 0, 0
    while position < len(text):
        number += 1
        row = Row(number)
        position = _read_row(text, position, row)
        if not row.blank:
            yield row


def _read_row(text: str, position: int, row: Row) -> int:
    while True:
        cell, position, fault = _read_cell(text, position)
        if len(cell) > MAX_CELL_CHARACTERS:
            cell, fault = "", f"longer than {MAX_CELL_CHARACTERS} characters"
        if fault:
            row.faults[len(row.cells)] = fault
        row.cells.append(cell)
        if position >= len(text):
            return position
        if text[position] == ",":
            position += 1
            continue
        ending = _END_OF_LINE.match(text, position)
        assert ending is not None
        return ending.end()


def _read_cell(text: str, position: int) -> tuple[str, int, str]:
    quoted = _QUOTED.match(text, position)
    if quoted is not None:
        if quoted.end() == len(text) or text[quoted.end()] in ",\r\n":
            return quoted[1].replace('""', '"'), quoted.end(), ""
        return "", _line_end(text, quoted.end()), "text stands after the closing quotation mark"
    if text.startswith('"', position):
        return "", len(text), "the quotation mark at its beginning is never closed"
    plain = _PLAIN.match(text, position)
    assert plain is not None
    if text.startswith('"', plain.end()):
        return "", _line_end(text, plain.end()), "a quotation mark stands inside a cell that is not quoted"
    return plain[0], plain.end(), ""


def _line_end(text: str, position: int) -> int:
    rest = _REST_OF_LINE.match(text, position)
    assert rest is not None
    return rest.end()
