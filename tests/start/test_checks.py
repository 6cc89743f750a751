"""The questions of `start.py --check`, put to a small server that answers wrongly on purpose."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from launcher.checks import LANGUAGES, Browser, check_answers
from launcher.failures import RefusalError

HEALTHY = '{"database": "ok", "search": {"healthy": true, "reason": ""}, "worker_age_seconds": 1}'
FORM = '<html lang="en"><input type="hidden" name="csrfmiddlewaretoken" value="t0ken">'


class Site(ThreadingHTTPServer):
    """Answers by a table from path to status and text; a status of 302 has the new path for text."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {"/healthz/": (200, HEALTHY), "/en/demo/": (200, FORM)}
        for code, language in LANGUAGES.items():
            self.answers[f"/{code}/"] = (200, f'<!doctype html>\n<html lang="{language}" dir="auto">')
            self.answers[f"/{code}/catalogue/"] = self.answers[f"/{code}/"]
        self.posted = ""


class Handler(BaseHTTPRequestHandler):
    """Looks the answer up; remembers what was posted and sets a cookie."""

    server: Site

    def do_GET(self) -> None:
        status, text = self.server.answers.get(self.path, (404, "nothing here"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
        self.send_header("Set-Cookie", "session=1; Path=/")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted = f"{body} {self.headers['Cookie']}"
        self.do_GET()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a server that answers as the hub should."""
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_right_answers_pass_and_the_form_is_sent_with_token_and_cookie(site: Site) -> None:
    check_answers(site.server_port)
    assert site.posted == "role=investigator&csrfmiddlewaretoken=t0ken session=1"


@pytest.mark.parametrize(
    ("path", "status", "text", "reason"),
    [
        ("/healthz/", 503, "", "/healthz/ answers with status 503"),
        ("/ru/", 500, "", "/ru/ answers with status 500"),
        ("/fr/catalogue/", 302, "/fr/", "/fr/catalogue/ leads to /fr/"),
        ("/zh-hans/", 200, '<html lang="en">', "/zh-hans/ does not say that it is written in zh-Hans"),
        ("/en/demo/", 200, '<html lang="en">', "shows no form"),
        ("/en/demo/", 404, "", "shows no form"),
    ],
)
def test_wrong_answers_are_named(site: Site, path: str, status: int, text: str, reason: str) -> None:
    site.answers[path] = (status, text)
    with pytest.raises(RefusalError, match=reason):
        check_answers(site.server_port)


def test_a_proxy_in_the_environment_is_not_asked(
    site: Site, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port}")
    assert Browser(site.server_port).ask("/en/").status == 200


def test_nobody_there_is_status_0(closed_port: int) -> None:
    assert Browser(closed_port).ask("/").status == 0
