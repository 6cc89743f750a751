"""What tests of commands share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from catalogue.search import indexing


@pytest.fixture
def index_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Give a test a search index of its own, not made yet."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    indexing.engine.cache_clear()
    indexing.service.cache_clear()
    yield settings.SEARCH_INDEX_DIR
    indexing.engine.cache_clear()
    indexing.service.cache_clear()


@pytest.fixture
def closed_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
