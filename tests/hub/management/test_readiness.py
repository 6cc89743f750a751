"""Readiness for production: each thing that is not as it must be is said, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from catalogue import api as catalogue
from community import api as community
from hub.core.enums import Role
from hub.core.models import User
from hub.management import readiness
from hub.settings import env
from tests.factories.people import make_member

REDIS = "hub.core.caches.LimitsCache"


@pytest.fixture
def real(settings: Settings, tmp_path: Path) -> Settings:
    """Settings as they must be in production, with a data folder of their own."""
    tmp_path.chmod(0o700)
    settings.SECRET_KEY = "k3y-word" * 10
    settings.ALLOWED_HOSTS = ["hub.police.example"]
    settings.WAGTAILADMIN_BASE_URL = "https://hub.police.example"
    settings.DATA_DIR = tmp_path
    settings.DEBUG = settings.DEMO = False
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "hub.demo"]
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_PROXY_SSL_HEADER = None
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "relay.police.example"
    settings.EMAIL_USE_TLS = True
    settings.DEFAULT_FROM_EMAIL = "hub@police.example"
    return settings


def said(check: readiness.Check) -> str:
    """Return what a check says, in one line."""
    return " ".join(check())


def test_real_settings_are_ready(real: Settings) -> None:
    for check in (
        readiness.secret_key,
        readiness.hosts,
        readiness.https,
        readiness.settings_are_real,
        readiness.caches,
        readiness.mail,
    ):
        assert said(check) == "", check


@pytest.mark.parametrize("key", ["short", "a" * 80])
def test_a_key_that_can_be_guessed_is_refused(real: Settings, key: str) -> None:
    real.SECRET_KEY = key
    assert "secret key is too short" in said(readiness.secret_key)


def test_a_key_that_others_can_read_is_refused(
    real: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(env, "SECRET_KEY_FROM_ENVIRONMENT", "")
    kept = tmp_path / "secret-key"
    kept.touch(mode=0o600)
    assert said(readiness.secret_key) == ""
    kept.chmod(0o640)
    assert "can read" in said(readiness.secret_key)


@pytest.mark.parametrize("hosts", [[], ["*"], [".police.example"]])
def test_hosts_are_named(real: Settings, hosts: list[str]) -> None:
    real.ALLOWED_HOSTS = hosts
    assert "without a wildcard" in said(readiness.hosts)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://hub.police.example", "must begin with https"),
        ("https://other.example", "leads to other.example"),
    ],
)
def test_links_in_mails_lead_to_the_hub_by_https(real: Settings, address: str, words: str) -> None:
    real.WAGTAILADMIN_BASE_URL = address
    assert words in said(readiness.hosts)


@pytest.mark.parametrize("name", ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"])
def test_nothing_crosses_the_network_in_clear(real: Settings, name: str) -> None:
    setattr(real, name, False)
    assert name in said(readiness.https)


def test_a_header_that_a_visitor_can_write_is_not_believed(
    real: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    monkeypatch.setattr(env, "TRUSTED_PROXIES", 1)
    assert said(readiness.https) == ""
    monkeypatch.setattr(env, "TRUSTED_PROXIES", 0)
    assert "X-Forwarded-Proto" in said(readiness.https)


def test_neither_debugging_nor_the_demonstration_is_on(real: Settings) -> None:
    real.DEBUG = True
    assert "DEBUG" in said(readiness.settings_are_real)
    real.DEBUG = False
    real.INSTALLED_APPS = [*real.INSTALLED_APPS, "hub.demo"]
    assert "demonstration" in said(readiness.settings_are_real)


@pytest.mark.parametrize(
    ("limits", "pages", "is_one"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/1", True),
        ("redis://cache", "redis://:secret@cache:6379/1", True),
        ("redis://limits:6379/0", "redis://cache:6379/0", False),
        ("redis://cache:6379/0", "redis://cache:6380/0", False),
    ],
)
def test_limits_have_a_redis_of_their_own(real: Settings, limits: str, pages: str, is_one: bool) -> None:
    real.CACHES = {
        "default": {"BACKEND": REDIS, "LOCATION": limits},
        "pages": {"BACKEND": REDIS, "LOCATION": pages},
    }
    assert ("are the same Redis" in said(readiness.caches)) == is_one


def test_a_redis_that_does_not_answer_is_named(real: Settings, closed_port: int) -> None:
    real.CACHES = {
        **real.CACHES,
        "default": {"BACKEND": REDIS, "LOCATION": f"redis://127.0.0.1:{closed_port}/0"},
    }
    assert "The Redis of REDIS_LIMITS_URL cannot be asked" in said(readiness.caches)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "printed instead of sent"),
        ("EMAIL_USE_TLS", False, "in clear"),
        ("DEFAULT_FROM_EMAIL", "hub@localhost", "address of your domain"),
    ],
)
def test_mails_are_sent_encrypted_from_the_hubs_domain(
    real: Settings, name: str, value: object, words: str
) -> None:
    setattr(real, name, value)
    assert words in said(readiness.mail)


def test_a_relay_on_this_machine_needs_no_encryption(real: Settings) -> None:
    real.EMAIL_USE_TLS = False
    real.EMAIL_HOST = "localhost"
    assert said(readiness.mail) == ""


def test_the_data_folder_is_there_and_closed_to_others(real: Settings, tmp_path: Path) -> None:
    assert "can enter" not in said(readiness.data_folder)
    tmp_path.chmod(0o755)
    assert "can enter" in said(readiness.data_folder)
    real.DATA_DIR = tmp_path / "none"
    assert "Nothing can be written" in said(readiness.data_folder)


@pytest.mark.django_db
def test_a_site_without_two_administrators_and_two_vetters_is_not_ready(real: Settings) -> None:
    first = community.create_administrator("first@police.example")
    assert "Two administrators are needed" in said(readiness.database)
    community.create_administrator("second@police.example")
    assert "Two administrators" not in said(readiness.database)
    assert "Two vetters are needed" in said(readiness.database)
    make_member(Role.VETTER)
    make_member(Role.VETTER)
    assert "needed" not in said(readiness.database)
    assert "invented people" not in said(readiness.database)
    User.objects.filter(pk=first.user.pk).update(is_demo=True)
    assert "Two administrators are needed" in said(readiness.database)
    assert "invented people" in said(readiness.database)


@pytest.mark.django_db
def test_an_index_that_cannot_answer_is_named(real: Settings, index_folder: Path) -> None:
    assert "search index cannot answer" in said(readiness.database)
    catalogue.rebuild_index()
    assert "search index" not in said(readiness.database)


@pytest.mark.django_db
def test_a_database_without_all_tables_is_named(real: Settings) -> None:
    MigrationRecorder(connection).record_unapplied(*MigrationLoader(connection).graph.leaf_nodes("hub")[0])
    assert said(readiness.database).endswith("run manage.py prepare.")


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_named(real: Settings) -> None:
    def gone(*arguments: object) -> object:
        raise OperationalError("no route")

    with connection.execute_wrapper(gone):
        assert said(readiness.database).startswith("The database cannot be reached (OperationalError)")


@pytest.mark.django_db
def test_the_command_says_everything_and_fails(real: Settings) -> None:
    output = io.StringIO()
    real.DEBUG = True
    with pytest.raises(CommandError, match="not as"):
        call_command("production_check", stdout=output)
    lines = output.getvalue().splitlines()
    assert lines == readiness.problems()
    assert [line for line in lines if line.startswith("DEBUG")]
    assert all(line.endswith((".", ").")) for line in lines)


def test_the_settings_of_the_demonstration_are_not_ready() -> None:
    assert django_settings.DEMO
    assert "use hub.settings.production" in said(readiness.settings_are_real)
