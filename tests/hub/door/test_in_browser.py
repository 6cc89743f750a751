"""The door in Chromium: with and without JavaScript, from left and from right, by password and by passkey."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from community import api as community
from tests.factories.passkeys import add_virtual_device
from tests.factories.people import PASSWORD, SEED, add_app, make_member

CHROMIUM = os.environ.get("HUB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NEW_PASSWORD = "otter-lamp-71-quilt"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@dataclass(frozen=True)
class People:
    """Who tries to come in. Made before the browser starts: afterwards the database is the server's."""

    officer: str
    newcomer: str
    token: str


@pytest.fixture
def people(live_server: Any) -> People:
    cache.clear()
    officer = make_member(password=PASSWORD)
    add_app(officer)
    newcomer = make_member(password=PASSWORD)
    community.suspend_member(make_member(), by=None, reason="inquiry")
    made = community.create_administrator("first@police.example")
    return People(officer.email, newcomer.email, made.token)


@pytest.fixture
def browser(live_server: Any, people: People) -> Iterator[Browser]:
    """A browser that lives shorter than the server and the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def open_page(context: BrowserContext, problems: list[str]) -> Page:
    """Open a page that notes every complaint of the browser."""
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    return page


def next_code(key: str = SEED) -> str:
    """Wait until a code has some seconds to live, and return it."""
    if time.time() % 30 > 24:
        time.sleep(31 - time.time() % 30)
    return format_hotp_value(hotp_value(key, int(time.time()) // 30))


def main_button(page: Page) -> None:
    page.click("main form:not([id]) .btn:not(.line)")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_member_signs_in_with_password_and_code(
    browser: Browser, live_server: Any, people: People, language: str, script: bool
) -> None:
    problems: list[str] = []
    context = browser.new_context(java_script_enabled=script)
    page = open_page(context, problems)
    page.goto(f"{live_server.url}/{language}/catalogue/?q=face")
    assert page.url.startswith(f"{live_server.url}/{language}/account/login/?next=")
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    page.fill("#id_login", people.officer)
    page.fill("#id_password", "not the password")
    main_button(page)
    if script:
        assert page.evaluate("document.activeElement.className") == "summary"
    assert page.locator(".summary").is_visible()
    assert page.input_value("#id_password") == ""
    page.fill("#id_password", PASSWORD)
    main_button(page)
    assert page.url == f"{live_server.url}/{language}/account/2fa/authenticate/"
    page.fill("#id_code", next_code())
    main_button(page)
    assert page.url == f"{live_server.url}/{language}/catalogue/?q=face"
    page.goto(f"{live_server.url}/{language}/account/")
    assert problems == []
    page.click("main .btn")
    assert page.url == f"{live_server.url}/{language}/"
    page.goto(f"{live_server.url}/{language}/account/")
    assert "/account/login/" in page.url


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_administrator_comes_in_by_a_link(
    browser: Browser, live_server: Any, people: People, script: bool
) -> None:
    problems: list[str] = []
    page = open_page(browser.new_context(java_script_enabled=script), problems)
    page.goto(f"{live_server.url}/en/account/enrol/{people.token}/")
    main_button(page)
    assert people.token not in page.url
    if script:
        page.type("#id_password1", "passwordpassword")
        page.wait_for_selector("#password-strength >> text=easy to guess")
        page.fill("#id_password1", NEW_PASSWORD)
        page.wait_for_selector("#password-strength >> text=very hard to guess")
        page.fill("#id_password1", "")
        page.wait_for_selector("#password-strength:empty", state="attached")
    page.fill("#id_password1", NEW_PASSWORD)
    page.fill("#id_password2", NEW_PASSWORD)
    main_button(page)
    page.click("text=Add an app")
    assert page.locator("svg[role=img]").bounding_box()["width"] >= 200
    key = page.inner_text("code")
    page.fill("#id_code", "000000")
    main_button(page)
    assert page.inner_text("code") == key
    page.fill("#id_code", next_code(key))
    main_button(page)
    assert page.locator("main code").count() == 10
    page.click("text=I have kept them")
    assert page.url == f"{live_server.url}/en/"
    page.goto(f"{live_server.url}/en/catalogue/")
    assert page.url == f"{live_server.url}/en/catalogue/"
    assert problems == []


def test_a_passkey_is_added_and_opens_the_door_alone(
    browser: Browser, live_server: Any, people: People
) -> None:
    problems: list[str] = []
    context = browser.new_context()
    page = open_page(context, problems)
    add_virtual_device(page)
    home = live_server.url
    page.goto(f"{home}/en/account/login/")
    page.fill("#id_login", people.newcomer)
    page.fill("#id_password", PASSWORD)
    main_button(page)
    page.click("text=Add a passkey")
    page.fill("#id_password", PASSWORD)
    main_button(page)
    page.check("#id_passwordless")
    page.click("#passkey_add")
    page.wait_for_url("**/2fa/recovery-codes/")
    page.goto(f"{home}/en/account/2fa/webauthn/")
    assert page.locator("li.person").count() == 1
    page.goto(f"{home}/en/catalogue/")
    assert page.url == f"{home}/en/catalogue/"
    context.clear_cookies()
    page.goto(f"{home}/en/account/login/?next=/en/catalogue/")
    page.click("#passkey_login")
    page.wait_for_url(f"{home}/en/catalogue/")
    context.clear_cookies()
    page.goto(f"{home}/en/account/login/")
    page.fill("#id_login", people.newcomer)
    page.fill("#id_password", PASSWORD)
    main_button(page)
    page.click("#passkey_authenticate")
    page.wait_for_url(f"{home}/en/")
    assert problems == []


def test_a_session_that_ended_sends_a_live_page_to_the_log_in(browser: Browser, live_server: Any) -> None:
    """htmx would put the log-in into the results; the page goes there instead."""
    page = browser.new_page()
    page.goto(f"{live_server.url}/en/demo/")
    page.click("button[value=investigator]")
    page.goto(f"{live_server.url}/en/catalogue/")
    page.context.clear_cookies()
    page.fill("#q, input[name=q]", "face")
    page.press("input[name=q]", "Enter")
    page.wait_for_url(re.compile(r"/en/account/login/\?next="))
    assert page.locator("#id_login").count() == 1


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_door_fit_and_are_accessible(
    browser: Browser, live_server: Any, language: str, width: int
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()

    def check(path: str) -> None:
        page.goto(f"{live_server.url}/{language}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        report = Axe().run(page).response
        assert report["passes"]
        found = [(finding["id"], finding["nodes"][0]["html"]) for finding in report["violations"]]
        assert found == [], path

    for path in ("account/login/", "account/inactive/", "demo/", "none/", "account/enrol/"):
        check(path)
    page.goto(f"{live_server.url}/{language}/demo/")
    page.click("button[value=administrator]")
    for path in ("account/", "account/sessions/", "account/2fa/", "account/2fa/totp/activate/"):
        check(path)
    for path in ("account/2fa/webauthn/", "account/2fa/webauthn/add/", "account/logout/", "demo/"):
        check(path)
    for path in ("", "roles/", "agencies/?country=KE", "focal-points/", "suspensions/", "terms/"):
        check(f"administration/{path}")
    for path in ("", "?page=x&by=system", "?by=x"):
        check(f"administration/audit/{path}")
    for role, paths in {
        "vetter": ("vetting/", "vetting/figures/"),
        "focal-point": ("vetting/country/",),
    }.items():
        page.goto(f"{live_server.url}/{language}/demo/")
        page.click(f"button[value={role}]")
        for path in paths:
            check(path)
