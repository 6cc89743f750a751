"""What tests of the roof share: pages that are made once for a whole file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.factories.databases import kept_for_module


@pytest.fixture(scope="module")
def seeded_pages(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the page trees for all tests of a file; what a test changes is undone after it.

    Every test of the file then has the pages, so tests without them stand in another file.
    """
    from hub.seed import seed_pages

    with kept_for_module(django_db_blocker, seed_pages):
        yield
