"""Caches in Redis that outlive it: pages do without what was kept, limits are counted in a table meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from hub.core.breaker import Breaker

logger = logging.getLogger(__name__)

LIMITS_TABLE = "hub_limits"
_TIMEOUTS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
_PROBE = "hub:probe"
_PROBE_SIZE = 4_096


class _GuardedClient(RedisCacheClient):
    """Asks Redis, and something else whenever Redis fails, until it takes a value again."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **{**_TIMEOUTS, **options})
        self.breaker = Breaker()

    def _ask(self, name: str, *arguments: Any) -> Any:
        if self._is_well():
            asked: Callable[..., Any] = getattr(RedisCacheClient, name)
            try:
                return asked(self, *arguments)
            except RedisError as error:
                self._note(error)
        return self._instead(name, *arguments)

    def _is_well(self) -> bool:
        if self.breaker.state.is_closed:
            return True
        if not self.breaker.may_ask():
            return False
        try:
            # A Redis that is full still answers: only what it takes shows that it is well.
            RedisCacheClient.set(self, _PROBE, "x" * _PROBE_SIZE, 1)
        except RedisError as error:
            self._note(error)
            return False
        self.breaker.succeeded()
        logger.info("redis is well again")
        return True

    def _note(self, error: RedisError) -> None:
        reason = type(error).__name__
        if self.breaker.failed(reason):
            logger.error("redis fails", extra={"cache": type(self).__name__, "reason": reason})

    def _instead(self, name: str, *arguments: Any) -> Any:
        raise NotImplementedError

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return bool(self._ask("add", key, value, timeout))

    def get(self, key: Any, default: Any) -> Any:
        return self._ask("get", key, default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask("set", key, value, timeout)

    def touch(self, key: Any, timeout: Any) -> bool:
        return bool(self._ask("touch", key, timeout))

    def delete(self, key: Any) -> bool:
        return bool(self._ask("delete", key))

    def get_many(self, keys: Any) -> Any:
        return self._ask("get_many", list(keys))

    def has_key(self, key: Any) -> bool:
        return bool(self._ask("has_key", key))

    def incr(self, key: Any, delta: Any) -> int:
        return int(self._ask("incr", key, delta))

    def set_many(self, data: Any, timeout: Any) -> None:
        self._ask("set_many", data, timeout)

    def delete_many(self, keys: Any) -> None:
        self._ask("delete_many", list(keys))

    def clear(self) -> bool:
        return bool(self._ask("clear"))


class _PagesClient(_GuardedClient):
    """Keeps nothing while Redis fails."""

    def _instead(self, name: str, *arguments: Any) -> Any:
        match name:
            case "get":
                return arguments[1]
            case "get_many":
                return {}
            case "incr":
                raise ValueError(f"Key {arguments[0]!r} not found")
            case _:
                return name in ("add", "clear")


class _LimitsClient(_GuardedClient):
    """Counts in the database while Redis fails: a limit that is not counted would be none."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._table = DatabaseCache(LIMITS_TABLE, {"OPTIONS": {"MAX_ENTRIES": 1_000_000}})

    def _instead(self, name: str, *arguments: Any) -> Any:
        asked: Callable[..., Any] = getattr(self._table, name)
        return asked(*arguments)


class PagesCache(RedisCache):
    """For what is made anew when it is gone. Pages answer without Redis, only slower."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        """Use one Redis, with the parameters of Django's own cache."""
        super().__init__(server, params)
        self._class = _PagesClient


class LimitsCache(RedisCache):
    """For counters of attempts. When Redis fails, or is full, they are counted in a table of the database.

    A counter may begin anew at such a moment, so that a limit lets at most twice as much through around it.
    """

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        """Use one Redis, with the parameters of Django's own cache."""
        super().__init__(server, params)
        self._class = _LimitsClient
