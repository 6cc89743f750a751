"""Databases for tests of what happens when a transaction really ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import TestCase
from pytest_django import DjangoDbBlocker

from hub.core.models import RoleGrant
from tests.factories.servers import POSTGRES_URL


def _named(name: str) -> BaseDatabaseWrapper:
    """Return a new connection like the one of the tests, to another database."""
    own = connections["default"].copy()
    own.settings_dict["NAME"] = name
    return own


def database_for_others(folder: Path) -> str:
    """Return the address of a database that holds what the test's holds, for other processes."""
    shared = connections["default"]
    if shared.vendor == "postgresql":
        return urlsplit(POSTGRES_URL)._replace(path=f"/{shared.settings_dict['NAME']}").geturl()
    shared.ensure_connection()
    path = folder / "copy.sqlite3"
    path.write_bytes(shared.connection.serialize())
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def clean_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database as migrations leave it, to be copied; empty where a file is copied instead."""
    shared = connections["default"]
    if shared.vendor == "sqlite":
        yield ""
        return
    with django_db_blocker.unblock():
        shared.creation.clone_test_db("clean", verbosity=0)
    yield str(shared.creation.get_test_db_clone_settings("clean")["NAME"])
    with django_db_blocker.unblock():
        shared.creation.destroy_test_db(suffix="clean", verbosity=0)


@pytest.fixture
def committed(clean_database: str, db: None, tmp_path: Path) -> Iterator[Path]:
    """A database in which transactions really begin and end: a copy. On SQLite its path is returned."""
    shared = connections["default"]
    path = tmp_path / "committed.sqlite3"
    if clean_database:
        clean = _named(clean_database)
        clean.creation.clone_test_db("committed", verbosity=0)
        own = _named(str(clean.creation.get_test_db_clone_settings("committed")["NAME"]))
    else:
        shared.ensure_connection()
        path.write_bytes(shared.connection.serialize())
        own = _named(str(path))
    connections["default"] = own
    try:
        yield path
    finally:
        own.close()
        connections["default"] = shared
        if clean_database:
            clean.creation.destroy_test_db(suffix="committed", verbosity=0)


@contextmanager
def kept_for_module(blocker: DjangoDbBlocker, make: Callable[[], object]) -> Iterator[None]:
    """Let what is made stand for all tests of a module; what a test changes is undone after it."""
    with blocker.unblock(), transaction.atomic():
        make()
        with blocker.block():
            yield
        transaction.set_rollback(True)


def fill_once(kept: Path, fill: Callable[[], None]) -> None:
    """Fill the database; the second time, put back what it held after the first, which is kept in a file.

    For tests whose transactions really end. Where the database is no file, it is filled each time.
    """
    own = connections["default"]
    if own.vendor != "sqlite":
        fill()
        return
    is_first = not kept.exists()
    if is_first:
        fill()
    own.ensure_connection()
    with closing(sqlite3.connect(kept)) as copy:
        source, target = (own.connection, copy) if is_first else (copy, own.connection)
        source.backup(target)


def at_once(
    steps: Sequence[Callable[[], object]], *refusals: type[Exception]
) -> list[tuple[object, Exception | None]]:
    """Let all begin at the same moment, each on a thread and a connection of its own, in a `committed` database.

    Returns for each what came of it: what it returned, or which of these refusals it raised.
    """
    shared, barrier = connections["default"], Barrier(len(steps))

    def run(step: Callable[[], object]) -> tuple[object, Exception | None]:
        connections["default"] = own = shared.copy()
        try:
            own.ensure_connection()
            barrier.wait(30)
            return step(), None
        except refusals as refusal:
            return None, refusal
        finally:
            own.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


class RolesLostMeanwhile:
    """The innermost middleware of a test in which whoever asks has lost their roles since the door let them in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        RoleGrant.objects.filter(user=request.user.pk).delete()
        return self.get_response(request)


class CommitAfterView:
    """The innermost middleware of a test that stays inside one transaction: after each view comes what a commit calls."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self.get_response(request)
