"""A database on the PostgreSQL server for tests, for the time of one measurement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2.sql import SQL, Identifier

from hub.settings import env


def server_version() -> str:
    """Return the version of the server that HUB_TEST_POSTGRES_URL names, empty if none is named."""
    if not env.TEST_POSTGRES_URL:
        return ""
    with _server() as server:
        major, minor = divmod(server.server_version, 10_000)
    return f"{major}.{minor}"


def own_name() -> str:
    """Return a name that no database has."""
    return f"hub_bench_{token_hex(6)}"


@contextmanager
def own_database() -> Iterator[str]:
    """Make a database on that server; yield its address, and remove it at the end."""
    name = own_name()
    with _server() as server, server.cursor() as cursor:
        cursor.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield urlsplit(env.TEST_POSTGRES_URL)._replace(path=f"/{name}").geturl()
    finally:
        with _server() as server, server.cursor() as cursor:
            cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def _server() -> Iterator[Any]:
    # Not one of Django's connections: those belong to the hub's own database.
    server = psycopg2.connect(env.TEST_POSTGRES_URL)
    server.autocommit = True
    try:
        yield server
    finally:
        server.close()
