"""What a reader of each language expects to find, and what must not be found."""

import csv
from pathlib import Path

import pytest

from hub.core.text import matches

HERE = Path(__file__).parent
LANGUAGES = {"ar", "zh-hans", "en", "fr", "ru", "es"}


def read_cases(name: str) -> list[tuple[str, str, str, bool]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [
            (row["language"], row["query"], row["text"], row["must_match"] == "1")
            for row in csv.DictReader(file)
        ]


PROMISED = read_cases("promised_cases.csv")
OWN = read_cases("cases.csv")


@pytest.mark.parametrize(("language", "query", "text", "expected"), PROMISED + OWN)
def test_a_query_finds_what_its_reader_means(language: str, query: str, text: str, expected: bool) -> None:
    assert matches(query, text, language) is expected


def test_the_cases_cover_all_languages_and_enough_false_friends() -> None:
    assert {case[0] for case in OWN} == LANGUAGES
    assert sum(not case[3] for case in OWN) >= 30
    for language in LANGUAGES:
        assert sum(case[0] == language and not case[3] for case in OWN) >= 5
