"""What the tests of the catalogue share: an index of their own, and a member who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalogue.search import indexing
from hub.core import worker
from hub.core.models import User
from tests.factories.people import make_member, sign_in


@pytest.fixture(autouse=True)
def index_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Give each test an index folder of its own, empty at first."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    _forget_engine()
    yield settings.SEARCH_INDEX_DIR
    _forget_engine()


def _forget_engine() -> None:
    indexing.engine.cache_clear()
    indexing.service.cache_clear()


@pytest.fixture
def member(db: None) -> User:
    """A member without any role."""
    return make_member()


@pytest.fixture
def member_client(client: Client, member: User) -> Client:
    """The browser of the member, signed in with a second factor."""
    sign_in(client, member)
    return client


@pytest.fixture
def delivered(db: None) -> Iterator[None]:
    """Make an empty index; tests bring it up to date with `deliver`."""
    indexing.rebuild()
    yield


def deliver() -> None:
    """Do what the worker does until nothing waits."""
    while worker.work_once():
        pass
