"""A web process has read the words of the search before it answers, and starts where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.databases import database_for_others

_TELL = """
import hub.wsgi
from catalogue.search import concepts
from django.db import connection
print(concepts._kept is not None, connection.connection is None)
"""


def start(folder: Path, database: str) -> str:
    """Start a web process as gunicorn does; return whether the words are read and no connection is left open."""
    done = subprocess.run(
        [sys.executable, "-c", _TELL],
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hub.settings.test",
            "HUB_TEST_DATA_DIR": str(folder),
            "HUB_TEST_DATABASE_URL": database,
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()


@pytest.mark.django_db
def test_nobody_waits_for_the_words_at_a_first_search(tmp_path: Path) -> None:
    assert start(tmp_path, database_for_others(tmp_path)) == "True True"


def test_a_hub_without_tables_starts(tmp_path: Path) -> None:
    assert start(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite3'}") == "False True"


def test_a_hub_whose_database_is_away_starts(tmp_path: Path) -> None:
    assert start(tmp_path, "postgres://nobody@127.0.0.1:9/none") == "False True"
