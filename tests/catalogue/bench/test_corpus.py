"""The catalogue that is made up for measurements."""

from __future__ import annotations

import statistics
from collections import Counter
from itertools import islice

import pytest

from catalogue.bench.corpus import SHAPES, questions, tool, tools
from catalogue.bench.words import shipped_terms, vocabulary_of
from catalogue.enums import NOT_KNOWN
from catalogue.search.documents import SCHEMA
from catalogue.search.facets import FACETS, FACETS_BY_NAME
from catalogue.search.values import is_value_of
from hub.core.languages import LANGUAGE_CODES
from hub.core.search import NEUTRAL
from hub.core.text import detect_languages


def test_a_tool_depends_on_its_number_alone() -> None:
    assert tool(7).content_hash() == next(islice(tools(50), 7, None)).content_hash()
    assert len({one.content_hash() for one in tools(50)}) == 50


def test_it_has_the_facets_of_the_catalogue_with_values_that_can_be_chosen() -> None:
    assert list(SHAPES) == [facet.name for facet in FACETS]
    for one in tools(60):
        assert set(one.facets) == set(SCHEMA.facets)
        for facet, values in one.facets.items():
            assert values
            assert all(is_value_of(FACETS_BY_NAME[facet], value) for value in values), (facet, values)
            assert NOT_KNOWN not in values or (values == (NOT_KNOWN,) and FACETS_BY_NAME[facet].has_unknown)


def test_the_first_values_of_a_facet_are_the_frequent_ones() -> None:
    found = Counter(one.facets["access"] for one in tools(300))
    first, second, third = SHAPES["access"].values
    assert found[(first,)] > found[(second,)] > found[(third,)] > 0


def test_it_has_every_text_of_the_index_in_six_languages() -> None:
    one = tool(3)
    assert set(one.texts) == {NEUTRAL, *LANGUAGE_CODES}
    for field in SCHEMA.text_fields:
        places = LANGUAGE_CODES if field.translated else (NEUTRAL,)
        assert all(field.name in one.texts[language] for language in places)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_texts_are_written_in_their_language(language: str) -> None:
    for one in tools(20):
        assert detect_languages(one.texts[language]["functionality"], language)[0] == language


def test_summaries_are_as_long_as_the_real_ones() -> None:
    lengths = [len(one.texts["en"]["summary"].split()) for one in tools(100)]
    assert 15 <= statistics.median(lengths) <= 25


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_words_are_real_and_as_uneven_as_in_speech(language: str) -> None:
    vocabulary = vocabulary_of(language)
    assert len(vocabulary.words) > 2_000
    # A hundred words make up a good part of any text.
    assert vocabulary.cumulated[99] > vocabulary.cumulated[-1] / 6
    label = shipped_terms()["capability"]["deduplication"].labels[language]
    assert any(word in vocabulary.words for word in (label, label.lower(), *label.lower().split()))


def test_there_are_as_many_questions_in_each_language_and_always_the_same() -> None:
    asked = questions(10)
    assert asked == questions(10)
    assert Counter(one.language for one in asked) == dict.fromkeys(LANGUAGE_CODES, 10)
    kinds = Counter(one.kind for one in asked)
    assert kinds == {"concept": 24, "words": 18, "name": 6, "unfinished": 6, "mistyped": 6}
    assert all(one.text and len(one.filters) == 2 for one in asked)


def test_fewer_questions_are_the_first_of_more() -> None:
    more, fewer = questions(12), questions(10)
    assert fewer[:10] == more[:10]
    assert fewer[10:20] == more[12:22]
