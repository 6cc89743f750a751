"""The six languages of the United Nations, in the order of their language bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface; `code` stands in addresses, `html_lang` in the lang attribute."""

    code: str
    native_name: str
    direction: Literal["ltr", "rtl"]
    html_lang: str


LANGUAGES = (
    Language("ar", "عربي", "rtl", "ar"),
    Language("zh-hans", "中文", "ltr", "zh-Hans"),
    Language("en", "English", "ltr", "en"),
    Language("fr", "Français", "ltr", "fr"),
    Language("ru", "Русский", "ltr", "ru"),
    Language("es", "Español", "ltr", "es"),
)
LANGUAGE_CODES = tuple(language.code for language in LANGUAGES)
_BY_CODE = {language.code: language for language in LANGUAGES}


def get_language(code: str | None) -> Language:
    """Return the language with this code, or English for a code that the hub does not have."""
    return _BY_CODE.get(code or "", _BY_CODE[DEFAULT_LANGUAGE])


def direction_of(code: str | None) -> Literal["ltr", "rtl"]:
    """Return the writing direction of a language code."""
    return get_language(code).direction


def resolve_code(code: str) -> str | None:
    """Return the hub's own code for a way of writing it (EN, zh, zh-CN, fr-CA), or None if it has none.

    >>> resolve_code("zh-cn"), resolve_code("FR_ca"), resolve_code("xx")
    ('zh-hans', 'fr', None)
    """
    folded = code.lower().replace("_", "-")
    if folded in _BY_CODE:
        return folded
    primary = folded.split("-")[0]
    if primary == "zh":
        return "zh-hans"
    return primary if primary in _BY_CODE else None
