"""`start.py --profile cluster`: the hub on the servers that the environment names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg2
import pytest

from hub.data_version import STAMP
from launcher.command_line import parse
from launcher.demo import CLUSTER, EMBEDDED, demo_environment
from launcher.environment import is_current
from launcher.places import TEST_LOCK
from launcher.processes import SERVERS
from tests.factories.servers import (
    ELASTICSEARCH_URL,
    POSTGRES_URL,
    REDIS_CACHE_URL,
    REDIS_LIMITS_URL,
    needs_every_server,
)
from tests.start.conftest import Start


def test_only_the_cluster_profile_keeps_the_addresses_of_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*SERVERS, "EMAIL_URL", "HUB_SECRET_KEY"):
        monkeypatch.setenv(name, f"of {name}")
    assert not {*SERVERS, "EMAIL_URL", "HUB_SECRET_KEY"} & set(demo_environment(tmp_path, EMBEDDED))
    kept = demo_environment(tmp_path, CLUSTER)
    assert {name: kept.get(name) for name in SERVERS} == {name: f"of {name}" for name in SERVERS}
    assert not {"EMAIL_URL", "HUB_SECRET_KEY"} & set(kept)


def test_an_unknown_profile_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["--profile", "cluster"]).profile == CLUSTER
    with pytest.raises(SystemExit):
        parse(["--profile", "cloud"])
    assert "invalid choice: 'cloud'" in capsys.readouterr().err


@pytest.fixture
def database() -> Iterator[str]:
    """Return the address of an empty database."""
    name = f"hub_start_{token_hex(6)}"
    with closing(psycopg2.connect(POSTGRES_URL)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            try:
                yield urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@needs_every_server
@pytest.mark.skipif(not is_current(TEST_LOCK), reason="start.py would exchange the environment of the tests")
def test_it_starts_on_all_servers_and_says_what_it_found(tmp_path: Path, start: Start, database: str) -> None:
    servers = {
        "DATABASE_URL": database,
        "ELASTICSEARCH_URL": ELASTICSEARCH_URL,
        "ELASTICSEARCH_PREFIX": f"start-{token_hex(6)}-",
        "REDIS_LIMITS_URL": REDIS_LIMITS_URL,
        "REDIS_CACHE_URL": REDIS_CACHE_URL,
    }
    arguments = ("--profile", "cluster", "--check", "--data", str(tmp_path / "data"))
    refused = start(*arguments, **{**servers, "REDIS_CACHE_URL": ""})
    assert refused.returncode == 1
    assert "REDIS_CACHE_URL is not set." in refused.stdout
    assert "One server is not as the hub needs it" in refused.stderr
    assert not (tmp_path / "data" / STAMP).exists()

    done = start(*arguments, **servers)
    assert done.returncode == 0, done.stdout + done.stderr
    for found in ("PostgreSQL: 1", "Elasticsearch: 8.19.", "Redis for limits: ", "Redis for pages: "):
        assert f"\n{found}" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Check passed: ")
    assert not (tmp_path / "data" / "hub.sqlite3").exists()
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalogue_tool WHERE live")
        assert cursor.fetchone()[0] > 300
