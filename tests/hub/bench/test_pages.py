"""What the catalogue's page asks of the database and of the network. Nothing here depends on a clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import resolve
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from catalogue import api as catalogue
from hub.bench import pages
from hub.bench.report import MOST_FIRST_PAGE, MOST_NEXT_PAGE, MOST_QUERIES, MOST_SCRIPTS
from hub.core.languages import LANGUAGE_CODES
from hub.demo.people import seed_people
from tests.factories.catalogue import forget_index
from tests.factories.databases import kept_for_module


@pytest.fixture(scope="module")
def whole_hub(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A hub with the real tools, an index and its files as they are served, once for all tests of this module."""
    folder = tmp_path_factory.mktemp("hub")

    def make() -> None:
        with override_settings(**places_in(folder)):
            forget_index()
            call_command("collectstatic", interactive=False, verbosity=0)
            catalogue.load_demo_tables()
            seed_people()
            forget_index()

    with kept_for_module(django_db_blocker, make):
        yield folder


@pytest.fixture
def browser(whole_hub: Path, db: None) -> Iterator[Client]:
    """Sign an investigator in."""
    with override_settings(**places_in(whole_hub)):
        forget_index()
        yield pages.signed_in()
    forget_index()


def places_in(folder: Path) -> dict[str, Any]:
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    return {
        "SEARCH_INDEX_DIR": folder / "search",
        "STATIC_ROOT": folder / "static",
        "STORAGES": {**settings.STORAGES, "staticfiles": storage},
    }


def test_the_catalogue_keeps_its_limits_of_queries_and_bytes(browser: Client) -> None:
    speeds = pages.measure_speed(browser, rounds=1)
    assert [speed.language for speed in speeds] == list(LANGUAGE_CODES)
    for speed in speeds:
        assert speed.tools > 20, "the page is not full"
        assert 5 < speed.queries <= MOST_QUERIES
        assert min(speed.view, speed.memory_view, speed.request, speed.memory_request) > 0
    for weight in pages.measure_weight(browser):
        assert weight.first <= MOST_FIRST_PAGE
        assert weight.next_document <= MOST_NEXT_PAGE
        assert 0 < weight.scripts <= MOST_SCRIPTS
        assert min(weight.document, weight.styles, weight.icons) > 0


def test_the_view_from_memory_shows_the_same_page_without_asking_for_tools(browser: Client) -> None:
    path = pages.address("en")
    from_memory, found = pages.view_from_memory(browser, path)
    view = resolve(path.partition("?")[0]).func
    request = pages.bare_request(browser, path)
    with CaptureQueriesContext(connection) as queries:
        shown = from_memory(request).content
    assert found > 0
    assert shown == view(request).content
    assert not [query for query in queries if "catalogue_" in query["sql"]]


def test_another_page_is_not_taken_for_the_catalogue(browser: Client) -> None:
    with pytest.raises(pages.BenchError, match="does not show"):
        pages.view_from_memory(browser, "/en/")


def test_nobody_who_cannot_see_the_catalogue_measures_it(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.DEMO = False
    forget_index()
    with pytest.raises(pages.BenchError, match="status"):
        pages.signed_in()
    forget_index()
