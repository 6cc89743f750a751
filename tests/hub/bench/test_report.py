"""The tables, and their place in a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.bench.pages import BenchError, Speed, Weight
from hub.bench.report import BEGIN, END, Report, write
from hub.bench.search import SQLITE, Comparison


def speed(view: float = 20.0, queries: int = 10) -> Speed:
    return Speed("en", 78, queries, request=30.0, memory_request=20.0, view=view, memory_view=10.0)


def rows_of(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"| {start}")]


def test_what_is_over_its_limit_is_said_loudly() -> None:
    report = Report()
    report.add_speed([speed(), speed(view=31.0)], SQLITE)
    text = report.text(["Measured now."])
    assert [row.split("|")[-2].strip() for row in rows_of(text, "time of its view")] == ["NO"]
    assert [row.split("|")[-2].strip() for row in rows_of(text, "SQL queries")] == ["yes"]
    assert "3.10" in rows_of(text, "time of its view")[0]


def test_the_heaviest_language_decides() -> None:
    report = Report()
    light, heavy = (
        Weight(code, size, 11_000, 18_000, 1_500, 12_000) for code, size in (("en", 9_000), ("ar", 32_000))
    )
    report.add_weight([light, heavy])
    assert "62.5 kB" in rows_of(report.text([]), "first page")[0]
    assert rows_of(report.text([]), "first page")[0].endswith("NO |")
    assert rows_of(report.text([]), "next page")[0].endswith("yes |")


def test_a_comparison_takes_the_middle_question() -> None:
    one = Comparison(SQLITE, 10_000, (1.0, 2.0, 3.0), (1_000.0, 1_500.0, 9_000.0), (1, 2, 0), (0, 0, 5), 60.0)
    assert one.ratio == 750
    report = Report()
    report.add_comparisons([one])
    assert rows_of(report.text([]), "faster than modelsearch")[0].endswith("yes |")
    assert "1 / 2" in rows_of(report.text([]), SQLITE)[0]


def test_figures_go_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"# Before\n{BEGIN}\nold\n{END}\nAfter\n", encoding="utf-8")
    write(document, "new")
    write(document, "newer")
    assert document.read_text(encoding="utf-8") == f"# Before\n{BEGIN}\n\nnewer\n\n{END}\nAfter\n"


def test_a_document_without_marks_stays_as_it_is(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("# Nothing to fill\n", encoding="utf-8")
    with pytest.raises(BenchError, match="no place for figures"):
        write(document, "new")
    assert document.read_text(encoding="utf-8") == "# Nothing to fill\n"
