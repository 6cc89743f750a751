"""The tables, and their place in a document."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from hub.bench.door import OWASP, Desk, LogIn
from hub.bench.joining import Joining
from hub.bench.likeness import Likeness
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


@pytest.mark.parametrize("at_its_best", [False, True])
def test_a_comparison_takes_the_middle_question_and_the_limit_holds_for_what_comes(at_its_best: bool) -> None:
    one = Comparison(
        SQLITE, at_its_best, 10_000, (1.0, 2.0, 3.0), (1_000.0, 1_500.0, 9_000.0), (1, 2, 0), (0, 0, 5), 60.0
    )
    assert one.ratio == 750
    report = Report()
    report.add_comparisons([one])
    limits = rows_of(report.text([]), "faster than modelsearch")
    assert [row.endswith("yes |") for row in limits] == ([] if at_its_best else [True])
    assert "1 / 2" in rows_of(report.text([]), SQLITE)[0]


def door(parameters: str = OWASP, queries: int = 7, p: float = 0.4) -> dict[str, Any]:
    desks = [
        Desk(waiting, asked, 7, 17, page=10.0, first=30.0, last=31.0, case=20.0)
        for waiting, asked in ((100, 7), (10_000, queries))
    ]
    return {
        "log_in": asdict(LogIn(parameters, page=10.0, hashing=50.0, password=70.0, factor=10.0)),
        "likeness": [
            asdict(Likeness("log-in", 200, known=70.0, unknown=70.5, p=0.4)),
            asdict(Likeness("joining", 200, known=21.0, unknown=20.0, p=p)),
        ],
        "desk": [asdict(desk) for desk in desks],
        "joining": asdict(Joining(64, 14, 60.0, 1.5, 5, 71, others_go_on=False)),
    }


def test_the_door_is_told_as_ratios() -> None:
    report = Report()
    report.add_door({SQLITE: door()})
    text = report.text([])
    assert "NO" not in text.partition("### Sign-ups")[0]
    assert rows_of(text, "joining")[0].split("|")[5].strip() == "1.050"
    assert [cell.strip() for cell in rows_of(text, "both: one log-in")[0].split("|")[2:4]] == ["80.0", "8.0"]
    assert rows_of(text, "anonymous pages that cost as much")[0].endswith(" 40 |")
    assert rows_of(text, "another address gets through")[0].endswith(" NO |")


@pytest.mark.parametrize(
    ("figures", "row"),
    [
        (door(parameters="m=8,t=1,p=1"), "how passwords are hashed"),
        (door(queries=57), "SQL queries of the desk's first page"),
        (door(p=0.004), "p of the form whose times differ most (joining)"),
    ],
)
def test_a_weak_hash_a_growing_number_of_queries_and_a_telling_time_are_said_loudly(
    figures: dict[str, Any], row: str
) -> None:
    report = Report()
    report.add_door({SQLITE: figures})
    assert rows_of(report.text([]), row)[0].endswith("NO |")


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
