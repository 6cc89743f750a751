"""A device for passkeys that Chromium pretends to have."""

from __future__ import annotations

from playwright.sync_api import Page


def add_virtual_device(page: Page) -> None:
    """Let the browser have a device that asks its owner and gets the right answer."""
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
