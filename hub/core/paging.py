"""Lists that are shown page by page."""

from __future__ import annotations

_LONGEST = 11
"""Digits: more are no page of anything, and dear to read."""


def number_of_page(text: str) -> int | None:
    """Return the page that an address asks for: the first if it asks for none, None if what it says is no page."""
    if not text:
        return 1
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST and int(text) >= 1:
        return int(text)
    return None
