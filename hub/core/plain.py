"""What people type, without characters that nobody sees."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

_UNSEEN = ("Cc", "Cf", "Cs", "Co")
"""Categories of control characters, of marks that turn or join others, of halves, and of private ones."""


def plain_text(value: str) -> str:
    """Return a text without characters that nobody sees: they reorder or hide what others read.

    >>> plain_text("Grace\\u202e\\u200b Wanjiru\\x00\\r\\n")
    'Grace Wanjiru'
    """
    seen = "".join(
        character
        for character in value
        if character in "\n\t" or unicodedata.category(character) not in _UNSEEN
    )
    return unicodedata.normalize("NFC", seen).strip()


class PlainTextField(forms.CharField):
    """A field for what others will read."""

    def to_python(self, value: Any) -> str:
        """Return what was typed as plain text."""
        return plain_text(super().to_python(value) or "")


class PlainURLField(forms.URLField):
    """A field for the address of a page that others will read before they open it."""

    def to_python(self, value: Any) -> str:
        """Return the address as plain text."""
        return super().to_python(plain_text(str(value or ""))) or ""
