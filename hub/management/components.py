"""The servers that a hub may stand on: what is found where the settings say, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import Error, connection
from redis.exceptions import RedisError

from hub.core.search import SearchError

_SECONDS_TO_ANSWER = 2
_ONE_REDIS = "REDIS_LIMITS_URL and REDIS_CACHE_URL are the same Redis: limits need one of their own."


@dataclass(frozen=True, slots=True)
class Component:
    """A server: the variable that names it, what was found there, and a sentence if it is not as it must be."""

    variable: str
    name: str
    found: str = ""
    problem: str = ""


def components() -> Iterator[Component]:
    """Ask every server of a hub for many: PostgreSQL, Elasticsearch, a Redis for limits and one for pages."""
    yield _postgresql()
    yield _elasticsearch()
    yield from redis_servers(required=True)


def _postgresql() -> Component:
    variable, name = "DATABASE_URL", "PostgreSQL"
    if connection.vendor != "postgresql":
        return Component(variable, name, problem=f"{variable} names no PostgreSQL database.")
    try:
        version = ".".join(map(str, connection.get_database_version()))
    except Error as error:
        reason = f"The database of {variable} cannot be used ({type(error).__name__})."
        return Component(variable, name, problem=reason)
    chosen = connection.settings_dict
    place = f"{chosen['HOST'] or 'this machine'}:{chosen['PORT'] or 5432}"
    return Component(variable, name, f"{version} at {place}, database {chosen['NAME']}")


def _elasticsearch() -> Component:
    variable, name = "ELASTICSEARCH_URL", "Elasticsearch"
    chosen = settings.ELASTICSEARCH
    if not chosen["addresses"]:
        return Component(variable, name, problem=f"{variable} is not set.")
    # Where there is no cluster, its client is not even loaded.
    from hub.core.search.elastic_engine import MAJOR_VERSION, connect, state_of_cluster  # noqa: PLC0415

    try:
        state = state_of_cluster(
            connect(chosen["addresses"], api_key=chosen["api_key"], ca_file=chosen["ca_file"])
        )
    except SearchError as error:
        return Component(variable, name, problem=f"{variable}: {str(error).rstrip('.')}.")
    nodes = f"{len(state.versions)} nodes" if len(state.versions) != 1 else "1 node"
    versions = sorted(set(state.versions))
    foreign = [version for version in versions if version.partition(".")[0] != str(MAJOR_VERSION)]
    found = f"{', '.join(versions)}, {nodes}, {state.status}"
    if foreign:
        problem = f"The hub speaks to Elasticsearch {MAJOR_VERSION}, and this is {foreign[0]}."
        return Component(variable, name, found, problem)
    return Component(variable, name, found)


def redis_servers(*, required: bool = False) -> Iterator[Component]:
    """Ask both Redis servers. Where no variable names one, that is a problem only if it is `required`."""
    known: set[str] = set()
    for variable, alias, name, policy in (
        ("REDIS_LIMITS_URL", "default", "Redis for limits", "noeviction"),
        ("REDIS_CACHE_URL", "pages", "Redis for pages", "allkeys-lru"),
    ):
        address = _address(alias)
        if not address:
            if required:
                yield Component(variable, name, problem=f"{variable} is not set.")
            continue
        place = _place(address)
        found, problem = "", _ONE_REDIS if place in known else ""
        known.add(place)
        if not problem:
            try:
                state = _state(address)
            except (RedisError, ValueError) as error:
                problem = f"The Redis of {variable} cannot be asked ({type(error).__name__})."
            else:
                found = f"{state['redis_version']} at {place}, {state['maxmemory_policy']}"
                if state["run_id"] in known:  # one server under two names
                    problem = _ONE_REDIS
                elif state["maxmemory_policy"] != policy:
                    problem = (
                        f"The Redis of {variable} has maxmemory-policy {state['maxmemory_policy']}: "
                        f"set it to {policy}."
                    )
                known.add(state["run_id"])
        yield Component(variable, name, found, problem)


def _state(address: str) -> dict[str, str]:
    client = redis.Redis.from_url(
        address, socket_timeout=_SECONDS_TO_ANSWER, socket_connect_timeout=_SECONDS_TO_ANSWER
    )
    try:
        return {name: str(value) for name, value in cast("dict[str, Any]", client.info()).items()}
    finally:
        client.close()


def _address(alias: str) -> str:
    """Return the address of the Redis behind a cache, empty if the cache is something else."""
    cache = settings.CACHES[alias]
    return str(cache["LOCATION"]) if str(cache["BACKEND"]).startswith("hub.core.caches.") else ""


def _place(address: str) -> str:
    """Return where a Redis stands, without its password: two databases of one Redis share its memory."""
    parts = urlsplit(address)
    return parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
