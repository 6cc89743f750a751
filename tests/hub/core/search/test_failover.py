"""Whatever happens to the cluster, the index at hand answers, and the cluster is left alone for a while."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.breaker import PAUSE, Breaker
from hub.core.search import (
    Document,
    EngineRequest,
    Failover,
    IndexUnavailable,
    SearchRequest,
    SearchService,
    TantivyEngine,
)
from hub.core.search.ast import All
from hub.core.search.concepts import ConceptTable
from hub.core.search.elastic_engine import READ_TIMEOUT, ElasticEngine, connect
from hub.core.search.failover import SLOW
from tests.engines.corpus import LANGUAGES, SCHEMA
from tests.factories.faulty_server import FAULTS, FaultyServer, faulty_server

EVERYTHING = EngineRequest(All(), scored=False, facets=("colour",))


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def at_hand(tmp_path: Path) -> TantivyEngine:
    engine = TantivyEngine(SCHEMA, tmp_path)
    texts = {"en": {"name": "Griffeye", "summary": "face recognition"}}
    engine.rebuild(
        [
            Document("a", texts, {"colour": ("red",)}, {"name": "griffeye", "newest": 1}),
            Document("b", {"en": {"name": "Vosk"}}, {}, {"name": "vosk", "newest": 1}),
        ]
    )
    return engine


@pytest.fixture(params=FAULTS)
def failing(request: pytest.FixtureRequest) -> Iterator[FaultyServer]:
    with faulty_server(request.param) as server:
        yield server


def failover(server: FaultyServer, at_hand: TantivyEngine, clock: Clock | None = None) -> Failover:
    cluster = ElasticEngine(SCHEMA, connect([server.url]))
    return Failover(cluster, at_hand, breaker=Breaker(PAUSE, clock or Clock()))


def test_whatever_the_cluster_does_every_question_is_answered_by_the_index_at_hand(
    failing: FaultyServer, at_hand: TantivyEngine, caplog: pytest.LogCaptureFixture
) -> None:
    reader = failover(failing, at_hand)
    with caplog.at_level(logging.INFO, logger="hub"):
        result = reader.search(EVERYTHING)
    assert (result.total, result.engine, dict(result.facet_counts["colour"])) == (2, "tantivy", {"red": 1})
    asked_once = len(failing.asked)
    assert asked_once <= 1
    assert reader.count(All(), {}) == 2
    assert reader.suggest("grif", 3) == (("Griffeye", "a"),)
    assert reader.similar("a", 3) == at_hand.similar("a", 3)
    assert reader.vocabulary("en") == at_hand.vocabulary("en")
    assert reader.frequency("en", "face") == 1
    assert reader.state_of_words()
    assert len(failing.asked) == asked_once
    assert not reader.breaker.state.is_closed
    assert reader.breaker.state.reason
    [record] = [one for one in caplog.records if one.name.startswith("hub.")]
    assert (record.levelname, record.__dict__["stand_in"]) == ("ERROR", "tantivy")
    assert str(failing.port) not in str(record.__dict__)


def test_a_page_says_nothing_of_it_but_the_result_knows(at_hand: TantivyEngine) -> None:
    with faulty_server("broken") as server:
        service = SearchService(failover(server, at_hand), lambda: ConceptTable((), LANGUAGES))
        result = service.search(SearchRequest("grifeye", facets=("colour",)))
    assert [hit.key for hit in result.hits] == ["a"]
    assert result.correction is not None
    assert (result.engine, result.degraded) == ("tantivy", True)


def test_after_the_pause_one_question_tries_again(at_hand: TantivyEngine) -> None:
    clock = Clock()
    with faulty_server("broken") as server:
        reader = failover(server, at_hand, clock)
        for _ in range(5):
            reader.count(All(), {})
        assert len(server.asked) == 1
        clock.now += PAUSE - 0.1
        reader.count(All(), {})
        assert len(server.asked) == 1
        clock.now += 0.2
        for _ in range(5):
            reader.count(All(), {})
        assert len(server.asked) == 2


def test_of_many_threads_one_tries_again(at_hand: TantivyEngine) -> None:
    clock = Clock()
    with faulty_server("broken") as server:
        reader = failover(server, at_hand, clock)
        reader.count(All(), {})
        server.fault = "hangs"
        clock.now += PAUSE + 1
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: reader.count(All(), {}), range(24))) == [2] * 24
        assert len(server.asked) == 2


def test_a_question_that_is_too_much_does_not_stop_the_others(at_hand: TantivyEngine) -> None:
    with faulty_server("too much") as server:
        reader = failover(server, at_hand)
        assert reader.count(All(), {}) == 2
        assert reader.breaker.state.is_closed
        assert reader.count(All(), {}) == 2
        assert len(server.asked) == 2


def test_a_slow_answer_is_used_and_the_next_one_comes_from_at_hand(at_hand: TantivyEngine) -> None:
    reader = Failover(at_hand, TantivyEngine(SCHEMA, at_hand.directory), slow=-1.0)
    assert reader.search(EVERYTHING).total == 2
    assert not reader.breaker.state.is_closed


def test_a_page_never_waits_two_seconds_for_the_cluster() -> None:
    """An answer as late as can be, and after it a question that gets none."""
    assert SLOW + READ_TIMEOUT < 2.0


def test_without_any_index_the_question_fails(tmp_path: Path) -> None:
    with faulty_server("refuses") as server:
        reader = failover(server, TantivyEngine(SCHEMA, tmp_path / "nothing"))
        for _ in range(2):
            with pytest.raises(IndexUnavailable):
                reader.search(EVERYTHING)
            with pytest.raises(IndexUnavailable):
                reader.frequency("en", "face")


@given(st.lists(st.sampled_from(["ask", "fail", "succeed", "wait", "wait long"]), max_size=40))
def test_an_open_breaker_lets_at_most_one_question_through_in_each_pause(happens: list[str]) -> None:
    clock = Clock()
    breaker = Breaker(30.0, clock)
    let_through: list[float] = []
    for one in happens:
        if one == "ask":
            was_closed = breaker.state.is_closed
            allowed = breaker.may_ask()
            if was_closed:
                assert allowed
            elif allowed:
                assert not let_through or clock.now - let_through[-1] >= 30.0
                let_through.append(clock.now)
        elif one == "fail":
            breaker.failed("down")
            assert not breaker.state.is_closed
            let_through.append(clock.now)
        elif one == "succeed":
            breaker.succeeded()
            assert breaker.state.is_closed
            let_through.clear()
        else:
            clock.now += 10.0 if one == "wait" else 31.0
