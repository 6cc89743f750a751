"""Every name that the vocabulary ships is understood, from every page, and with a typing error in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from hub.core.languages import LANGUAGE_CODES
from hub.core.search import Concept, SearchRequest, SearchService

from . import real_catalogue

FACETS = {"capability", "stage", "data"}
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


def names(language: str) -> Iterator[tuple[Concept, str]]:
    """Every name of every capability, stage and kind of data in one language."""
    for concept in real_catalogue.concept_table().concepts:
        if concept.facet in FACETS:
            for name in concept.names[language]:
                yield concept, name


def not_understood(real: SearchService, language: str, page: str) -> list[str]:
    missed = []
    for concept, name in names(language):
        found = real.search(SearchRequest(name, page, size=1))
        named = {(one.facet, one.value) for one in found.concepts}
        if (concept.facet, concept.value) not in named or found.correction is not None:
            missed.append(name)
    return missed


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_name_is_understood_on_a_page_of_its_language(real: SearchService, language: str) -> None:
    assert not_understood(real, language, language) == []


@pytest.mark.long
@pytest.mark.parametrize("page", LANGUAGE_CODES)
@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_name_is_understood_on_every_page(real: SearchService, language: str, page: str) -> None:
    assert not_understood(real, language, page) == []


@pytest.mark.parametrize("page", LANGUAGE_CODES)
def test_the_label_of_every_capability_finds_all_its_tools_on_every_page(
    real: SearchService, page: str
) -> None:
    for words in real_catalogue.taxonomy().concepts("capability"):
        wanted = real_catalogue.tools_with(words.code)
        for language in LANGUAGE_CODES:
            result = real.search(SearchRequest(words.labels[language], page, size=200))
            assert {hit.key for hit in result.hits} >= wanted, (language, words.labels[language])


def mistyped(word: str, random: Random) -> Iterator[str]:
    """A word with a letter lost, two letters swapped, and one doubled; never the first."""
    at = random.randrange(1, len(word) - 1)
    yield word[:at] + word[at + 1 :]
    yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    yield word[:at] + word[at] + word[at:]


def _misses(real: SearchService, language: str, step: int) -> tuple[int, list[str]]:
    random = Random(language)
    tried, missed = 0, []
    capabilities = [pair for pair in names(language) if pair[0].facet == "capability"]
    for concept, name in capabilities[::step]:
        words = list(_LONG_WORD.finditer(name))
        if not words:
            continue
        longest = max(words, key=lambda match: len(match.group()))
        for wrong in mistyped(longest.group(), random):
            text = name[: longest.start()] + wrong + name[longest.end() :]
            found = real.search(SearchRequest(text, language, size=1))
            tried += 1
            if concept.value not in {one.value for one in found.concepts}:
                missed.append(text)
    return tried, missed


@pytest.mark.parametrize("language", [code for code in LANGUAGE_CODES if code != "zh-hans"])
def test_names_with_a_typing_error_are_understood(real: SearchService, language: str) -> None:
    tried, missed = _misses(real, language, step=6)
    assert tried > 200
    assert len(missed) <= tried * 0.03, missed


@pytest.mark.long
@pytest.mark.parametrize("language", [code for code in LANGUAGE_CODES if code != "zh-hans"])
def test_all_names_with_a_typing_error_are_understood(real: SearchService, language: str) -> None:
    tried, missed = _misses(real, language, step=1)
    assert len(missed) <= tried * 0.02, missed
