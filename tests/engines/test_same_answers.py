"""A laptop and a cluster give the same answers, to the same questions, after the same changes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from hub.core.search import NEUTRAL, Concept, Document, Engine, EngineRequest, SearchRequest, SearchService
from hub.core.search.ast import All
from hub.core.search.concepts import ConceptTable
from tests.factories.servers import needs_elasticsearch

from .conftest import EngineKind
from .corpus import LANGUAGES, NAMES, SCHEMA, VALUES, WORDS, random_document

pytestmark = needs_elasticsearch

DOCUMENTS = 150
QUESTIONS = 500
SEEDS = range(4)
"""2,000 questions in all."""
RAGGED = (0, 1)
"""Corpora in which every second text is missing. One engine counts a missing text as a short one and the other does
not, so that ranks may differ; nothing else does."""

CONCEPTS = (
    Concept("colour", "red", {"en": ("face recognition", "faces"), "fr": ("reconnaissance faciale",)}),
    Concept("colour", "green", {"en": ("child",), "zh-hans": ("儿童",), "ar": ("الأطفال",)}),
    Concept("shape", "round", {"en": ("video",), "zh-hans": ("视频", "人脸识别"), "ar": ("صورة",)}),
)


def whole(document: Document, random: Random) -> Document:
    """The document with a text in every place, as records have it."""
    texts = {
        language: {
            name: document.texts.get(language, {}).get(name) or " ".join(random.choices(WORDS[language], k=4))
            for name in ("summary", "notes")
        }
        for language in LANGUAGES
    }
    [title] = {each["name"] for each in document.texts.values() if "name" in each}
    return replace(document, texts={**texts, NEUTRAL: {"name": title}})


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed {seed}")
def pair(
    request: pytest.FixtureRequest, kinds: dict[str, EngineKind], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Random, bool, Engine, Engine]:
    """Both engines after the same rebuild, edits, deletions and additions."""
    random = Random(request.param)

    def document(key: str) -> Document:
        made = random_document(random, key)
        return made if request.param in RAGGED else whole(made, random)

    place = tmp_path_factory.mktemp("same")
    engines = [kinds[name].make(SCHEMA, place) for name in ("tantivy", "elasticsearch")]
    first = [document(f"key-{number}") for number in range(DOCUMENTS)]
    edited = [document(one.key) for one in random.sample(first, DOCUMENTS // 5)]
    gone = [one.key for one in random.sample(first, DOCUMENTS // 10)]
    added = [document(f"new-{number}") for number in range(DOCUMENTS // 10)]
    for engine in engines:
        engine.rebuild(first)
        engine.index(edited)
        engine.remove(gone)
        engine.index(added)
    return random, request.param not in RAGGED, engines[0], engines[1]


def misspelt(random: Random, word: str) -> str:
    """A word with one letter left out, doubled or turned about."""
    if len(word) < 4:
        return word
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def question(random: Random) -> SearchRequest:
    """Words as people type them, whole, unfinished or misspelt, in any language, and any filters."""
    language = random.choice(LANGUAGES)
    pool = [
        *WORDS[language],
        *WORDS["en"],
        *NAMES,
        "face recognition",
        "reconnaissance faciale",
        "儿童",
        "nothing",
    ]
    words = random.choices(pool, k=random.randint(0, 3))
    if words and random.random() < 0.3:
        words[-1] = misspelt(random, words[-1])
    if words and random.random() < 0.2:
        words[-1] = words[-1][: max(2, len(words[-1]) // 2)]
    text = " ".join(words)
    if len(words) > 1 and random.random() < 0.1:
        text = f'"{text}"'
    filters = {
        facet: tuple(random.choices(values, k=random.randint(1, 2)))
        for facet, values in VALUES.items()
        if random.random() < 0.3
    }
    return SearchRequest(
        text=text,
        language=language,
        filters=filters,
        facets=SCHEMA.facets,
        sort=random.choice(("relevance", "relevance", "name", "newest")),
        size=200,
        correct=random.random() < 0.8,
        concepts=random.random() < 0.8,
    )


def test_totals_sets_counts_corrections_and_orders_are_equal(
    pair: tuple[Random, bool, Engine, Engine],
) -> None:
    random, is_whole, *engines = pair
    table = ConceptTable(CONCEPTS, LANGUAGES)
    laptop, cluster = (SearchService(engine, lambda: table) for engine in engines)
    corrected = found_much = 0
    for _ in range(QUESTIONS):
        asked = question(random)
        here, there = laptop.search(asked), cluster.search(asked)
        assert (here.total, here.facet_counts) == (there.total, there.facet_counts), asked
        assert (here.correction, here.suggestion, here.left_out, here.concepts, here.matched_terms) == (
            there.correction, there.suggestion, there.left_out, there.concepts, there.matched_terms
        ), asked  # fmt: skip
        keys_here, keys_there = ([hit.key for hit in one.hits] for one in (here, there))
        assert set(keys_here) == set(keys_there), asked
        if asked.sort != "relevance":
            assert keys_here == keys_there, asked
        if here.total > 10 and is_whole:
            assert len(set(keys_here[:10]) & set(keys_there[:10])) >= 8, asked
        if not here.total:
            assert laptop.relaxations(asked) == cluster.relaxations(asked), asked
        corrected += here.correction is not None
        found_much += here.total > 10
    # Otherwise the above has compared nothing with nothing.
    assert corrected > 10
    assert found_much > 50


def test_suggestions_and_similar_ones_are_equal(pair: tuple[Random, bool, Engine, Engine]) -> None:
    random, is_whole, *engines = pair
    table = ConceptTable(CONCEPTS, LANGUAGES)
    laptop, cluster = (SearchService(engine, lambda: table) for engine in engines)
    for name in (*NAMES, *(word for words in WORDS.values() for word in words)):
        begin = name[: random.randint(1, len(name))]
        language = random.choice(LANGUAGES)
        assert laptop.suggest(begin, language) == cluster.suggest(begin, language), begin
    keys = [hit.key for hit in engines[0].search(EngineRequest(All(), scored=False, size=200)).hits]
    for key in keys[:60]:
        here, there = ([hit.key for hit in engine.similar(key, 200)] for engine in engines)
        assert set(here) == set(there), key
        if len(here) > 10 and is_whole:
            assert len(set(here[:10]) & set(there[:10])) >= 8, key
