"""What must hold before real officers are let in. Each function yields what does not hold, one sentence each."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from catalogue import api as catalogue
from hub.core.access import holders_of
from hub.core.enums import Role
from hub.core.models import User
from hub.management.components import redis_servers
from hub.settings import env

Check = Callable[[], Iterator[str]]

_LEAST_KEY_LENGTH = 50
_GROUP_AND_OTHERS = 0o077
_OTHERS = 0o007


def secret_key() -> Iterator[str]:
    """The key is long and nobody else can read it."""
    if len(settings.SECRET_KEY) < _LEAST_KEY_LENGTH or len(set(settings.SECRET_KEY)) < 5:
        yield "The secret key is too short: set HUB_SECRET_KEY to at least 50 random characters."
    kept = Path(settings.DATA_DIR) / "secret-key"
    if not env.SECRET_KEY_FROM_ENVIRONMENT and kept.exists() and kept.stat().st_mode & _GROUP_AND_OTHERS:
        yield f"Others on this machine can read {kept}: make it readable for the hub's user only (chmod 600)."


def hosts() -> Iterator[str]:
    """The hub answers to its own names only."""
    if not settings.ALLOWED_HOSTS or any(host.startswith((".", "*")) for host in settings.ALLOWED_HOSTS):
        yield "HUB_ALLOWED_HOSTS must name each host of the hub, without a wildcard."
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    if address.scheme != "https":
        yield "HUB_BASE_URL must begin with https://: links in mails lead there."
    if settings.ALLOWED_HOSTS and address.hostname not in settings.ALLOWED_HOSTS:
        yield f"HUB_BASE_URL leads to {address.hostname}, which HUB_ALLOWED_HOSTS does not name."


def https() -> Iterator[str]:
    """Nothing crosses the network in clear, and the hub believes no header that a visitor wrote."""
    wanted = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    missing = [name for name in wanted if getattr(settings, name, False) is not True]
    if missing or not settings.SECURE_HSTS_SECONDS:
        names = ", ".join(missing) or "SECURE_HSTS_SECONDS"
        yield f"Connections are not kept to https ({names}): use hub.settings.production."
    if not env.TRUSTED_PROXIES and settings.SECURE_PROXY_SSL_HEADER:
        yield "The hub believes X-Forwarded-Proto although HUB_TRUSTED_PROXIES is 0."


def settings_are_real() -> Iterator[str]:
    """Neither debugging nor the demonstration is on."""
    if settings.DEBUG:
        yield "DEBUG is on: it shows the inside of the program to visitors."
    if settings.DEMO or apps.is_installed("hub.demo"):
        yield "The demonstration is on: use hub.settings.production."


def caches() -> Iterator[str]:
    """Limits stand in a Redis of their own, so that what is evicted from the other one lifts no limit."""
    return (component.problem for component in redis_servers() if component.problem)


def database() -> Iterator[str]:
    """The database answers and has all tables. What needs it is not asked otherwise."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        yield f"The database cannot be reached ({type(error).__name__}): check DATABASE_URL."
        return
    if plan:
        yield f"The database lacks {len(plan)} steps: run manage.py prepare."
        return
    if connection.vendor == "sqlite":
        yield "The database is SQLite, which is for trying the hub: set DATABASE_URL to a PostgreSQL database."
    yield from _index()
    yield from _people()
    if User.objects.filter(is_demo=True).exists():
        yield "The database is one of the demonstration, with invented people in it: begin with an empty one."


def mail() -> Iterator[str]:
    """Mails leave the machine, encrypted, from an address of the hub."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield "Mails are printed instead of sent: set EMAIL_URL to your mail relay."
    elif not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL) and settings.EMAIL_HOST not in (
        "localhost",
        "127.0.0.1",
    ):
        yield "Mails cross the network in clear: use smtp+tls:// or smtp+ssl:// in EMAIL_URL."
    if settings.DEFAULT_FROM_EMAIL.rpartition("@")[2] in ("", "localhost"):
        yield "HUB_MAIL_FROM must be an address of your domain."


def data_folder() -> Iterator[str]:
    """Index and uploads can be written."""
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield f"Nothing can be written to {folder} ({error.strerror}): correct that or set HUB_DATA_DIR."
    else:
        if folder.stat().st_mode & _OTHERS:
            yield f"Others on this machine can enter {folder}: keep it to the hub's user (chmod 700)."
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "The hub runs as root: give it a user of its own."


CHECKS: tuple[Check, ...] = (secret_key, hosts, https, settings_are_real, caches, database, mail, data_folder)


def problems() -> list[str]:
    """Return what must be corrected before the hub is opened; empty if it is ready."""
    return [problem for check in CHECKS for problem in check()]


def _index() -> Iterator[str]:
    health = catalogue.search_health()
    if not health["healthy"]:
        yield f"The search index cannot answer ({health['reason']}): run manage.py search_rebuild."
    elif health["reason"]:
        yield f"The first search engine does not answer ({health['reason']}): see the page on search for operators."


_NEEDED = {
    Role.ADMINISTRATOR: "Two administrators are needed to give a role: run manage.py create_administrator.",
    Role.VETTER: "Two vetters are needed to let somebody in: run manage.py create_vetter.",
}


def _people() -> Iterator[str]:
    for role, sentence in _NEEDED.items():
        if holders_of(role).filter(is_demo=False).count() < 2:
            yield sentence
