"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from hub.core.languages import DEFAULT_LANGUAGE
from hub.seed.messages import compile_messages
from tests.factories.browsers import before_browser, browser
from tests.factories.databases import clean_database, committed

__all__ = ["before_browser", "browser", "clean_database", "committed"]

# A page may be slow where several servers and browsers share two cores; what is wrong stays wrong.
expect.set_options(timeout=30_000)


def pytest_sessionstart() -> None:
    """Compile the translations, as every start of the hub does, before the first test reads one."""
    compile_messages()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English, whatever language the pages of the one before were in."""
    with override(DEFAULT_LANGUAGE):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --long and --database-only."""
    parser.addoption(
        "--long", action="store_true", default=False, help="run the tests that take minutes, too"
    )
    parser.addoption(
        "--database-only",
        action="store_true",
        default=False,
        help="run only tests whose answer may depend on the database, and none in a browser",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long tests out unless they are asked for, and say so; leave out what was not asked for."""
    if config.getoption("--database-only"):
        wanted = {item for item in items if _uses_database(item) and "browser" not in item.keywords}
        config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
        items[:] = [item for item in items if item in wanted]
    if config.getoption("--long"):
        return
    reason = pytest.mark.skip(reason="takes minutes; run with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(reason)


def _uses_database(item: pytest.Item) -> bool:
    needed = getattr(item, "fixturenames", ())
    return "django_db" in item.keywords or not {"db", "transactional_db"}.isdisjoint(needed)
