"""Limits hold when everybody comes at once, through several processes (security items 6, 18, 52).

A real server behind a proxy, a real database in a file, the limits in its table and in Redis. Each browser has a network
address of its own, which the proxy names.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core.cache import cache

from hub.core.models import User
from tests.factories.databases import database_for_others
from tests.factories.people import PASSWORD, add_app, code_of_app, make_member
from tests.factories.servers import REDIS_LIMITS_URL, redis_of_its_own

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WITH_REDIS = [pytest.mark.redis, pytest.mark.skipif(not REDIS_LIMITS_URL, reason="needs Redis")]
LOG_IN = "/en/account/login/"
CODE = "/en/account/2fa/authenticate/"
HUB = "/en/catalogue/"


class Browser:
    """Asks the server as a browser does, keeping cookies; the proxy before it names where it is."""

    def __init__(self, port: int, place: str = "198.51.100.1") -> None:
        self.port = port
        self.place = place
        self.cookies: dict[str, str] = {}
        self.text = ""

    def ask(self, path: str, form: dict[str, str] | None = None) -> int:
        """Return the status of the answer to GET, or to POST with a form."""
        conversation = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-Forwarded-For": self.place,
        }
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


@pytest.fixture(params=["table", pytest.param("Redis", marks=WITH_REDIS)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], int]]:
    """Start two processes of four threads on the test's database, or a copy of it; return how to learn the port."""
    with ExitStack() as stack:
        limits = stack.enter_context(redis_of_its_own(tmp_path)) if request.param == "Redis" else ""

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
                "HUB_TRUSTED_PROXIES": "1",
                "REDIS_LIMITS_URL": limits,
            }
            command = ["-m", "gunicorn", "hub.wsgi:application", "--bind", f"127.0.0.1:{port}"]
            process = subprocess.Popen(
                [sys.executable, *command, "--workers", "2", "--threads", "4", "--no-control-socket"],
                env=environment,
                cwd=Path(__file__).parents[2],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    if Browser(port).ask("/robots.txt") == 200:
                        return port
                except OSError:
                    time.sleep(0.2)
            raise AssertionError("the server does not answer")

        yield start


def all_at_once(asks: list[Callable[[], int]]) -> list[int]:
    """Let all ask at the same moment."""
    barrier = Barrier(len(asks))

    def run(ask: Callable[[], int]) -> int:
        barrier.wait()
        return ask()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(run, asks))


def between_the_two_steps(port: int, member: User, number: int) -> list[Browser]:
    """Browsers, each in a place of its own, in which the right password was written and a code is asked for."""
    browsers = [Browser(port, f"198.51.100.{place}") for place in range(1, number + 1)]
    for browser in browsers:
        assert browser.ask(LOG_IN) == 200
        assert browser.ask(LOG_IN, {"login": member.email, "password": PASSWORD}) == 302
        assert browser.ask(CODE) == 200
    return browsers


def wait_for_a_new_code() -> float:
    """Return a moment at the beginning of the time for which an app shows a code."""
    if (gone := time.time() % 30) > 10:
        time.sleep(30.5 - gone)
    return time.time()


def wrong_password(browser: Browser, email: str) -> int:
    return browser.ask(LOG_IN, {"login": email, "password": "wrong-password-here"})


def comes_in(browser: Browser, member: User) -> list[int]:
    """Write the right password as often as the hub says that it is busy; return all answers."""
    answers = []
    while not answers or (answers[-1] == 503 and len(answers) < 60):
        assert browser.ask(LOG_IN) == 200
        answers.append(browser.ask(LOG_IN, {"login": member.email, "password": PASSWORD}))
    return answers


def test_limits_hold_under_parallel_requests(server: Callable[[], int]) -> None:
    cache.clear()
    member, other, held, bystander = (make_member(password=PASSWORD) for _ in range(4))
    add_app(member)
    add_app(other)
    recovery = Authenticator.objects.get(user=other, type=Authenticator.Type.RECOVERY_CODES)
    recovery_code = RecoveryCodes(recovery).generate_codes()[3]
    port = server()

    # Item 18: one code opens one session, however many send it at once.
    browsers = between_the_two_steps(port, member, 20)
    code = code_of_app(wait_for_a_new_code())
    statuses = all_at_once(
        [lambda browser=browser: browser.ask(CODE, {"code": code}) for browser in browsers]
    )
    assert sorted(statuses) == [200] * 19 + [302]
    assert sorted(browser.ask(HUB) for browser in browsers) == [200] + [302] * 19

    # The same for a recovery code.
    browsers = between_the_two_steps(port, other, 20)
    statuses = all_at_once(
        [lambda browser=browser: browser.ask(CODE, {"code": recovery_code}) for browser in browsers]
    )
    assert sorted(statuses) == [200] * 19 + [302]
    assert sorted(browser.ask(HUB) for browser in browsers) == [200] + [302] * 19

    # Item 6: fifty wrong passwords for one account at once, from fifty places, are at most five tries.
    browsers = [Browser(port, f"203.0.113.{number}") for number in range(50)]
    for browser in browsers:
        assert browser.ask(LOG_IN) == 200
    statuses = all_at_once(
        [lambda browser=browser: wrong_password(browser, held.email) for browser in browsers]
    )
    assert 1 <= statuses.count(200) <= 5
    assert set(statuses) <= {200, 429, 503}
    assert comes_in(Browser(port, "192.0.2.1"), held)[-1] == 429

    # Fifty for fifty accounts at once, from one place, are at most ten; somebody elsewhere comes in meanwhile.
    browsers = [Browser(port, "192.0.2.2") for _ in range(50)]
    for browser in browsers:
        assert browser.ask(LOG_IN) == 200
    meanwhile: list[int] = []
    statuses = all_at_once(
        [
            *(
                lambda browser=browser, number=number: wrong_password(
                    browser, f"nobody-{number}@police.example"
                )
                for number, browser in enumerate(browsers)
            ),
            lambda: meanwhile.extend(comes_in(Browser(port, "192.0.2.3"), bystander)) or 0,
        ]
    )[:50]
    assert 1 <= statuses.count(200) <= 10
    assert set(statuses) <= {200, 429, 503}
    assert meanwhile[-1] == 302
    assert set(meanwhile) <= {302, 503}
    assert comes_in(Browser(port, "192.0.2.2"), bystander)[-1] == 429
