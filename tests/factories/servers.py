"""The servers that a test run has started, and the marks of tests that need them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from launcher.elasticsearch import Distribution
from launcher.processes import Log
from launcher.redis import find_redis, throwaway_redis

POSTGRES_URL = os.environ.get("HUB_TEST_POSTGRES_URL", "")
ELASTICSEARCH_URL = os.environ.get("HUB_TEST_ELASTICSEARCH_URL", "")
REDIS_LIMITS_URL = os.environ.get("HUB_TEST_REDIS_LIMITS_URL", "")
REDIS_CACHE_URL = os.environ.get("HUB_TEST_REDIS_CACHE_URL", "")


def elasticsearch_distribution() -> Distribution:
    """Return the Elasticsearch of this test run, for tests that start servers of their own."""
    home = Path(os.environ["HUB_TEST_ELASTICSEARCH_HOME"])
    owner = home.owner() if os.geteuid() == 0 else ""
    return Distribution(home, Path(os.environ["HUB_TEST_JAVA_HOME"]), owner)


@contextmanager
def redis_of_its_own(folder: Path) -> Iterator[str]:
    """Run a Redis that no other test asks, to be filled or counted in; yield its address."""
    program = find_redis()
    assert program
    with throwaway_redis(program, Log(folder)) as address:
        yield address


Test = TypeVar("Test")

needs_elasticsearch = [
    pytest.mark.elasticsearch,
    pytest.mark.skipif(not ELASTICSEARCH_URL, reason="needs Elasticsearch"),
]


def needs_every_server(test: Test) -> Test:
    """Mark a test that talks to PostgreSQL, Elasticsearch and both Redis servers."""
    for mark in (
        pytest.mark.postgres,
        pytest.mark.skipif(not POSTGRES_URL, reason="needs PostgreSQL"),
        *needs_elasticsearch,
    ):
        test = mark(test)
    return needs_redis(test)


def needs_redis(test: Test) -> Test:
    """Mark a test, or a class of them, that talks to both Redis servers."""
    return pytest.mark.redis(pytest.mark.skipif(not REDIS_LIMITS_URL, reason="needs Redis")(test))
