"""Countries and territories: codes of ISO 3166-1, names of CLDR in six languages."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.text.sorting import in_order

_NO_PLACES = frozenset({"EZ", "QO", "XA", "XB", "ZZ"})


@lru_cache(maxsize=16)
def locale_of(language: str) -> Locale:
    """Return CLDR's locale of a language code of the hub; English for one that CLDR does not have."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT_LANGUAGE)


COUNTRIES: tuple[str, ...] = tuple(
    sorted(
        code
        for code in map(str, locale_of(DEFAULT_LANGUAGE).territories)
        if re.fullmatch("[A-Z]{2}", code) and code not in _NO_PLACES
    )
)
"""The codes that can be chosen."""


def country_name(code: str) -> str:
    """Return the name of a country in the active language; the code for one that CLDR does not name."""
    return str(locale_of(get_language() or DEFAULT_LANGUAGE).territories.get(code, code))


def country_choices(present: str = "") -> list[tuple[str, str]]:
    """Return codes and names in the alphabetical order of the active language, with the one that is there already."""
    named = ((code, country_name(code)) for code in {*COUNTRIES, *filter(None, [present])})
    return in_order(named, get_language() or DEFAULT_LANGUAGE)
