"""Pages of the roof in Chromium: nothing scrolls sideways, nothing is complained about, axe finds nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from hub.models import CaseFact
from hub.seed import seed_pages
from tests.factories.catalogue import CautionFactory, FactSourceFactory, StageFactory, ToolFactory
from tests.factories.people import sign_in_member

CHROMIUM = os.environ.get("HUB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
LANGUAGES = ("en", "ar", "zh-hans", "fr")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.django_db(transaction=True),
]


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
def cookie(live_server: Any, content: None) -> Any:
    """The session of a member, for a browser to have."""
    client = Client()
    sign_in_member(client)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }


@pytest.fixture
def browser(live_server: Any, cookie: Any) -> Iterator[Browser]:
    """A browser that lives shorter than the server, and begins when the database is filled."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def findings(context: BrowserContext, address: str, width: int) -> list[str]:
    """Return everything that is wrong with a page at a width, with its details opened."""
    page = context.new_page()
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.on("console", lambda message: found.append(f"console: {message.text}"))
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        found.append(f"status: {answer and answer.status}")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    scrolled = page.evaluate("document.documentElement.scrollWidth")
    if scrolled > width:
        found.append(f"{scrolled} pixels wide")
    report = Axe().run(page).response
    assert report["passes"]
    found += [f"{finding['id']}: {finding['nodes'][0]['html']}" for finding in report["violations"]]
    page.close()
    return found


def test_every_page_fits_and_is_accessible(browser: Browser, live_server: Any, cookie: Any) -> None:
    problems = {}
    for scheme in ("light", "dark"):
        visitor = browser.new_context(color_scheme=scheme, bypass_csp=True)
        member = browser.new_context(color_scheme=scheme, bypass_csp=True)
        member.add_cookies([cookie])
        for context, paths in ((visitor, ("", "about/", "neutrality/")), (member, ("", "learning/"))):
            for language in LANGUAGES:
                for path in paths:
                    for width in (320, 1280):
                        address = f"{live_server.url}/{language}/{path}"
                        if found := findings(context, address, width):
                            problems[language, path, width, scheme, context is member] = found
    assert problems == {}


def test_the_desk_searches_from_the_keyboard_without_a_script(
    browser: Browser, live_server: Any, cookie: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    page.get_by_label("Search tools").fill("التعرف على الوجوه")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/catalogue/?q=*")
    assert page.locator("h1").count() == 1
