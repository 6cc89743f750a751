"""The servers that a test run has started, and the marks of tests that need them."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

POSTGRES_URL = os.environ.get("HUB_TEST_POSTGRES_URL", "")
ELASTICSEARCH_URL = os.environ.get("HUB_TEST_ELASTICSEARCH_URL", "")
REDIS_LIMITS_URL = os.environ.get("HUB_TEST_REDIS_LIMITS_URL", "")
REDIS_CACHE_URL = os.environ.get("HUB_TEST_REDIS_CACHE_URL", "")

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
