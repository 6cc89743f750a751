"""Rules of the roof that are verified at every start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.models.pages import RESERVED_SLUGS


@register(Tags.translation)
def languages_are_the_six(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every list of languages is the one of the floor, in its order: the language bar shows that."""
    lists = {
        "LANGUAGES": tuple(code for code, _ in settings.LANGUAGES),
        "WAGTAIL_CONTENT_LANGUAGES": tuple(code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES),
        "MODELTRANSLATION_LANGUAGES": tuple(settings.MODELTRANSLATION_LANGUAGES),
    }
    found: list[CheckMessage] = [
        Error(f"{name} differs from the languages of hub.core.languages.", id="hub.E001")
        for name, codes in lists.items()
        if codes != LANGUAGE_CODES
    ]
    defaults = (settings.LANGUAGE_CODE, settings.MODELTRANSLATION_DEFAULT_LANGUAGE)
    if set(defaults) != {DEFAULT_LANGUAGE}:
        found.append(Error(f"The default language must be {DEFAULT_LANGUAGE} everywhere.", id="hub.E002"))
    return found


@register(Tags.urls)
def rooms_are_reserved(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """No page can be given an address that a room answers: nobody would ever see it."""
    return [
        Error(
            f"/{part}/ belongs to the program, and a page could take it.",
            hint="Add it to RESERVED_SLUGS in hub/models/pages.py.",
            id="hub.E003",
        )
        for part in sorted(set(_first_parts()) - RESERVED_SLUGS)
    ]


def _first_parts() -> Iterator[str]:
    """Yield the first fixed part, after the language, of every address that is not a page's."""
    for outer in get_resolver().url_patterns:
        if isinstance(outer, URLResolver) and isinstance(outer.pattern, LocalePrefixPattern):
            for inner in outer.url_patterns:
                if (part := _first_part(inner)) and part.isidentifier():
                    yield part


def _first_part(pattern: URLPattern | URLResolver) -> str:
    return str(pattern.pattern).lstrip("^").partition("/")[0]
