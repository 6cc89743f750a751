"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from hub.core.languages import DEFAULT_LANGUAGE
from hub.seed.messages import compile_messages


def pytest_sessionstart() -> None:
    """Compile the translations, as every start of the hub does, before the first test reads one."""
    compile_messages()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English, whatever language the pages of the one before were in."""
    with override(DEFAULT_LANGUAGE):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --long."""
    parser.addoption(
        "--long", action="store_true", default=False, help="run the tests that take minutes, too"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long tests out unless they are asked for, and say so."""
    if config.getoption("--long"):
        return
    reason = pytest.mark.skip(reason="takes minutes; run with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(reason)
