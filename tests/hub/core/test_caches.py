"""A Redis that fails, or is full, opens no limit and breaks no page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from hub.core.caches import LIMITS_TABLE, LimitsCache, PagesCache
from launcher.ports import free_port
from tests.factories.people import make_account
from tests.factories.servers import REDIS_CACHE_URL, REDIS_LIMITS_URL, needs_redis, redis_of_its_own

LOG_IN = "/en/account/login/"
ALLOWED = 5
"""Wrong passwords for one address in five minutes, as the settings say."""


@pytest.fixture
def nowhere() -> str:
    """The address of a Redis that there is not."""
    return f"redis://127.0.0.1:{free_port()}/0"


def limits(address: str) -> LimitsCache:
    return LimitsCache(address, {"KEY_PREFIX": secrets.token_hex(4)})


def pages(address: str) -> PagesCache:
    return PagesCache(address, {"KEY_PREFIX": secrets.token_hex(4)})


def counts(cache: LimitsCache) -> None:
    """Say that the cache does what counting attempts needs."""
    assert cache.get("tries", []) == []
    cache.set("tries", [1, 2], 60)
    assert cache.get("tries") == [1, 2]
    assert cache.get_many(["tries", "others"]) == {"tries": [1, 2]}
    assert cache.add("once", 1, 60)
    assert not cache.add("once", 1, 60)
    assert cache.incr("once", 2) == 3
    assert cache.has_key("once")
    assert cache.touch("once", 90)
    cache.set_many({"a": 1, "b": 2}, 60)
    cache.delete_many(["a", "b"])
    assert cache.delete("once")
    assert not cache.has_key("once")
    with pytest.raises(ValueError, match="once"):
        cache.incr("once")


@pytest.fixture
def table(db: None) -> None:
    call_command("createcachetable", LIMITS_TABLE, verbosity=0)


class TestWithoutRedis:
    def test_limits_are_counted_in_the_database(
        self, table: None, nowhere: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR, logger="hub"):
            counts(limits(nowhere))
        [record] = [one for one in caplog.records if one.name.startswith("hub.")]
        assert record.__dict__["reason"] == "ConnectionError"

    def test_pages_do_without_what_was_kept(self, nowhere: str) -> None:
        cache = pages(nowhere)
        cache.set("a", 1)
        cache.set_many({"a": 1})
        assert cache.get("a", "nothing") == "nothing"
        assert cache.get_many(["a"]) == {}
        assert cache.get_or_set("a", 5) == 5
        assert not cache.has_key("a")
        assert not cache.delete("a")
        cache.delete_many(["a"])
        cache.clear()
        with pytest.raises(ValueError, match="a"):
            cache.incr("a")

    def test_wrong_passwords_stay_within_their_limit(
        self, table: None, client: Client, settings: Settings, nowhere: str
    ) -> None:
        settings.CACHES = {
            "default": {"BACKEND": "hub.core.caches.LimitsCache", "LOCATION": nowhere},
            "pages": {"BACKEND": "hub.core.caches.PagesCache", "LOCATION": nowhere},
        }
        forget_caches()
        assert wrong_passwords(client) == [200] * ALLOWED + [429] * 3
        assert client.get("/en/").status_code == 200
        forget_caches()


class TestTheTable:
    """Where the demonstration counts, and a cluster whose Redis fails."""

    def test_when_it_is_full_what_is_over_makes_room_for_what_is_counted(
        self, table: None, client: Client, settings: Settings
    ) -> None:
        for number in range(60):
            caches["default"].set(f"over-{number}", 1, timeout=-1)
        full = {**settings.CACHES["default"], "OPTIONS": {"MAX_ENTRIES": 40}}
        settings.CACHES = {**settings.CACHES, "default": full}
        forget_caches()
        assert wrong_passwords(client) == [200] * ALLOWED + [429] * 3
        forget_caches()


def wrong_passwords(client: Client) -> list[int]:
    """Try wrong passwords for one address, and return how each was answered."""
    account = make_account()
    return [
        client.post(LOG_IN, {"login": account.email, "password": f"wrong {number}"}).status_code
        for number in range(ALLOWED + 3)
    ]


def forget_caches() -> None:
    for alias in ("default", "pages"):
        if hasattr(caches._connections, alias):  # type: ignore[attr-defined]
            delattr(caches._connections, alias)  # type: ignore[attr-defined]
    caches.__dict__.pop("settings", None)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[str]:
    """A Redis that no other test asks, to be filled."""
    with redis_of_its_own(tmp_path) as address:
        yield address


@needs_redis
class TestWithRedis:
    def test_it_counts(self) -> None:
        cache = limits(REDIS_LIMITS_URL)
        counts(cache)
        assert cache._cache.breaker.state.is_closed

    def test_pages_are_kept(self) -> None:
        cache = pages(REDIS_CACHE_URL)
        cache.set("a", {"b": 1}, 60)
        assert cache.get("a") == {"b": 1}

    def test_a_full_redis_counts_in_the_database_and_forgets_nothing_that_it_held(
        self, table: None, own_redis: str
    ) -> None:
        cache = limits(own_redis)
        cache.set("tries", [1, 2, 3], 60)
        client = redis.Redis.from_url(own_redis)
        client.config_set("maxmemory", "1")
        try:
            cache.set("tries", [*cache.get("tries"), 4], 60)
            assert cache.get("tries") == [1, 2, 3, 4]
            # It still answers, but takes nothing: that is not well.
            cache._cache.breaker._open_until = 0.0
            assert cache.get("tries") == [1, 2, 3, 4]
            assert not cache._cache.breaker.state.is_closed
        finally:
            client.config_set("maxmemory", "64mb")
            client.close()
        cache._cache.breaker._open_until = 0.0
        cache.set("tries", [5], 60)
        assert cache._cache.breaker.state.is_closed
        assert cache.get("tries") == [5]

    def test_wrong_passwords_stay_within_their_limit_when_it_is_full(
        self, table: None, client: Client, settings: Settings, own_redis: str
    ) -> None:
        with redis.Redis.from_url(own_redis) as full:
            full.config_set("maxmemory", "1")
        settings.CACHES = {
            **settings.CACHES,
            "default": {"BACKEND": "hub.core.caches.LimitsCache", "LOCATION": own_redis},
        }
        forget_caches()
        assert wrong_passwords(client) == [200] * ALLOWED + [429] * 3
        forget_caches()

    def test_a_full_cache_of_pages_is_no_cache(self, own_redis: str) -> None:
        cache = pages(own_redis)
        with redis.Redis.from_url(own_redis) as client:
            client.config_set("maxmemory", "1")
        cache.set("a", 1)
        assert cache.get("a") is None
