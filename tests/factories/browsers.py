"""Chromium for tests, and steps in it that wait for what they lead to.

A click returns once it is done, which may be before the server has answered: whoever reads the page then reads the
old one, or none. So a step to another page is taken with `follow` or within `leaving`; what a page becomes is awaited
with Playwright's `expect`; and only what stands still is read at once.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.factories.people import code_of_app

CHROMIUM = os.environ.get("HUB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
"""The marks of a module whose tests open a browser."""


@pytest.fixture
def before_browser() -> None:
    """What is made before the browser starts; modules put their own in its place.

    While a browser runs, its driver's loop does in this thread, and the database is left to the server.
    """


@pytest.fixture
def browser(live_server: Any, before_browser: object) -> Iterator[Browser]:
    """A browser that lives shorter than the server and the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def leaving(page: Page) -> AbstractContextManager[object]:
    """Wait at the end of the block until the page that the steps in it lead to is there."""
    return page.expect_navigation(timeout=30_000)


def follow(place: Locator) -> None:
    """Press what leads to another page, and wait until that page is there."""
    with leaving(place.page):
        place.click()


def faults_at_each_width(page: Page, widths: Sequence[int], *, with_axe: bool = True) -> list[str]:
    """Return what is wrong with a page whose details are open: where it is wider than a window, and what axe finds.

    Axe looks at the narrowest window, and at each one where the text is from left to right and in English: what it
    finds elsewhere at one width only would be found there, too.
    """
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{wide} pixels wide at {width}")
        if with_axe and (width == min(widths) or page.get_attribute("html", "lang") == "en"):
            report = Axe().run(page).response
            assert report["passes"]
            faults += [
                f"{finding['id']} at {width}: {finding['nodes'][0]['html'][:200]}"
                for finding in report["violations"]
            ]
    return faults


def code_of_now(key: str) -> str:
    """Return the code of an authenticator app, after waiting until it has some seconds to live."""
    if time.time() % 30 > 20:
        time.sleep(31 - time.time() % 30)
    return code_of_app(key=key)


def add_virtual_device(page: Page) -> None:
    """Let the browser have a device for passkeys that asks its owner and gets the right answer."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
