"""What the tests of the catalogue share: an index of their own, and a member who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalogue.search import indexing
from hub.core import outbox
from hub.core.models import OutboxEntry, User
from tests.factories.catalogue import forget_index
from tests.factories.people import make_member, sign_in


@pytest.fixture(autouse=True)
def index_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Give each test an index folder of its own, empty at first."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    forget_index()
    yield settings.SEARCH_INDEX_DIR
    forget_index()


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
def index(db: None) -> Callable[[], None]:
    """Make an index that holds what is published now; call it to have the news delivered that wait since."""
    indexing.rebuild()
    OutboxEntry.objects.all().delete()

    def deliver() -> None:
        while outbox.drain():
            pass
        assert not outbox.pending(), OutboxEntry.objects.values_list("last_error", flat=True)

    return deliver
