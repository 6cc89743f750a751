"""Models and migrations say the same, on both databases, and a migration can be taken back."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection
from django.db import migrations as operations
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

from tests.architecture.tree import PROJECT, migrations

ROOMS_AND_ROOF = ("hub", "community", "learning", "catalogue")


def manage(*arguments: str, data: Path, database: str = "") -> str:
    """Run a command of manage.py to its end, with an own data folder and database; return what it prints."""
    variables = {"HUB_TEST_DATA_DIR": str(data), "HUB_TEST_DATABASE_URL": database}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "hub.settings.test", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """Return the address of an empty database on the server that HUB_TEST_POSTGRES_URL names."""
    server = os.environ.get("HUB_TEST_POSTGRES_URL", "")
    if not server:
        pytest.skip("HUB_TEST_POSTGRES_URL names no server")
    name = f"hub_migrations_{uuid.uuid4().hex[:12]}"
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            try:
                yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def irreversible(migration: type[Migration]) -> list[str]:
    """Return the steps of a migration that cannot be taken back."""
    return [operation.describe() for operation in _flat(migration.operations) if not operation.reversible]


def _flat(steps: Sequence[Operation]) -> Iterator[Operation]:
    for step in steps:
        yield step
        if isinstance(step, operations.SeparateDatabaseAndState):
            yield from _flat(step.database_operations)


def test_a_migration_that_cannot_be_taken_back_says_why() -> None:
    assert migrations()
    for name, migration in migrations().items():
        if irreversible(migration):
            explanation = sys.modules[migration.__module__].__doc__ or ""
            assert "cannot be taken back" in explanation, name


def test_an_irreversible_step_is_found() -> None:
    class Seeded(Migration):
        operations = [
            operations.RunPython(operations.RunPython.noop, operations.RunPython.noop),
            operations.RunPython(operations.RunPython.noop),
            operations.SeparateDatabaseAndState(database_operations=[operations.RunSQL("SELECT 1")]),
        ]

    assert len(irreversible(Seeded)) == 2


def test_no_model_has_changed_without_a_migration(tmp_path: Path) -> None:
    assert "No changes detected" in manage("makemigrations", "--check", "--dry-run", data=tmp_path)


@pytest.mark.django_db
def test_migrations_made_the_database_of_the_tests() -> None:
    executor = MigrationExecutor(connection)
    assert len(executor.loader.applied_migrations) > 100
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.postgres
def test_migrations_run_from_zero_on_postgresql(tmp_path: Path, postgres_database: str) -> None:
    manage("migrate", "-v0", data=tmp_path, database=postgres_database)
    manage("migrate", "--check", data=tmp_path, database=postgres_database)


@pytest.mark.long
def test_migrations_go_there_and_back_on_sqlite(tmp_path: Path) -> None:
    go_there_and_back(tmp_path)


@pytest.mark.long
@pytest.mark.postgres
def test_migrations_go_there_and_back_on_postgresql(tmp_path: Path, postgres_database: str) -> None:
    go_there_and_back(tmp_path, postgres_database)


def go_there_and_back(data: Path, database: str = "") -> None:
    """Migrate an empty database, take the roof and the rooms back, migrate again."""
    manage("migrate", "-v0", data=data, database=database)
    for label in ROOMS_AND_ROOF:
        if any(owner == label for owner, _ in migrations()):
            manage("migrate", "-v0", label, "zero", data=data, database=database)
    listing = manage("showmigrations", *ROOMS_AND_ROOF, data=data, database=database)
    assert "[X]" not in listing
    assert "[ ]" in listing
    manage("migrate", "-v0", data=data, database=database)
    manage("migrate", "--check", data=data, database=database)
