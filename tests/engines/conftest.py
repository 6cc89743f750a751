"""The engines that the contract is tested on. A new engine is one more row here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from hub.core.search import Engine, Schema, TantivyEngine
from hub.core.search.elastic_engine import ElasticEngine, connect
from tests.factories.servers import ELASTICSEARCH_URL, needs_elasticsearch

from .corpus import SCHEMA


@dataclass(frozen=True)
class EngineKind:
    """How engines of one kind are made. Two made for the same place stand for two processes."""

    name: str
    make: Callable[[Schema, Path], Engine]


# Test runs that share a server remove their own indexes only.
_OWN = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"


def _in_elasticsearch(schema: Schema, place: Path) -> Engine:
    # Places are folders: their names are too long and too free for names of indexes.
    prefix = f"{_OWN}-{hashlib.sha256(str(place).encode()).hexdigest()[:16]}-"
    return ElasticEngine(schema, _client(), prefix=prefix, lock_timeout=0.3)


@cache
def _client() -> Elasticsearch:
    return connect([ELASTICSEARCH_URL])


EMBEDDED = EngineKind(
    "tantivy", lambda schema, place: TantivyEngine(schema, place / "index", lock_timeout=0.3)
)
CLUSTER = EngineKind("elasticsearch", _in_elasticsearch)
KINDS = [
    pytest.param(EMBEDDED, id="tantivy"),
    pytest.param(CLUSTER, id="elasticsearch", marks=needs_elasticsearch),
]


@pytest.fixture(params=KINDS, scope="session")
def kind(request: pytest.FixtureRequest) -> Iterator[EngineKind]:
    """One kind of engine after the other."""
    found: EngineKind = request.param
    yield found
    if found is CLUSTER:
        _remove_indexes()


def _remove_indexes() -> None:
    made = list(_client().indices.get(index=f"{_OWN}-*"))
    for at in range(0, len(made), 50):
        _client().indices.delete(index=made[at : at + 50], ignore_unavailable=True)


@pytest.fixture(scope="module")
def kinds() -> Iterator[dict[str, EngineKind]]:
    """Both kinds at once, to compare their answers."""
    yield {"tantivy": EMBEDDED, "elasticsearch": CLUSTER}
    _remove_indexes()


@pytest.fixture
def engine(kind: EngineKind, tmp_path: Path) -> Engine:
    """An engine with an empty index."""
    made = kind.make(SCHEMA, tmp_path)
    made.rebuild([])
    return made
