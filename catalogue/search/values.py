"""Which values a facet has, and what they are called."""

from __future__ import annotations

import re

from django.utils.translation import get_language, gettext

from catalogue.enums import CODES, NOT_KNOWN, Vocabulary
from catalogue.queries.taxonomy import CAPABILITY, STAGE, Taxonomy
from catalogue.search.facets import COUNTRY, LANGUAGE, Facet
from hub.core.countries import country_name, locale_of
from hub.core.languages import DEFAULT_LANGUAGE

_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-zA-Z0-9]{2,8})*")
_CODE = re.compile(r"[a-z0-9-]{1,60}")


def is_value_of(facet: Facet, value: str) -> bool:
    """Tell whether a value can be chosen in a facet. Capabilities and stages are editors': any code may exist."""
    if value == NOT_KNOWN:
        return facet.has_unknown
    if facet.kind == COUNTRY:
        return bool(_COUNTRY.fullmatch(value)) and value in locale_of("en").territories
    if facet.kind == LANGUAGE:
        return (
            bool(_LANGUAGE.fullmatch(value)) and value.split("-", maxsplit=1)[0] in locale_of("en").languages
        )
    if facet.kind in (CAPABILITY, STAGE):
        return bool(_CODE.fullmatch(value))
    return value in CODES[Vocabulary(facet.kind)]


def all_values(facet: Facet, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the values of a facet in their order; none for countries and languages, of which only those in use show."""
    if facet.kind in (COUNTRY, LANGUAGE):
        return ()
    return taxonomy.codes(facet.kind)


def label_of(facet: Facet, value: str, taxonomy: Taxonomy) -> str:
    """Return what a value is called in the active language."""
    if value == NOT_KNOWN:
        return gettext("not known")
    if facet.kind == COUNTRY:
        return country_name(value)
    if facet.kind == LANGUAGE:
        return language_name(value)
    return taxonomy.label(facet.kind, value)


def language_name(code: str) -> str:
    """Return the name of a language in the active language; the code for one that CLDR does not name."""
    names = locale_of(get_language() or DEFAULT_LANGUAGE).languages
    folded = code.replace("-", "_")
    spelled = {"zh_hans": "zh_Hans", "zh_hant": "zh_Hant"}.get(folded, folded)
    return str(names.get(spelled) or names.get(folded.split("_")[0]) or code)
