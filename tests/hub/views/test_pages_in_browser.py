"""Pages of the roof in Chromium: nothing scrolls sideways, nothing is complained about, axe finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from hub.models import CaseFact
from hub.seed import seed_pages
from tests.factories.browsers import IN_BROWSER, faults_at_each_width, leaving
from tests.factories.catalogue import CautionFactory, FactSourceFactory, StageFactory, ToolFactory
from tests.factories.people import sign_in_member

pytestmark = IN_BROWSER


@pytest.fixture
def content() -> None:
    """Pages, a tool with a caution, gaps in what is known, and figures from elsewhere."""
    seed_pages()
    tool = ToolFactory(
        code="whisper", ai_role="core-ai", access="", cost_model="", stages=[StageFactory(code="analysis")]
    )
    FactSourceFactory(tool=tool)
    CautionFactory(tool=tool)
    for number in range(8):
        CaseFact.objects.create(
            code=f"f{number}",
            fact_en=f"Figure {number} of many.",
            as_of_en="2024 or later" if number % 2 else "2024-02",
            source_url="https://example.org/",
            is_shown=True,
        )


@pytest.fixture
def cookie(live_server: Any, content: None) -> dict[str, str]:
    """The session of a member, for a browser to have."""
    client = Client()
    sign_in_member(client)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }


@pytest.fixture
def before_browser(cookie: dict[str, str]) -> None:
    """Fill the database and sign the member in first."""


class Visit:
    """One tab, visiting page after page; `problems` collects what is wrong with each."""

    def __init__(self, browser: Browser, base: str, scheme: str, cookie: Any = None) -> None:
        context = browser.new_context(color_scheme=scheme, bypass_csp=True)
        if cookie:
            context.add_cookies([cookie])
        self._base = base
        self._name = f"{scheme} {'member' if cookie else 'visitor'}"
        self._page = context.new_page()
        self._page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self._page.on("console", lambda message: self._note(f"console: {message.text}"))
        self.problems: list[str] = []

    def see(self, path: str, *, widths: tuple[int, ...] = (320, 1280), with_axe: bool = True) -> None:
        """Look at a page at each width, with its details opened."""
        answer = self._page.goto(self._base + path)
        assert answer is not None
        assert answer.status == 200
        for fault in faults_at_each_width(self._page, widths, with_axe=with_axe):
            self._note(fault)

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self._name} {self._page.url}: {problem}")


def test_every_page_fits_and_is_accessible(browser: Browser, live_server: Any, cookie: Any) -> None:
    visitor = Visit(browser, live_server.url, "light")
    member = Visit(browser, live_server.url, "light", cookie)
    for language in ("en", "ar", "zh-hans"):
        visitor.see(f"/{language}/")
        visitor.see(f"/{language}/about/", widths=(320,))
        member.see(f"/{language}/")
        member.see(f"/{language}/learning/", widths=(320,))
    for language in ("fr", "ru", "es"):
        visitor.see(f"/{language}/", widths=(320,), with_axe=False)
        visitor.see(f"/{language}/neutrality/", widths=(320,), with_axe=False)
        member.see(f"/{language}/", widths=(320,), with_axe=False)
        member.see(f"/{language}/community/", widths=(320,), with_axe=False)
    dark_visitor = Visit(browser, live_server.url, "dark")
    dark_visitor.see("/en/", widths=(1280,))
    dark_member = Visit(browser, live_server.url, "dark", cookie)
    dark_member.see("/en/", widths=(1280,))
    assert [
        problem for visit in (visitor, member, dark_visitor, dark_member) for problem in visit.problems
    ] == []


def test_the_desk_searches_from_the_keyboard_without_a_script(
    browser: Browser, live_server: Any, cookie: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    page.get_by_label("Search tools").fill("التعرف على الوجوه")
    with leaving(page):
        page.keyboard.press("Enter")
    assert page.url.startswith(f"{live_server.url}/en/catalogue/?q=")
    assert page.locator("h1").count() == 1
