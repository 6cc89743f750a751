"""What production settings say, asked of a process of its own (security items 47, 48, 59)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, logging
import django
from django.conf import settings
django.setup()
logging.disable()
from django.core.checks import run_checks
from django.test import Client
from django.urls import NoReverseMatch, reverse

def has(name):
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True

secure = Client().get("/robots.txt", secure=True, SERVER_NAME="hub.example.org")
plain = Client().get("/robots.txt", SERVER_NAME="hub.example.org")
other = Client().get("/robots.txt", secure=True, SERVER_NAME="localhost")
print(json.dumps({
    "routes": [name for name in ("demo", "styleguide") if has(name)],
    "apps": [name for name in settings.INSTALLED_APPS if "demo" in name],
    "debug": settings.DEBUG,
    "demo": settings.DEMO,
    "errors": [f"{message.id} {message.msg}" for message in run_checks() if message.level >= 40],
    "deploy": [f"{message.id} {message.msg}" for message in run_checks(include_deployment_checks=True)
               if message.id.startswith("security.") and message.id not in settings.SILENCED_SYSTEM_CHECKS],
    "secure": [secure.status_code, dict(secure.headers)],
    "plain": [plain.status_code, plain.headers.get("Location")],
    "other": other.status_code,
    "cookies": {kind: [getattr(settings, f"{kind}_COOKIE_{part}") for part in
                       ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
                for kind in ("SESSION", "CSRF")},
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Ask a process that runs with production settings."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))
    }
    environment.pop("DATABASE_URL", None)
    environment |= {
        "DJANGO_SETTINGS_MODULE": "hub.settings.production",
        "HUB_DATA_DIR": str(tmp_path_factory.mktemp("production")),
        "HUB_ALLOWED_HOSTS": "hub.example.org",
        "HUB_SECRET_KEY": "a-key-of-the-test-" + "x" * 60,
    }
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_there_is_no_demonstration(production: dict) -> None:
    assert (production["routes"], production["apps"]) == ([], [])
    assert (production["demo"], production["debug"]) == (False, False)


def test_the_checks_pass(production: dict) -> None:
    assert [error for error in production["errors"] if error.startswith("hub.door")] == []
    assert production["deploy"] == []


def test_everything_is_encrypted_on_the_way(production: dict) -> None:
    """Item 48."""
    status, headers = production["secure"]
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert production["plain"] == [301, "https://hub.example.org/robots.txt"]


def test_other_hosts_are_refused(production: dict) -> None:
    assert production["other"] == 400


def test_cookies_belong_to_this_host_alone(production: dict) -> None:
    """Item 47."""
    for kind, name in (("SESSION", "__Host-s"), ("CSRF", "__Host-c")):
        assert production["cookies"][kind] == [name, True, True, "Lax", "/", None]


def test_production_does_not_start_without_its_hosts(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))
    }
    result = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=environment
        | {"DJANGO_SETTINGS_MODULE": "hub.settings.production", "HUB_DATA_DIR": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode != 0
    assert "HUB_ALLOWED_HOSTS must name the hosts" in result.stderr
