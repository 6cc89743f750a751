"""The Elasticsearch of a measurement: where its index is, how much it holds, and what its failing costs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch

from catalogue.search.documents import SCHEMA
from hub.core.memory import memory_of
from hub.core.search.elastic_engine import ElasticEngine, connect, state_of_cluster

PREFIX = "bench-"


def engine_at(address: str) -> ElasticEngine:
    """Return the engine whose indexes stand in the server of an address."""
    return ElasticEngine(SCHEMA, connect([address]), prefix=PREFIX)


def remove_indexes(address: str) -> None:
    """Remove what a measurement has left in a server."""
    client = _administrator(address)
    for name in client.indices.get(index=f"{PREFIX}*"):
        client.indices.delete(index=name)


def bytes_of(address: str) -> int:
    """Return how much the newest index holds on disk, once without its copies."""
    client = _administrator(address)
    client.indices.flush(index=f"{PREFIX}*-read")
    found = client.indices.stats(index=f"{PREFIX}*-read", metric="store")
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def memory_of_server(address: str) -> float:
    """Return how much a server on this machine holds (resident), in mebibytes, heap and files of the index included."""
    [node] = _administrator(address).nodes.info(metric="process")["nodes"].values()
    return memory_of(int(node["process"]["id"])).resident


def version_of(address: str) -> str:
    """Return the version of a server."""
    return state_of_cluster(connect([address])).versions[0]


@contextmanager
def nobody_there() -> Iterator[str]:
    """Yield the address of a server that refuses every connection."""
    with socket.socket() as taken:
        # Bound, so that nobody else gets the port, and never listening.
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def never_answering() -> Iterator[str]:
    """Yield the address of a server that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


def _administrator(address: str) -> Elasticsearch:
    return Elasticsearch([address], request_timeout=60)
