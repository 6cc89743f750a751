"""Dated figures: written once, completed by translations, and afterwards the editors'."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hub.models import CaseFact
from hub.seed import ContentError, seed_case_facts

pytestmark = pytest.mark.django_db

COLUMNS = ["fact_en", "figure", "as_of", "source", "source_title", "show", "fact_fr", "as_of_fr"]
ROW = {
    "fact_en": "Seven agencies use it.",
    "figure": "7 agencies",
    "as_of": "2024 or later",
    "source": "https://example.org/seven",
    "source_title": "",
    "show": "yes",
    "fact_fr": "",
    "as_of_fr": "",
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return where a test writes its table."""
    return tmp_path / "case_facts.csv"


def write(path: Path, *rows: dict[str, str], columns: list[str] = COLUMNS) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def test_the_shipped_table_is_written_whole_and_once() -> None:
    assert seed_case_facts() == CaseFact.objects.count() > 20
    assert seed_case_facts() == 0
    for fact in CaseFact.objects.filter(is_shown=True):
        fact.full_clean()
        assert fact.shown().source


def test_what_an_editor_wrote_stays_and_missing_translations_come(table: Path) -> None:
    write(table, ROW)
    seed_case_facts(table)
    fact = CaseFact.objects.get()
    fact.fact_en = "Eight agencies use it."
    fact.is_shown = False
    fact.save()
    write(table, ROW | {"fact_fr": "Sept services l’utilisent.", "as_of_fr": "2024 ou après"})
    assert seed_case_facts(table) == 1
    fact.refresh_from_db()
    assert fact.fact_en == "Eight agencies use it."
    assert not fact.is_shown
    assert (fact.fact_fr, fact.as_of_fr) == ("Sept services l’utilisent.", "2024 ou après")
    write(table, ROW | {"fact_fr": "Autre phrase."})
    assert seed_case_facts(table) == 0
    fact.refresh_from_db()
    assert fact.fact_fr == "Sept services l’utilisent."


def test_a_figure_that_an_editor_deleted_stays_deleted(table: Path) -> None:
    write(table, ROW)
    seed_case_facts(table)
    CaseFact.objects.all().delete()
    assert seed_case_facts(table) == 0
    assert not CaseFact.objects.exists()


def test_rows_without_yes_are_not_shown(table: Path) -> None:
    write(table, ROW, ROW | {"fact_en": "Another.", "show": "no"}, ROW | {"fact_en": "A third.", "show": ""})
    seed_case_facts(table)
    assert [fact.fact_en for fact in CaseFact.objects.filter(is_shown=True)] == ["Seven agencies use it."]


def test_only_a_web_address_becomes_a_link(table: Path) -> None:
    write(
        table, ROW, ROW | {"fact_en": "Another.", "source": "seeds/un.txt", "source_title": "United Nations"}
    )
    seed_case_facts(table)
    linked, named = (fact.shown() for fact in CaseFact.objects.all())
    assert (linked.source_url, linked.source) == ("https://example.org/seven", "example.org")
    assert (named.source_url, named.source) == ("", "United Nations")


@pytest.mark.parametrize("problem", ["no file", "no column", "not utf-8"])
def test_a_table_that_cannot_be_read_writes_nothing(table: Path, problem: str) -> None:
    if problem == "no column":
        write(table, ROW, columns=[name for name in COLUMNS if name != "as_of"])
    elif problem == "not utf-8":
        table.write_bytes(b"fact_en,figure\n\xff\xfe,7\n")
    with pytest.raises(ContentError, match=r"^case_facts\.csv "):
        seed_case_facts(table)
    assert not CaseFact.objects.exists()
