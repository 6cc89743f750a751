"""The gallery in Chromium: nothing scrolls sideways, axe finds nothing, filters update in place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.browsers import IN_BROWSER, faults_at_each_width, follow

pytestmark = IN_BROWSER


def open_gallery(browser: Browser, address: str, query: str, width: int) -> Page:
    """Open the gallery and fail on any error in the console."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"{address}/styleguide/?{query}")
    assert problems == []
    return page


@pytest.mark.parametrize(
    ("language", "theme"),
    [
        ("en", "light"),
        ("en", "dark"),
        ("ar", "light"),
        ("zh-hans", "light"),
    ],  # Colours are the same in each language.
)
def test_every_part_fits_and_is_accessible(browser: Browser, live_server, language: str, theme: str) -> None:
    page = open_gallery(browser, live_server.url, f"language={language}&theme={theme}", 1280)
    assert faults_at_each_width(page, (320, 800, 1280)) == []


def test_a_choice_updates_results_in_place(browser: Browser, live_server) -> None:
    page = open_gallery(browser, live_server.url, "language=en", 1280)
    expect(page.locator("#filter-submit")).to_be_hidden()
    page.click("#facet-offline summary")
    page.focus("#facet-stage-analysis")
    page.keyboard.press("Space")
    expect(page.locator("#live")).to_have_text(re.compile("^1 tool"))
    expect(page).to_have_url(re.compile("stage=analysis"))
    assert "q=" not in page.url
    expect(page.locator("#facet-stage-analysis")).to_be_focused()
    expect(page.locator("#facet-offline")).to_have_attribute("open", "")
    expect(page.locator("#facet-stage summary small")).to_have_text("1 chosen")
    page.go_back()
    expect(page.locator("li.hit")).to_have_count(4)


def test_a_narrow_screen_shows_filters_instead_of_results(browser: Browser, live_server) -> None:
    page = open_gallery(browser, live_server.url, "language=en", 390)
    page.click(".open-f")
    expect(page.locator("#filters")).to_be_visible()
    expect(page.locator("#results")).to_be_hidden()
    page.click("#facet-stage-analysis")
    expect(page.locator("#filter-submit")).to_have_text("Show 1 tool")
    page.click("#filter-submit")
    expect(page.locator("#results")).to_be_visible()
    expect(page.locator("#filters")).to_be_hidden()


def test_filters_work_without_a_script(browser: Browser, live_server) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/styleguide/?language=en")
    page.check("#facet-stage-analysis")
    follow(page.locator("#filter-submit"))
    assert page.inner_text("#results .count").startswith("1 tool")
