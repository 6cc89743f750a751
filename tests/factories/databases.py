"""Databases for tests of what happens when a transaction really ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections


@pytest.fixture
def committed(db: None, tmp_path: Path) -> Iterator[Path]:
    """A database in which transactions really begin and end: a copy in a file of its own, whose path is returned."""
    shared = connections["default"]
    if shared.vendor != "sqlite":
        pytest.skip("only SQLite’s database can be copied into a file")
    path = tmp_path / "committed.sqlite3"
    shared.ensure_connection()
    path.write_bytes(shared.connection.serialize())
    own = shared.copy()
    own.settings_dict["NAME"] = str(path)
    connections["default"] = own
    yield path
    own.close()
    connections["default"] = shared
