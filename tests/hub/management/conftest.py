"""What tests of commands share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.factories.catalogue import forget_index


@pytest.fixture
def index_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Give a test a search index of its own, not made yet."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    forget_index()
    yield settings.SEARCH_INDEX_DIR
    forget_index()


@pytest.fixture
def closed_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
