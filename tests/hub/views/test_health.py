"""Health: the answer comes whatever is broken, names what is, and tells nobody anything else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue import api as catalogue
from catalogue.search import indexing
from hub.core import worker
from tests.factories.people import sign_in_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_index(tmp_path: object, settings: Settings) -> object:
    """Give each test a search index of its own, not made yet."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"  # type: ignore[operator]
    indexing.engine.cache_clear()
    yield
    indexing.engine.cache_clear()


def gone(*arguments: object) -> object:
    raise OperationalError("server closed the connection, password=secret")


def closed(*arguments: object) -> object:
    raise InterfaceError("connection already closed")


@pytest.mark.parametrize("failure", [gone, closed])
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_process_is_alive_without_its_database(client: Client, failure: object, signed_in: bool) -> None:
    if signed_in:
        sign_in_member(client)
    with connection.execute_wrapper(failure):  # type: ignore[arg-type]
        alive, ready = client.get("/healthz/"), client.get("/readyz/")
    assert alive.status_code == 200
    assert alive.json()["database"] in ("OperationalError", "InterfaceError")
    assert alive.json()["worker_age_seconds"] is None
    assert ready.status_code == 503
    assert "secret" not in alive.content.decode()


def test_it_is_ready_when_database_and_index_answer(client: Client) -> None:
    assert client.get("/healthz/").json()["search"]["healthy"] is False
    assert client.get("/readyz/").status_code == 503
    catalogue.rebuild_index()
    assert client.get("/healthz/").json()["search"]["healthy"] is True
    assert client.get("/readyz/").status_code == 200


def test_it_says_how_long_the_worker_has_been_silent(client: Client) -> None:
    assert client.get("/healthz/").json()["worker_age_seconds"] is None
    worker.beat()
    assert client.get("/healthz/").json()["worker_age_seconds"] in (0, 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert 180 <= client.get("/healthz/").json()["worker_age_seconds"] <= 182


def test_nobody_keeps_the_answer(client: Client) -> None:
    for path in ("/healthz/", "/readyz/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]
        assert client.post(path).status_code == 405
