"""From the first question to the first page inside, with a browser: an applicant and two vetters."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from community.actions.terms import accept_terms
from community.api import publish_first_terms
from community.models import Application
from community.queries.terms import current_terms
from community.rules import OBJECTIONS
from community.tasks import admit_agreed
from hub.core import outbox
from tests.factories.browsers import IN_BROWSER, add_virtual_device, code_of_now, faults_at_each_width, follow
from tests.factories.community import FOUND_AT, FOUND_NUMBER, make_agency, make_vetter
from tests.factories.people import sign_in

pytestmark = IN_BROWSER

ADDRESS = "g.wanjiru@police.example"
NARROW = 320
PASSWORD = "otter-lamp-71-quilt"
Made = TypeVar("Made")


class Desk(NamedTuple):
    """The sessions of two vetters, made before the browser starts: afterwards the database is the server's."""

    first: dict[str, Any]
    second: dict[str, Any]


@pytest.fixture
def desk(live_server: Any) -> Desk:
    """Two vetters of other agencies than the applicant's."""
    cache.clear()
    make_agency("Kenya Police", domain="police.example")
    publish_first_terms()
    terms = current_terms()
    assert terms is not None

    def session() -> dict[str, Any]:
        client = Client()
        vetter = sign_in(client, make_vetter())
        accept_terms(terms, by=vetter)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}

    return Desk(session(), session())


@pytest.fixture
def before_browser(desk: Desk) -> None:
    """Sign the vetters in first."""


def beside_the_browser(work: Callable[[], Made]) -> Made:
    """Do something with the database, as the worker would, while the browser is open."""

    def run() -> Made:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(60)


def letter() -> str:
    """Have the letters written that wait, and return the newest."""
    beside_the_browser(outbox.drain)
    return str(mail.outbox[-1].body)


class Look:
    """One browser window; `problems` collects what is wrong with any page in it."""

    def __init__(self, browser: Browser, width: int, *, scripts: bool, session: Any = None) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, bypass_csp=True
        )
        if session:
            context.add_cookies([session])
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self._width = width
        self._scripts = scripts
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def inspect(self) -> None:
        """Note what does not fit, and what axe finds."""
        assert self.page.locator("h1").count() == 1
        if not self._scripts:
            return
        faults = faults_at_each_width(self.page, [self._width])
        self.problems += [f"{self.page.url}: {fault}" for fault in faults]

    def go_on(self) -> None:
        """Press the first button of the page's form."""
        self.inspect()
        follow(self.page.locator("main form button.btn").first)


def answer_all(look: Look) -> None:
    page = look.page
    look.go_on()
    page.select_option("[name=country]", "KE")
    look.go_on()
    page.locator("[name=agency]").first.check()
    look.go_on()
    page.fill("[name=unit]", "Cybercrime unit")
    look.go_on()
    page.fill("[name=name]", "Grace Wanjiru")
    look.go_on()
    page.check("[name=job][value=investigator]")
    look.go_on()
    page.check("[name=languages][value=en]")
    look.go_on()
    page.fill("[name=purpose]", "Sorting of seized media.")
    look.go_on()
    look.go_on()
    page.fill("[name=how_to_verify]", "The page of the unit.")
    look.go_on()
    look.go_on()
    look.go_on()
    page.fill("[name=email]", "g.wanjiru@gmail.com")
    look.go_on()
    look.inspect()
    assert page.locator("[name=email]").input_value() == "g.wanjiru@gmail.com"
    page.fill("[name=email]", ADDRESS)
    look.go_on()


def add_passkey(look: Look) -> None:
    """Add a passkey of a virtual device; whoever has just set the password need not write it again."""
    add_virtual_device(look.page)
    look.inspect()
    follow(look.page.locator("main a[href$='/2fa/webauthn/add/']"))
    look.inspect()
    look.page.check("#id_passwordless")
    follow(look.page.locator("#passkey_add"))
    assert look.page.url.endswith("/2fa/recovery-codes/")


def add_app(look: Look, base: str, language: str) -> None:
    """Add an authenticator app by the key that the page shows as text."""
    look.page.goto(f"{base}/{language}/account/2fa/totp/activate/")
    look.inspect()
    key = look.page.inner_text("main code")
    look.page.fill("#id_code", code_of_now(key))
    follow(look.page.locator("main form:not([id]) button.btn").first)


def approve(look: Look, base: str, language: str, *, call: bool) -> None:
    page = look.page
    page.goto(f"{base}/{language}/vetting/")
    look.inspect()
    follow(page.locator("main table a").first)
    look.inspect()
    if call:
        if page.locator("[name=number]").is_hidden():
            page.locator("details summary").first.click()
        page.fill("[name=number]", FOUND_NUMBER)
        page.fill("[name=source_url]", FOUND_AT)
        page.check("[name=holds][value=yes]")
        follow(page.locator("form[action$='/call/'] button"))
    page.select_option("[name=decision]", "approve:confirmed")
    follow(page.locator("form[action$='/decide/'] button"))
    look.inspect()


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", NARROW, True), ("zh-hans", NARROW, False)]
)
def test_an_officer_applies_and_two_people_let_them_in(
    browser: Browser, live_server: Any, desk: Desk, language: str, width: int, scripts: bool
) -> None:
    applicant = Look(browser, width, scripts=scripts)
    applicant.page.goto(f"{live_server.url}/{language}/join/")
    answer_all(applicant)
    code = re.search(r"\b\d{6}\b", letter())
    assert code is not None
    applicant.page.fill("[name=code]", code[0])
    applicant.go_on()
    applicant.go_on()  # without the terms
    assert applicant.page.url.endswith("/join/check/")
    applicant.page.check("[name=accept]")
    applicant.go_on()
    assert applicant.page.url.endswith("/join/status/")
    applicant.inspect()

    # Whoever is drawn by lot needs a third vetter; this one is not.
    beside_the_browser(lambda: Application.objects.update(third_review=False))
    first = Look(browser, width, scripts=scripts, session=desk.first)
    second = Look(browser, width, scripts=scripts, session=desk.second)
    approve(first, live_server.url, language, call=True)
    approve(second, live_server.url, language, call=False)

    def time_passes() -> None:
        Application.objects.update(agreed_at=timezone.now() - OBJECTIONS - timedelta(minutes=1))
        admit_agreed()

    beside_the_browser(time_passes)
    link = re.search(r"/account/enrol/[\w-]{43}/", letter())
    assert link is not None
    applicant.page.goto(f"{live_server.url}/{language}{link[0]}")
    applicant.go_on()
    page = applicant.page
    page.fill("#id_password1", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    applicant.go_on()
    if language == "en":
        add_passkey(applicant)
    else:
        add_app(applicant, live_server.url, language)
    assert page.locator("main code").count() == 10  # recovery codes, shown once
    page.goto(f"{live_server.url}/{language}/catalogue/")
    assert page.url.startswith(f"{live_server.url}/{language}/account/terms/?next=")
    applicant.go_on()
    assert page.url == f"{live_server.url}/{language}/catalogue/"
    assert [*applicant.problems, *first.problems, *second.problems] == []
