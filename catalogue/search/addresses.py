"""From the query string of an address to a query, and back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.datastructures import MultiValueDict

from catalogue.data import CatalogueQuery, Ignored
from catalogue.enums import NOT_KNOWN
from catalogue.search.facets import FACETS, FACETS_BY_NAME
from catalogue.search.values import is_value_of
from hub.core.paging import number_of_page
from hub.core.text import clean_query
from hub.core.text.folding import QUERY_LIMIT

SORTS = ("relevance", "name", "newest")
LAST_PAGE = 100_000
LONGEST_SHOWN = 60
MOST_IGNORED = 10
_OWN_PARAMETERS = {"q", "sort", "page", "exact", "theme"}


def parse(parameters: MultiValueDict[str, str]) -> CatalogueQuery:
    """Return what is understood of a query string; the rest is listed in `ignored`. Never raises."""
    ignored: list[Ignored] = []
    filters: dict[str, tuple[str, ...]] = {}
    for name in parameters:
        if name in _OWN_PARAMETERS or not name:
            continue
        if name not in FACETS_BY_NAME:
            ignored.append(_ignored(name, ""))
            continue
        chosen = []
        for value in dict.fromkeys(parameters.getlist(name)):
            if not value:
                continue
            if is_value_of(FACETS_BY_NAME[name], value):
                chosen.append(value)
            else:
                ignored.append(_ignored(name, value))
        if chosen:
            filters[name] = tuple(chosen)
    return CatalogueQuery(
        text=_text(_single(parameters, "q", ignored), ignored),
        filters={facet.name: filters[facet.name] for facet in FACETS if facet.name in filters},
        sort=_one_of(SORTS, "sort", _single(parameters, "sort", ignored), ignored),
        page=_page(_single(parameters, "page", ignored), ignored),
        exact=bool(_one_of(("1",), "exact", _single(parameters, "exact", ignored), ignored)),
        ignored=tuple(ignored[:MOST_IGNORED]),
    )


def query_string(query: CatalogueQuery, **changes: object) -> str:
    """Return the query string of a query, with some of its fields changed; empty for the whole catalogue.

    The page goes back to the first unless it is given: another list begins at its beginning.
    """
    text = str(changes.get("text", query.text))
    filters = changes.get("filters", query.filters)
    sort = str(changes.get("sort", query.sort))
    page = changes.get("page", 1)
    pairs: list[tuple[str, str]] = [("q", text)] if text else []
    if isinstance(filters, Mapping):
        pairs += [(facet.name, value) for facet in FACETS for value in filters.get(facet.name, ())]
    if sort:
        pairs.append(("sort", sort))
    if changes.get("exact", query.exact):
        pairs.append(("exact", "1"))
    if page != 1:
        pairs.append(("page", str(page)))
    return "?" + urlencode(pairs) if pairs else "?"


def without(query: CatalogueQuery, facet: str, value: str | None = None) -> dict[str, tuple[str, ...]]:
    """Return the filters without one value, or without a whole facet."""
    kept = {
        name: tuple(other for other in values if name != facet or (value is not None and other != value))
        for name, values in query.filters.items()
    }
    return {name: values for name, values in kept.items() if values}


def including_unknown(query: CatalogueQuery, facet: str) -> dict[str, tuple[str, ...]]:
    """Return the filters with "not known" added to one facet."""
    return {**query.filters, facet: (*query.filters.get(facet, ()), NOT_KNOWN)}


def _single(parameters: MultiValueDict[str, str], name: str, ignored: list[Ignored]) -> str:
    """Return the value of a parameter that stands once; of several, the first that says anything counts."""
    said = [value for value in parameters.getlist(name) if clean_query(value)]
    value, *others = said or [""]
    ignored.extend(_ignored(name, other) for other in dict.fromkeys(others) if other != value)
    return value


def _text(typed: str, ignored: list[Ignored]) -> str:
    text = clean_query(typed)
    # The cut may have fallen beside a space, which went with it.
    if len(typed) > QUERY_LIMIT and len(text) >= QUERY_LIMIT - 1:
        ignored.append(_ignored("q", typed[QUERY_LIMIT:]))
    return text


def _one_of(known: tuple[str, ...], name: str, value: str, ignored: list[Ignored]) -> str:
    if not value or value in known:
        return value
    ignored.append(_ignored(name, value))
    return ""


def _page(text: str, ignored: list[Ignored]) -> int:
    number = number_of_page(text)
    if number is None:
        ignored.append(_ignored("page", text))
    return min(number or 1, LAST_PAGE)


def _ignored(parameter: str, value: str) -> Ignored:
    return Ignored(clean_query(parameter)[:LONGEST_SHOWN], clean_query(value)[:LONGEST_SHOWN])
