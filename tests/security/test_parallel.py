"""Limits hold when everybody comes at once, through several processes (security items 6, 18).

A real server, a real database in a file, the limits where the demonstration keeps them.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests.factories.people import PASSWORD, add_app, code_of_app, make_member
from tests.factories.servers import POSTGRES_URL

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LOG_IN = "/en/account/login/"
CODE = "/en/account/2fa/authenticate/"


class Browser:
    """Asks the server as a browser does, keeping cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.text = ""

    def ask(self, path: str, form: dict[str, str] | None = None) -> int:
        """Return the status of the answer to GET, or to POST with a form."""
        conversation = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is None:
            conversation.request("GET", path, headers=headers)
        else:
            body = urlencode(form | {"csrfmiddlewaretoken": self.token()})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            conversation.request("POST", path, body, headers)
        answer = conversation.getresponse()
        self.text = answer.read().decode()
        for name, value in re.findall(
            r"^(\w+)=([^;]*)", "\n".join(answer.headers.get_all("Set-Cookie") or []), re.MULTILINE
        ):
            self.cookies[name] = value
        conversation.close()
        return answer.status

    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        assert found is not None, self.text[:500]
        return found[1]


def database_for_others(folder: Path) -> str:
    """Return the address of a database that holds what the test's holds, for other processes."""
    if connection.vendor == "postgresql":
        return urlsplit(POSTGRES_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        connection.connection.backup(copy)
    return f"sqlite:///{folder / 'copy.sqlite3'}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[[], int]]:
    """Start two processes of four threads on the test's database, or a copy of it; return how to learn the port."""
    started: list[subprocess.Popen] = []

    def start() -> int:
        address = database_for_others(tmp_path)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "hub.settings.test",
            "HUB_TEST_DATA_DIR": str(tmp_path),
            "HUB_SECRET_KEY": settings.SECRET_KEY,
            "HUB_TEST_DATABASE_URL": address,
        }
        command = ["-m", "gunicorn", "hub.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
        started.append(
            subprocess.Popen(
                [sys.executable, *command, "--threads", "4", "--no-control-socket"],
                env=environment,
                cwd=Path(__file__).parents[2],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if Browser(port).ask("/robots.txt") == 200:
                    return port
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the server does not answer")

    yield start
    for process in started:
        process.terminate()
        process.wait(30)


def all_at_once(asks: list[Callable[[], int]]) -> list[int]:
    """Let all ask at the same moment."""
    barrier = Barrier(len(asks))

    def run(ask: Callable[[], int]) -> int:
        barrier.wait()
        return ask()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(run, asks))


def test_limits_hold_under_parallel_requests(server: Callable[[], int]) -> None:
    cache.clear()
    member, other = make_member(password=PASSWORD), make_member(password=PASSWORD)
    add_app(member)
    port = server()

    # Item 18: one code opens one session, however many send it at once.
    browsers = [Browser(port) for _ in range(4)]
    for browser in browsers:
        assert browser.ask(LOG_IN) == 200
        assert browser.ask(LOG_IN, {"login": member.email, "password": PASSWORD}) == 302
        assert browser.ask(CODE) == 200
    code = code_of_app(time.time())
    statuses = all_at_once(
        [lambda browser=browser: browser.ask(CODE, {"code": code}) for browser in browsers]
    )
    assert sorted(statuses) == [200, 200, 200, 302]
    assert sorted(browser.ask("/en/catalogue/") for browser in browsers) == [200, 302, 302, 302]

    # Item 6: twenty wrong passwords for one account at once are at most five tries; the others are refused.
    browsers = [Browser(port) for _ in range(20)]
    for browser in browsers:
        assert browser.ask(LOG_IN) == 200
    wrong = {"login": other.email, "password": "wrong-password-here"}
    statuses = all_at_once([lambda browser=browser: browser.ask(LOG_IN, wrong) for browser in browsers])
    assert 1 <= statuses.count(200) <= 5
    assert set(statuses) <= {200, 429, 503}
    assert browsers[0].ask(LOG_IN) == 200
    assert browsers[0].ask(LOG_IN, {"login": other.email, "password": PASSWORD}) == 429
