"""Reading pages as a person would: the text in their middle."""

from __future__ import annotations

import html
import re
from typing import Any


def main_of(answer: Any) -> str:
    """Return the main part of an answer, with its entities as letters."""
    text = answer.content.decode()
    return html.unescape(text[text.index("<main") : text.index("</main>")])


def words_of(answer: Any) -> str:
    """Return the words of the main part, without tags, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(answer)).split())
