"""A database on the PostgreSQL server for tests, for the time of one measurement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import urlsplit

from django.db.utils import ConnectionHandler

from hub.settings import env


@contextmanager
def own_database() -> Iterator[str]:
    """Make a database on the server that HUB_TEST_POSTGRES_URL names; yield its address, remove it at the end."""
    assert env.TEST_POSTGRES is not None
    name = f"hub_bench_{token_hex(6)}"
    server = ConnectionHandler({"default": dict(env.TEST_POSTGRES)})["default"]
    quoted = server.ops.quote_name(name)
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted}")
    try:
        yield urlsplit(env.TEST_POSTGRES_URL)._replace(path=f"/{name}").geturl()
    finally:
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        server.close()
