"""What the hub finds where its settings lead: real servers, wrong ones, and none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hub.settings.env import PROJECT_DIR
from tests.factories.faulty_server import faulty_server
from tests.factories.servers import (
    ELASTICSEARCH_URL,
    POSTGRES_URL,
    REDIS_CACHE_URL,
    REDIS_LIMITS_URL,
    needs_every_server,
)

ALL = {
    "DATABASE_URL": POSTGRES_URL,
    "ELASTICSEARCH_URL": ELASTICSEARCH_URL,
    "REDIS_LIMITS_URL": REDIS_LIMITS_URL,
    "REDIS_CACHE_URL": REDIS_CACHE_URL,
}


def find_servers(data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator would, in a process whose settings come from the environment."""
    return subprocess.run(
        [sys.executable, "manage.py", "find_servers"],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            **ALL,
            "DJANGO_SETTINGS_MODULE": "hub.settings.demo",
            "HUB_DATA_DIR": str(data),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@needs_every_server
def test_each_server_is_named_with_its_version_and_place(tmp_path: Path) -> None:
    done = find_servers(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    postgresql, elasticsearch, limits, pages = done.stdout.splitlines()
    assert postgresql.startswith("PostgreSQL: 1")
    assert f"{urlsplit(POSTGRES_URL).hostname}:{urlsplit(POSTGRES_URL).port}, database " in postgresql
    assert elasticsearch.startswith("Elasticsearch: 8.19.")
    assert ", 1 node, " in elasticsearch
    assert limits.endswith(f"{urlsplit(REDIS_LIMITS_URL).port}, noeviction")
    assert pages.endswith(f"{urlsplit(REDIS_CACHE_URL).port}, allkeys-lru")


@needs_every_server
@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL names no PostgreSQL database."),
        ({"ELASTICSEARCH_URL": ""}, "ELASTICSEARCH_URL is not set."),
        ({"REDIS_LIMITS_URL": ""}, "REDIS_LIMITS_URL is not set."),
        ({"REDIS_CACHE_URL": ""}, "REDIS_CACHE_URL is not set."),
        (
            {"REDIS_LIMITS_URL": REDIS_CACHE_URL, "REDIS_CACHE_URL": REDIS_LIMITS_URL},
            "has maxmemory-policy allkeys-lru: set it to noeviction.",
        ),
        ({"REDIS_CACHE_URL": f"{REDIS_LIMITS_URL}1"}, "are the same Redis"),
        ({"REDIS_CACHE_URL": REDIS_LIMITS_URL.replace("127.0.0.1", "localhost")}, "are the same Redis"),
    ],
)
def test_what_is_missing_or_wrong_is_one_sentence(
    tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    done = find_servers(tmp_path, **variables)
    assert done.returncode == 1
    assert words in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "correct what is said above" in done.stderr


@needs_every_server
def test_servers_that_do_not_answer_are_named_without_their_passwords(
    tmp_path: Path, closed_port: int
) -> None:
    done = find_servers(
        tmp_path,
        DATABASE_URL=f"postgres://hub:s3cret@127.0.0.1:{closed_port}/hub",
        ELASTICSEARCH_URL=f"http://hub:s3cret@127.0.0.1:{closed_port}",
        REDIS_LIMITS_URL=f"redis://:s3cret@127.0.0.1:{closed_port}/0",
        REDIS_CACHE_URL=f"redis://:s3cret@localhost:{closed_port}/0",
    )
    assert done.returncode == 1
    assert done.stdout.count("not found") == 4
    for name in ALL:
        assert name in done.stdout
    assert "4 servers are not as the hub needs it" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr


@needs_every_server
def test_an_elasticsearch_of_another_age_is_refused(tmp_path: Path) -> None:
    with faulty_server("another age") as server:
        done = find_servers(tmp_path, ELASTICSEARCH_URL=server.url)
    assert done.returncode == 1
    assert "The hub speaks to Elasticsearch 8, and this is 7.17.0." in done.stdout


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://hub:s3cret@host/hub"),
        ("DATABASE_URL", "postgres://hub:s3cret@host:port/hub"),
        ("ELASTICSEARCH_URL", "hub:s3cret@host:9200"),
        ("ELASTICSEARCH_URL", "https://hub:s3cret@host:port"),
        ("REDIS_LIMITS_URL", "host:6379"),
        ("REDIS_LIMITS_URL", "redis://:s3cret@host:port"),
        ("REDIS_CACHE_URL", "http://:s3cret@host:6379"),
        ("REDIS_CACHE_URL", "unix://"),
    ],
)
def test_an_address_that_is_none_is_refused_in_one_sentence_that_does_not_repeat_it(
    tmp_path: Path, variable: str, address: str
) -> None:
    done = find_servers(tmp_path, **{**dict.fromkeys(ALL, ""), variable: address})
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {variable} must" in done.stderr.splitlines()[-1]
    assert "s3cret" not in done.stdout + done.stderr.splitlines()[-1]
