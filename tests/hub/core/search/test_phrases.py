"""What investigators type, in six languages, finds the tools that can do it; what means something else does not."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from hub.core.languages import LANGUAGE_CODES
from hub.core.search import SearchRequest, SearchService

from . import real_catalogue

with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8", newline="") as file:
    PHRASES = [
        (row["language"], row["query"], row["capability"], row["must_find"] == "1")
        for row in csv.DictReader(file)
    ]
UNSEEN = Path(__file__).parent / "unseen_phrases.csv"
"""Phrases that were written without sight of the vocabulary, four for each capability and language.

Nothing is added to the vocabulary because it stands here: then the file would measure nothing any more.
"""


@pytest.mark.parametrize(("language", "query", "capability", "must_find"), PHRASES)
def test_a_phrase_finds_the_tools_that_can_do_it(
    real: SearchService, language: str, query: str, capability: str, must_find: bool
) -> None:
    result = real.search(SearchRequest(query, language, size=200))
    named = {concept.value for concept in result.concepts if concept.facet == "capability"}
    assert (capability in named) is must_find
    if must_find:
        found = {hit.key for hit in result.hits}
        assert found & real_catalogue.tools_with(capability)


def test_there_are_enough_phrases_in_every_language_and_for_every_capability() -> None:
    wanted = Counter(language for language, _, _, must_find in PHRASES if must_find)
    unwanted = Counter(language for language, _, _, must_find in PHRASES if not must_find)
    assert set(wanted) == set(LANGUAGE_CODES)
    assert min(wanted.values()) >= 40
    assert min(unwanted[language] for language in LANGUAGE_CODES) >= 5
    known = {words.code for words in real_catalogue.taxonomy().concepts("capability")}
    assert {capability for *_, capability, _ in PHRASES} == known


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_most_phrases_that_the_vocabulary_was_not_made_for_find_the_tools(
    real: SearchService, language: str
) -> None:
    with UNSEEN.open(encoding="utf-8", newline="") as file:
        phrases = [row for row in csv.DictReader(file) if row["language"] == language]
    assert set(Counter(row["capability"] for row in phrases).values()) == {4}
    missed = []
    for row in phrases:
        tools = real_catalogue.tools_with(row["capability"])
        first_ten = real.search(SearchRequest(row["query"], language, size=10)).hits
        if sum(hit.key in tools for hit in first_ten) < min(5, len(tools)):
            missed.append(row["query"])
    assert len(missed) <= len(phrases) * 0.22, missed


@pytest.mark.parametrize("page", LANGUAGE_CODES)
@pytest.mark.parametrize(
    "query",
    [
        "人脸识别",
        "人臉識別",
        "التعرف على الوجوه",
        "распознавание лиц",
        "reconnaissance faciale",
        "reconocimiento facial",
        "facial recognition",
        "face matching",
    ],
)
def test_face_recognition_is_found_in_every_language_from_every_page(
    real: SearchService, query: str, page: str
) -> None:
    result = real.search(SearchRequest(query, page, size=200))
    found = {hit.key for hit in result.hits}
    wanted = real_catalogue.tools_with("face-recognition")
    assert len(wanted) > 15
    assert found >= wanted
    assert len(found) <= len(wanted) + 2
