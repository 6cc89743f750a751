"""What the tests of the floor share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker


@pytest.fixture
def committed(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Path | None]:
    """A database in which transactions really begin and end: on SQLite a file of its own, whose path is returned.

    Not for tests that are marked `django_db`: those run inside a transaction.
    """
    if connections["default"].vendor != "sqlite":
        request.getfixturevalue("transactional_db")
        yield None
        return
    path = tmp_path / "committed.sqlite3"
    with django_db_blocker.unblock():
        shared = connections["default"]
        assert not shared.in_atomic_block
        shared.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            shared.connection.backup(copy)
        own = shared.copy()
        own.settings_dict["NAME"] = str(path)
        connections["default"] = own
        try:
            yield path
        finally:
            own.close()
            connections["default"] = shared
