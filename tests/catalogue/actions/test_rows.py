"""Reading CSV files."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.actions.importing.report import BadCellError
from catalogue.actions.importing.rows import MAX_CELL_CHARACTERS, read_text, rows

CELLS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ['"', ",", "\r\n", '""', " "]
)


@given(
    table=st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_reads_what_the_csv_module_writes(table: list[list[str]], ending: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(table)

    read = list(rows(text.getvalue()))

    assert [row.cells for row in read] == table
    assert not any(row.faults for row in read)


@given(text=st.text(alphabet=st.sampled_from('ab",\r\n\x00é'), max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for row in rows(text):
        assert row.cells
        assert all(index < len(row.cells) for index in row.faults)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_endings_of_lines(ending: str) -> None:
    assert [row.cells for row in rows(f"a,b{ending}{ending}c,d{ending}")] == [["a", "b"], ["c", "d"]]


def test_rows_are_numbered_as_in_a_spreadsheet() -> None:
    assert [row.number for row in rows('a\n"b\nc"\n\nd\n')] == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ('a,b"c,d', 1, "inside a cell that is not quoted"),
        ('a,"b"c,d', 1, "after the closing quotation mark"),
        ('a,"b\nc,d', 1, "never closed"),
        (f"a,{'x' * (MAX_CELL_CHARACTERS + 1)},c", 1, "longer than"),
        (f'a,b,"{"x" * 10_000_000}"', 2, "longer than"),
    ],
)
def test_faults_have_a_column(text: str, column: int, reason: str) -> None:
    [row] = rows(text)

    assert list(row.faults) == [column]
    assert reason in row.faults[column]


def test_a_fault_in_one_row_leaves_the_next_readable() -> None:
    assert [row.cells for row in rows('a"b,c\nd,e\n')][1] == ["d", "e"]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbfcode")

    assert read_text(path) == "code"


def test_what_is_no_file(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(40 * 1024 * 1024)

    for path, reason in [
        (tmp_path, "not a file"),
        (tmp_path / "absent.csv", "no such file"),
        (large, "larger than 32 MB"),
        (Path("nul\x00.csv"), "file"),
    ]:
        with pytest.raises(BadCellError, match=reason):
            read_text(path)
