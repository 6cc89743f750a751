"""The gallery in Chromium: nothing scrolls sideways, axe finds nothing, filters update in place."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("HUB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def browser(live_server) -> Iterator[Browser]:
    """A browser that lives shorter than the server and the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def open_gallery(browser: Browser, address: str, query: str, width: int) -> Page:
    """Open the gallery and fail on any error in the console."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"{address}/styleguide/?{query}")
    assert problems == []
    return page


@pytest.mark.parametrize("width", [320, 800, 1280])
@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_fits_and_is_accessible(
    browser: Browser, live_server, width: int, language: str, theme: str
) -> None:
    page = open_gallery(browser, live_server.url, f"language={language}&theme={theme}", width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    report = Axe().run(page).response
    assert report["passes"]
    assert [(finding["id"], finding["nodes"][0]["html"]) for finding in report["violations"]] == []


def test_a_choice_updates_results_in_place(browser: Browser, live_server) -> None:
    page = open_gallery(browser, live_server.url, "language=en", 1280)
    assert not page.locator("#filter-submit").is_visible()
    page.click("#facet-offline summary")
    page.focus("#facet-stage-analysis")
    page.keyboard.press("Space")
    expect(page.locator("#live")).to_have_text(re.compile("^1 tool"))
    assert "stage=analysis" in page.url
    assert "q=" not in page.url
    assert page.evaluate("document.activeElement.id") == "facet-stage-analysis"
    assert page.evaluate("document.querySelector('#facet-offline').open")
    assert page.inner_text("#facet-stage summary small") == "1 chosen"
    page.go_back()
    expect(page.locator("li.hit")).to_have_count(4)


def test_a_narrow_screen_shows_filters_instead_of_results(browser: Browser, live_server) -> None:
    page = open_gallery(browser, live_server.url, "language=en", 390)
    page.click(".open-f")
    assert page.locator("#filters").is_visible()
    assert not page.locator("#results").is_visible()
    page.click("#facet-stage-analysis")
    expect(page.locator("#filter-submit")).to_have_text("Show 1 tool")
    page.click("#filter-submit")
    page.locator("#results").wait_for(state="visible")
    assert not page.locator("#filters").is_visible()


def test_filters_work_without_a_script(browser: Browser, live_server) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/styleguide/?language=en")
    page.check("#facet-stage-analysis")
    page.click("#filter-submit")
    assert page.inner_text("#results .count").startswith("1 tool")
