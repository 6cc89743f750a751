"""Whatever is asked of whatever corpus, an engine finds and counts what looking at every document finds."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.search import Engine, EngineRequest
from hub.core.search.ast import All

from .conftest import EngineKind
from .corpus import LANGUAGES, SCHEMA, Naive, filters, nodes, random_corpus, random_document, requests

SEEDS = range(5)
_SHARED = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="session", params=SEEDS, ids=lambda seed: f"corpus {seed}")
def filled(
    request: pytest.FixtureRequest, kind: EngineKind, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Naive]:
    """An index whose documents came in several ways: rebuilt, added, replaced, removed."""
    seed: int = request.param
    documents = random_corpus(seed, 40)
    made = kind.make(SCHEMA, tmp_path_factory.mktemp(f"corpus{seed}"))
    random = Random(seed)
    made.rebuild(documents[:25])
    made.index(documents[25:])
    replaced = [random_document(random, document.key) for document in documents[::7]]
    made.index(replaced)
    gone = {document.key for document in documents[3::9]}
    made.remove(gone)
    kept = {document.key: document for document in [*documents, *replaced] if document.key not in gone}
    return made, Naive(kept.values())


@_SHARED
@given(asked=requests)
def test_totals_sets_orders_and_counts_are_those_of_the_documents(
    filled: tuple[Engine, Naive], asked: EngineRequest
) -> None:
    engine, naive = filled
    expected = naive.answer(asked)
    result = engine.search(asked)
    keys = [hit.key for hit in result.hits]
    assert result.total == len(expected.keys)
    assert result.facet_counts == expected.counts
    assert len(keys) == min(asked.size, result.total)
    if asked.scored and asked.sort == "relevance":
        assert set(keys) <= set(expected.keys)
        assert len(set(keys)) == len(keys)
        scores = [hit.score for hit in result.hits]
        assert scores == sorted(scores, reverse=True)
    else:
        assert keys == expected.keys[: asked.size]
        assert all(hit.score == 0 for hit in result.hits)


@_SHARED
@given(asked=requests)
def test_pages_put_together_are_the_whole_list(filled: tuple[Engine, Naive], asked: EngineRequest) -> None:
    engine, _ = filled
    one = EngineRequest(asked.query, asked.scored, asked.filters, (), asked.sort, 1, 200)
    whole = [hit.key for hit in engine.search(one).hits]
    pages = [
        [
            hit.key
            for hit in engine.search(
                EngineRequest(asked.query, asked.scored, asked.filters, (), asked.sort, page, 7)
            ).hits
        ]
        for page in range(1, len(whole) // 7 + 3)
    ]
    assert [key for page in pages for key in page] == whole


@_SHARED
@given(query=nodes, narrowed=filters)
def test_count_is_the_total_of_a_search(
    filled: tuple[Engine, Naive], query: object, narrowed: dict[str, tuple[str, ...]]
) -> None:
    engine, naive = filled
    asked = EngineRequest(query, scored=False, filters=narrowed)  # type: ignore[arg-type]
    assert engine.count(asked.query, narrowed) == len(naive.answer(asked).keys)


def test_vocabulary_counts_living_documents(filled: tuple[Engine, Naive]) -> None:
    engine, naive = filled
    for language in LANGUAGES:
        expected = naive.vocabulary(language)
        assert engine.vocabulary(language) == expected
        for word in [*expected, "absent", "", "\x00"]:
            assert engine.frequency(language, word) == expected.get(word, 0)
    assert engine.vocabulary("xx") == {}
    assert engine.frequency("xx", "face") == 0


def test_keys_and_hashes_are_those_of_the_documents(filled: tuple[Engine, Naive]) -> None:
    engine, naive = filled
    assert engine.keys_with_hashes() == naive.hashes()


_operations = st.lists(
    st.one_of(
        st.tuples(st.just("index"), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=4)),
        st.tuples(st.just("remove"), st.lists(st.tuples(st.integers(0, 7), st.just(0)), max_size=3)),
        st.tuples(st.just("rebuild"), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=4)),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=_operations)
def test_after_any_sequence_of_writes_the_index_holds_the_last_state(
    kind: EngineKind,
    tmp_path_factory: pytest.TempPathFactory,
    operations: list[tuple[str, list[tuple[int, int]]]],
) -> None:
    place = tmp_path_factory.mktemp("sequence")
    writer, reader = kind.make(SCHEMA, place), kind.make(SCHEMA, place)
    writer.rebuild([])
    held = {}
    for name, numbers in operations:
        documents = [random_document(Random(seed), f"key {key}") for key, seed in numbers]
        if name == "remove":
            assert writer.remove(document.key for document in documents) == len(documents)
            for document in documents:
                held.pop(document.key, None)
            continue
        if name == "rebuild":
            held = {document.key: document for document in documents}
            assert writer.rebuild(documents) == len(held)
        else:
            held |= {document.key: document for document in documents}
            assert writer.index(documents) == len(documents)
        for one in (writer, reader):
            assert one.keys_with_hashes() == {key: document.content_hash() for key, document in held.items()}
            assert one.search(EngineRequest(All(), scored=False)).total == len(held)
    assert reader.healthy(thorough=True).healthy
