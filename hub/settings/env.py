"""The one place that reads the environment.

Each variable is read once, with its type, its default and its meaning. README lists them all; a test compares.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent

_environment = environ.Env()
_INDEX_PREFIX = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable, as README documents it."""

    name: str
    meaning: str
    default: str


VARIABLES: list[Variable] = []


def _declare(name: str, meaning: str, default: str) -> None:
    VARIABLES.append(Variable(name, meaning, default))


def _check_redis(name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0)
    except ValueError:
        is_whole = False
    if address and not (is_whole and parts.scheme in ("redis", "rediss", "unix")):
        raise ImproperlyConfigured(f"{name} must be an address such as redis://:password@host:6379/0")


def _check_elasticsearch() -> None:
    for address in ELASTICSEARCH_URL:
        try:
            parts = urlsplit(address)
            is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port
        except ValueError:
            is_whole = False
        if not is_whole:
            # Not the address itself: there may be a password in it.
            raise ImproperlyConfigured(
                "ELASTICSEARCH_URL must name scheme, host and port of each node, such as https://es1:9200"
            )
    if ELASTICSEARCH_CA_FILE and not os.access(ELASTICSEARCH_CA_FILE, os.R_OK):
        raise ImproperlyConfigured("ELASTICSEARCH_CA_FILE names a file that cannot be read")
    if not _INDEX_PREFIX.fullmatch(ELASTICSEARCH_PREFIX):
        raise ImproperlyConfigured(
            "ELASTICSEARCH_PREFIX must be small letters, digits, full stops, hyphens or underscores"
        )


def _database() -> dict[str, Any]:
    address = _environment.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'hub.sqlite3'}"
    try:
        chosen = _environment.db_url_config(address)
        kind = chosen["ENGINE"].rpartition(".")[2]
    except (ImproperlyConfigured, KeyError, ValueError):
        kind = ""
    if kind not in ("sqlite3", "postgresql", "postgresql_psycopg2"):
        # Not the address itself: there may be a password in it.
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL database, such as postgres://user:password@host:5432/hub"
        )
    return dict(chosen)


def _read(kind: str, name: str, meaning: str, default: Any) -> Any:
    _declare(name, meaning, str(default))
    try:
        return getattr(_environment, kind)(name, default=default)
    except (ValueError, TypeError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} cannot be read as {kind}: {meaning}") from error


DATA_DIR = Path(
    _read("str", "HUB_DATA_DIR", "Folder with database, search index, secret key and logs", "var")
)
if not DATA_DIR.is_absolute():
    DATA_DIR = PROJECT_DIR / DATA_DIR

_declare(
    "HUB_SECRET_KEY", "Signs cookies and links; at least 50 characters", "random, kept in the data folder"
)
SECRET_KEY_FROM_ENVIRONMENT: str = _environment.str("HUB_SECRET_KEY", default="")

_declare("DATABASE_URL", "Database, such as postgres://user:password@host/hub", "SQLite in the data folder")
DATABASE: dict[str, Any] = _database()

ALLOWED_HOSTS: list[str] = _read(
    "list", "HUB_ALLOWED_HOSTS", "Host names the hub answers to, comma separated", []
)
BASE_URL: str = _read(
    "str", "HUB_BASE_URL", "Address of the hub as members type it, for mails", "http://localhost:8000"
)
SITE_NAME: str = _read("str", "HUB_SITE_NAME", "Name in the masthead; empty means the translated default", "")
EMAIL_URL: dict[str, Any] = _environment.email_url("EMAIL_URL", default="consolemail://")
_declare("EMAIL_URL", "Mail relay, such as smtp+tls://user:password@host:587", "console")
MAIL_FROM: str = _read("str", "HUB_MAIL_FROM", "Sender of the hub's mails", "hub@localhost")
LOG_LEVEL: str = _read("str", "HUB_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", "INFO")
TRUSTED_PROXIES: int = _read("int", "HUB_TRUSTED_PROXIES", "Number of reverse proxies in front of the hub", 0)
REDIS_LIMITS_URL: str = _read(
    "str", "REDIS_LIMITS_URL", "Redis with noeviction for limits; empty means a table of the database", ""
)
REDIS_CACHE_URL: str = _read(
    "str",
    "REDIS_CACHE_URL",
    "Redis with allkeys-lru for everything else; empty means memory of each process",
    "",
)
ELASTICSEARCH_URL: list[str] = _read(
    "list",
    "ELASTICSEARCH_URL",
    "Nodes of an Elasticsearch cluster, comma separated, such as https://user:password@es1:9200; empty means the "
    "embedded index alone",
    [],
)
ELASTICSEARCH_API_KEY: str = _read(
    "str", "ELASTICSEARCH_API_KEY", "API key, instead of user and password", ""
)
ELASTICSEARCH_CA_FILE: str = _read(
    "str", "ELASTICSEARCH_CA_FILE", "Certificate of the authority that signed the cluster’s certificates", ""
)
ELASTICSEARCH_PREFIX: str = _read(
    "str", "ELASTICSEARCH_PREFIX", "Beginning of the names of all indexes of this hub", "hub-"
)
_check_redis("REDIS_LIMITS_URL", REDIS_LIMITS_URL)
_check_redis("REDIS_CACHE_URL", REDIS_CACHE_URL)
_check_elasticsearch()
SUPPORT_ADDRESS: str = _read(
    "str", "HUB_SUPPORT_ADDRESS", "Address shown on error pages; empty shows none", ""
)

# Tests and measurements make databases and indexes of their own on these servers. No settings of a hub, so README does
# not list them.
TEST_POSTGRES_URL: str = _environment.str("HUB_TEST_POSTGRES_URL", default="")
TEST_ELASTICSEARCH_URL: str = _environment.str("HUB_TEST_ELASTICSEARCH_URL", default="")
TEST_POSTGRES: dict[str, Any] = _environment.db_url_config(TEST_POSTGRES_URL) if TEST_POSTGRES_URL else {}


def secret_key() -> str:
    """Return the secret key: from the environment, or from the data folder, where `prepare` made it.

    Raises ImproperlyConfigured when the key from the environment is shorter than 50 characters.
    """
    if SECRET_KEY_FROM_ENVIRONMENT:
        if len(SECRET_KEY_FROM_ENVIRONMENT) < 50:
            raise ImproperlyConfigured("HUB_SECRET_KEY is shorter than 50 characters; make a longer one")
        return SECRET_KEY_FROM_ENVIRONMENT
    return secret_key_in(DATA_DIR)


def secret_key_in(folder: Path) -> str:
    """Return the key kept in `folder`, making it (readable by its owner only) the first time."""
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"secret-key.{os.getpid()}"
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(64), encoding="ascii")
        # A link replaces nothing: of two processes that make a key at once, both use the first one.
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text(encoding="ascii").strip()
