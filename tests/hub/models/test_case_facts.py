"""Dated figures: in the page's language where there is a translation, with a date as precise as the source's."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from hub.models import CaseFact


def fact(**fields: object) -> CaseFact:
    return CaseFact(**{"code": "a", "fact_en": "Seven agencies use it.", **fields})


@pytest.mark.parametrize(
    ("as_of", "day", "words"),
    [
        ("2024", "2024", ""),
        ("2024-02", "2024-02", ""),
        ("2024-02-29", "2024-02-29", ""),
        ("2024 or later (page undated)", "", "2024 or later (page undated)"),
        ("2020-11-22 (page date)", "", "2020-11-22 (page date)"),
        ("", "", ""),
    ],
)
def test_a_date_is_a_date_and_anything_else_is_words(as_of: str, day: str, words: str) -> None:
    shown = fact(as_of_en=as_of).shown()
    assert (shown.day, shown.words) == (day, words)


def test_a_text_that_is_not_translated_is_shown_in_english_and_named_so() -> None:
    one = fact(as_of_en="2024 or later", fact_ar="تستخدمها سبع جهات.")
    with override("ar"):
        shown = one.shown()
    assert (shown.text, shown.language) == ("تستخدمها سبع جهات.", "ar")
    assert (shown.words, shown.words_language) == ("2024 or later", "en")
    with override("ru"):
        assert fact().shown().language == "en"


def test_the_source_is_its_title_or_else_its_host() -> None:
    address = "https://www.example.org/a/b"
    assert fact(source_url=address).shown().source == "example.org"
    assert fact(source_url=address, source_title="A report").shown().source == "A report"
