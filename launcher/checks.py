"""Questions to the running hub, asked as a browser would."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple

from launcher.failures import RefusalError

# Code in addresses: code in the lang attribute.
LANGUAGES = {"ar": "ar", "zh-hans": "zh-Hans", "en": "en", "fr": "fr", "ru": "ru", "es": "es"}
_SECONDS_UNTIL_WELL = 30


class Answer(NamedTuple):
    """Status (0 when nothing answers), path after redirects, and text."""

    status: int
    path: str
    text: str


class Browser:
    """Asks the hub, keeping cookies, never through a proxy."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._headers = dict(headers or {})
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Return the answer to GET, or to POST with a form."""
        address = self._base + path
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(address, data=body, headers={"Referer": address, **self._headers})
        try:
            with self._opener.open(request, timeout=30) as answer:
                place = urllib.parse.urlsplit(answer.geturl()).path
                return Answer(answer.status, place, answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, path, error.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, path, str(error))


def check_answers(port: int) -> None:
    """Ask for health, home page and, signed in as an investigator, the catalogue, in six languages.

    Raises RefusalError with the first thing that is wrong.
    """
    browser = Browser(port)
    _check_health(browser)
    for code in LANGUAGES:
        _check_page(browser, f"/{code}/", code)
    _sign_in(browser, "investigator")
    for code in LANGUAGES:
        _check_page(browser, f"/{code}/catalogue/", code)


def _check_health(browser: Browser) -> None:
    """Database, search index and worker must be well; the worker has some seconds to report."""
    deadline = time.monotonic() + _SECONDS_UNTIL_WELL
    while True:
        answer = browser.ask("/healthz/")
        if answer.status != 200:
            raise RefusalError(f"/healthz/ answers with status {answer.status}")
        state = json.loads(answer.text)
        age = state["worker_age_seconds"]
        search_is_well = state["search"]["healthy"] and not state["search"]["reason"]
        if state["database"] == "ok" and search_is_well and age is not None and age <= 30:
            return
        if time.monotonic() > deadline:
            raise RefusalError(f"/healthz/ says that something is not well: {answer.text.strip()}")
        time.sleep(0.5)


def _check_page(browser: Browser, path: str, language: str) -> None:
    """The page must be there, in its own language, without a redirect."""
    answer = browser.ask(path)
    if answer.status != 200:
        raise RefusalError(f"{path} answers with status {answer.status}")
    if answer.path != path:
        raise RefusalError(f"{path} leads to {answer.path}")
    if not re.search(rf'<html[^>]*\blang="{LANGUAGES[language]}"', answer.text):
        raise RefusalError(f"{path} does not say that it is written in {LANGUAGES[language]}")


def _sign_in(browser: Browser, role: str) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.ask("/en/demo/").text)
    if not token:
        raise RefusalError("The demo page /en/demo/ shows no form to sign in with")
    answer = browser.ask("/en/demo/", {"role": role, "csrfmiddlewaretoken": token[1]})
    if answer.status != 200:
        raise RefusalError(f"Signing in as {role} ends at {answer.path} with status {answer.status}")
