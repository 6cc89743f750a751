"""The door in Chromium: with and without JavaScript, from left and from right, by password and by passkey."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from community import api as community
from tests.factories.browsers import IN_BROWSER, add_virtual_device, code_of_now, faults_at_each_width, follow
from tests.factories.people import PASSWORD, SEED, add_app, make_member

NEW_PASSWORD = "otter-lamp-71-quilt"

pytestmark = IN_BROWSER


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
def before_browser(people: People) -> None:
    """Make the people first."""


def open_page(context: BrowserContext, problems: list[str]) -> Page:
    """Open a page that notes every complaint of the browser."""
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    return page


def main_button(page: Page) -> None:
    """Press the button of the page's form, which leads to another page or to this one again."""
    follow(page.locator("main form:not([id]) .btn:not(.line)").first)


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
    summary = page.locator(".summary")
    expect(summary).to_be_visible()
    if script:
        expect(summary).to_be_focused()
    assert page.input_value("#id_password") == ""
    page.fill("#id_password", PASSWORD)
    main_button(page)
    assert page.url == f"{live_server.url}/{language}/account/2fa/authenticate/"
    page.fill("#id_code", code_of_now(SEED))
    main_button(page)
    assert page.url == f"{live_server.url}/{language}/catalogue/?q=face"
    page.goto(f"{live_server.url}/{language}/account/")
    assert problems == []
    follow(page.locator("main .btn").first)
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
    follow(page.locator("text=Add an app"))
    assert page.locator("svg[role=img]").bounding_box()["width"] >= 200
    key = page.inner_text("code")
    page.fill("#id_code", "000000")
    main_button(page)
    assert page.inner_text("code") == key
    page.fill("#id_code", code_of_now(key))
    main_button(page)
    assert page.locator("main code").count() == 10
    follow(page.locator("text=I have kept them"))
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
    follow(page.locator("text=Add a passkey"))
    page.fill("#id_password", PASSWORD)
    main_button(page)
    page.check("#id_passwordless")
    follow(page.locator("#passkey_add"))
    assert page.url.endswith("/2fa/recovery-codes/")
    page.goto(f"{home}/en/account/2fa/webauthn/")
    assert page.locator("li.person").count() == 1
    page.goto(f"{home}/en/catalogue/")
    assert page.url == f"{home}/en/catalogue/"
    context.clear_cookies()
    page.goto(f"{home}/en/account/login/?next=/en/catalogue/")
    follow(page.locator("#passkey_login"))
    assert page.url == f"{home}/en/catalogue/"
    context.clear_cookies()
    page.goto(f"{home}/en/account/login/")
    page.fill("#id_login", people.newcomer)
    page.fill("#id_password", PASSWORD)
    main_button(page)
    follow(page.locator("#passkey_authenticate"))
    assert page.url == f"{home}/en/"
    assert problems == []


def test_a_session_that_ended_sends_a_live_page_to_the_log_in(browser: Browser, live_server: Any) -> None:
    """htmx would put the log-in into the results; the page goes there instead."""
    page = browser.new_page()
    page.goto(f"{live_server.url}/en/demo/")
    follow(page.locator("button[value=investigator]"))
    page.goto(f"{live_server.url}/en/catalogue/")
    page.context.clear_cookies()
    page.fill("#q, input[name=q]", "face")
    page.press("input[name=q]", "Enter")
    expect(page).to_have_url(re.compile(r"/en/account/login/\?next="))
    expect(page.locator("#id_login")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_pages_of_the_door_fit_and_are_accessible(browser: Browser, live_server: Any, language: str) -> None:
    page = browser.new_page()

    def check(path: str) -> None:
        page.goto(f"{live_server.url}/{language}/{path}")
        assert faults_at_each_width(page, (320, 1280)) == [], path

    for path in ("account/login/", "account/inactive/", "demo/", "none/", "account/enrol/"):
        check(path)
    page.goto(f"{live_server.url}/{language}/demo/")
    follow(page.locator("button[value=administrator]"))
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
        follow(page.locator(f"button[value={role}]"))
        for path in paths:
            check(path)
