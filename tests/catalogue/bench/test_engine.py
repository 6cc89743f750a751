"""The measurement of the search: it measures what pages ask, and it asks everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.bench import cluster, engine
from catalogue.bench.corpus import questions
from catalogue.search.documents import SCHEMA
from hub.core.search import TantivyEngine
from tests.factories.servers import ELASTICSEARCH_URL, needs_elasticsearch

TOOLS = 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder with the index of a small catalogue."""
    place = str(tmp_path_factory.mktemp("bench") / "index")
    assert engine.build(TOOLS, place)["documents"] == TOOLS
    return place


def test_building_tells_the_size_of_what_is_on_disk(tmp_path: Path) -> None:
    figures = engine.build(5, str(tmp_path / "index"))
    assert figures["documents"] == TantivyEngine(SCHEMA, tmp_path / "index").healthy().documents == 5
    assert figures["bytes"] > 5_000
    assert figures["seconds"] > 0


def test_while_the_cluster_fails_only_the_question_that_finds_out_takes_longer(folder: str) -> None:
    figures = engine.fail(questions(4), folder)
    assert set(figures) == {"alone", "refuses", "hangs"}
    assert figures["hangs"]["first"] > 900  # the time that a question may take
    for name in ("refuses", "hangs"):
        assert 0 < figures[name]["p50"] < figures["hangs"]["first"] / 2


class TestElasticsearch:
    """The same measurement in a real server."""

    pytestmark = needs_elasticsearch

    def test_the_same_is_found_there(self, folder: str) -> None:
        asked = questions(10)
        built = engine.build(TOOLS, ELASTICSEARCH_URL)
        try:
            assert built["documents"] == TOOLS
            assert built["bytes"] > 5_000
            assert built["server_memory"] > 100
            there = engine.ask(asked, ELASTICSEARCH_URL, 1, words=folder)
        finally:
            cluster.remove_indexes(ELASTICSEARCH_URL)
        assert there["found"] == engine.ask(asked, folder, 1)["found"]


def test_a_question_asks_for_a_page_and_the_counts_of_every_facet() -> None:
    request = engine.request_of(questions(1)[0])
    assert request.facets == SCHEMA.facets
    assert len(request.facets) == 15
    assert request.size == 20
    assert len(request.filters) == 2


def test_every_question_is_asked_and_most_find_the_tool_they_are_about(folder: str) -> None:
    asked = questions(10)
    figures = engine.ask(asked, folder, runs=2)
    assert len(figures["by_question"]) == len(figures["found"]) == len(asked)
    assert 0 < figures["p50"] <= figures["p95"] <= figures["longest"]
    assert set(figures["by_kind"]) == {one.kind for one in asked}
    assert figures["memory_after"] >= figures["memory_before"] > 0
    plain = [
        found
        for found, one in zip(figures["found"], asked, strict=True)
        if one.kind in ("concept", "words", "name")
    ]
    assert sum(map(bool, plain)) >= len(plain) * 0.9
