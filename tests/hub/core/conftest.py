"""What the tests of the floor share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections


@pytest.fixture
def committed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | None]:
    """A database in which transactions really begin and end: on SQLite a file of its own, whose path is returned."""
    if connections["default"].vendor != "sqlite":
        request.getfixturevalue("transactional_db")
        yield None
        return
    request.getfixturevalue("db")
    shared = connections["default"]
    path = tmp_path / "committed.sqlite3"
    shared.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        shared.connection.backup(copy)
    own = shared.copy()
    own.settings_dict["NAME"] = str(path)
    connections["default"] = own
    yield path
    own.close()
    connections["default"] = shared
