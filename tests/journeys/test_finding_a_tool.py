"""An investigator finds the tool that fits, in Chromium: with and without a script, by keyboard, in three scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.factories.browsers import IN_BROWSER, faults_at_each_width, follow

pytestmark = IN_BROWSER


def sign_in(context: BrowserContext, hub: str, role: str = "investigator") -> Page:
    """Enter through the demonstration page, by its plain form."""
    page = context.new_page()
    page.goto(f"{hub}/en/demo/")
    follow(page.locator(f"button[name=role][value={role}]"))
    assert page.url == f"{hub}/en/"
    return page


def watch(page: Page) -> list[str]:
    """Collect what the browser complains of: scripts, policies, missing files."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("console", lambda message: problems.append(f"{page.url}: {message.text}"))
    return problems


def names(page: Page) -> list[str]:
    return page.locator("#results .hit h3 a").all_inner_texts()


def test_a_face_is_searched_in_arabic_and_narrowed_in_place(browser: Browser, hub: str) -> None:
    page = sign_in(browser.new_context(), hub)
    problems = watch(page)
    page.goto(f"{hub}/ar/catalogue/")
    page.locator("#filters-q").fill("التعرف على الوجوه")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("#results .hit h3 a", has_text="Vosk")).to_have_count(0)
    expect(page.locator("#results .hit h3 a", has_text="InsightFace")).to_be_visible()
    before = names(page)
    assert {"InsightFace", "Clearview AI", "face_recognition"} <= set(before)
    assert "Vosk" not in before

    page.locator("#facet-offline-yes").check()
    expect(page).to_have_url(re.compile("offline=yes"))
    expect(page.locator("#results .hit h3 a", has_text="Clearview AI")).to_have_count(0)
    expect(page.locator("#results .hit h3 a", has_text="InsightFace")).to_be_visible()
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("#facet-offline-yes")).to_be_focused()
    expect(page.locator("#live")).not_to_be_empty()

    page.go_back()
    expect(page.locator("#results .hit h3 a", has_text="Clearview AI")).to_be_visible()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert problems == []


def test_the_same_without_a_script_in_chinese(browser: Browser, hub: str) -> None:
    page = sign_in(browser.new_context(java_script_enabled=False), hub)
    page.goto(f"{hub}/zh-hans/catalogue/")
    page.locator("#filters-q").fill("人脸识别")
    follow(page.locator(".q button"))
    assert page.url.startswith(f"{hub}/zh-hans/catalogue/?q=")
    assert "InsightFace" in names(page)
    page.locator("#facet-offline-yes").check()
    follow(page.locator("#filter-submit"))
    assert "offline=yes" in page.url
    assert "InsightFace" in names(page)
    assert "Clearview AI" not in names(page)
    follow(page.locator("#results .hit h3 a", has_text="InsightFace"))
    assert page.locator("h1").inner_text() == "InsightFace"
    # The English summary says that it is English, and the page keeps the query when the language changes.
    assert page.locator("p.lead").get_attribute("lang") == "en"


def test_a_typing_error_is_mended_and_can_be_taken_back(browser: Browser, hub: str) -> None:
    page = sign_in(browser.new_context(), hub)
    page.goto(f"{hub}/en/catalogue/?q=hash+maching")
    expect(page.locator("#search-note")).to_contain_text("hash matching")
    assert "PhotoDNA" in names(page)
    page.locator("#search-note a").first.click()
    expect(page).to_have_url(re.compile("exact=1"))
    expect(page.locator("#filters-q")).to_have_value("hash maching")


def test_everything_is_reached_by_keyboard(browser: Browser, hub: str) -> None:
    page = sign_in(browser.new_context(), hub)
    page.goto(f"{hub}/en/catalogue/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    reached: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        focus: dict[str, Any] = page.evaluate(
            """() => {
                const at = document.activeElement, box = at.getBoundingClientRect();
                const style = getComputedStyle(at);
                return {key: at.id || at.getAttribute('href') || at.tagName,
                        seen: box.bottom > 0 && box.top < innerHeight, outline: style.outlineStyle};
            }"""
        )
        if focus["key"] in reached:
            continue
        assert focus["seen"], f"{focus['key']} has the focus out of sight"
        assert focus["outline"] != "none", f"{focus['key']} does not show its focus"
        reached.add(focus["key"])
        if focus["key"] == "/en/catalogue/whisper/":
            break
    assert {"filters-q", "facet-stage-analysis", "sort", "/en/catalogue/whisper/"} <= reached
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Whisper")


def test_on_a_narrow_screen_the_filters_replace_the_results(browser: Browser, hub: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = sign_in(context, hub)
    page.goto(f"{hub}/en/catalogue/")
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("a.open-f").click()
    expect(page.locator("#filters")).to_be_visible()
    expect(page.locator("#results")).to_be_hidden()
    page.locator("#facet-stage-victim-identification").check()
    follow(page.locator("#filter-submit"))
    assert "stage=victim-identification" in page.url
    expect(page.locator("#results .hit").first).to_be_visible()


def test_a_wrong_fact_is_reported_and_a_mistake_loses_nothing(browser: Browser, hub: str) -> None:
    page = sign_in(browser.new_context(), hub)
    page.goto(f"{hub}/en/catalogue/whisper/")
    follow(page.get_by_role("link", name="Report a wrong fact"))
    page.locator("textarea").fill("The licence has changed since.")
    follow(page.get_by_role("button", name="Send the report"))
    expect(page.locator(".summary")).to_be_focused()
    assert page.locator("textarea").input_value() == "The licence has changed since."
    assert page.title().startswith("Error:")
    page.get_by_label("Licence").check()
    follow(page.get_by_role("button", name="Send the report"))
    expect(page.locator("h1")).to_have_text("Whisper")
    expect(page.get_by_role("status").first).to_contain_text("editors")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_catalogue_fits_and_is_accessible(browser: Browser, hub: str, scheme: str) -> None:
    page = sign_in(browser.new_context(color_scheme=scheme), hub)
    problems = watch(page)
    addresses = (
        "catalogue/",
        "catalogue/?q=face&stage=victim-identification&nonsense=1",
        "catalogue/?q=zzzzqq&offline=no",
        "catalogue/whisper/",
        "catalogue/clearview-ai/",
        "catalogue/whisper/report/",
    )
    # Colours are the same in every language.
    for language in ("en", "ar", "zh-hans") if scheme == "light" else ("en",):
        for address in addresses:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(f"{hub}/{language}/{address}")
            problems += [f"{page.url}: {fault}" for fault in faults_at_each_width(page, (1280, 320))]
    assert problems == []
