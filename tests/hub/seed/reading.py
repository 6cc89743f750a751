"""Finding pages, and reading them as a person would: the text in their middle."""

from __future__ import annotations

import html
import re
from typing import Any

from wagtail.models import Locale, Page

from hub.models import HomePage, StandardPage


def page(slug: str, language: str) -> Page:
    """Return a page of the seed in a language, by the slug that it has in English."""
    if slug == "home":
        return HomePage.objects.get(locale__language_code=language)
    english = StandardPage.objects.get(slug=slug, locale__language_code="en")
    return english.get_translation(Locale.objects.get(language_code=language)).specific


def main_of(answer: Any) -> str:
    """Return the main part of an answer, with its entities as letters."""
    text = answer.content.decode()
    return html.unescape(text[text.index("<main") : text.index("</main>")])


def words_of(answer: Any) -> str:
    """Return the words of the main part, without tags, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(answer)).split())
