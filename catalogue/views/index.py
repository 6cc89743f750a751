"""The list of tools: search, filters, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.http import require_safe

from catalogue.data import CatalogueQuery, Ignored
from catalogue.enums import AI_ROLES_SHOWN_FIRST, NOT_KNOWN
from catalogue.queries.taxonomy import Taxonomy, current_taxonomy
from catalogue.search.addresses import including_unknown, parse, query_string, without
from catalogue.search.facets import COUNTRY, FACETS, FACETS_BY_NAME, LANGUAGE, Facet
from catalogue.search.results import PAGE_SIZE, Found, find_tools
from catalogue.search.values import all_values, label_of
from catalogue.views.rows import stage_labels, tool_rows
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.search import Concept

_AI_FACET = "ai"
_MOST_CONCEPTS_NAMED = 3
_SPEAK_FOR_THEMSELVES = frozenset(
    {"stage", "capability", "ai", "readiness", "offline", "freshness", "cautions"}
)
"""Filters whose values are understood without the filter's title: "Works offline" is, "Desktop" is not."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter; `count` is None while nothing can be counted."""

    value: str
    label: str
    count: int | None
    checked: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One filter with its values."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_open: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what a query finds, what was not understood of it, and ways on."""
    language = get_language() or DEFAULT_LANGUAGE
    query = parse(request.GET)
    found = find_tools(query, request.user, language)  # type: ignore[arg-type]
    taxonomy = current_taxonomy()
    response = render(
        request,
        "catalogue/index.html",
        {
            "query": query,
            "found": found,
            "rows": tool_rows(found.tools, taxonomy, language, found.matched_terms),
            "groups": groups(query, found.counts, taxonomy),
            "stages": stage_labels(taxonomy),
            "chosen": chosen_filters(query, taxonomy),
            "clear_url": query_string(query, filters={}),
            "notes": _notes(query, found, taxonomy),
            "ignored": _ignored(query.ignored),
            "ai_split": _ai_split(query, found),
            "unknown_offers": _unknown_offers(query, found, taxonomy),
            "relaxations": _relaxations(query, found, taxonomy),
            "offers": _offers(found, taxonomy),
            "sorts": _sorts(query),
            "pager": _pager(query, found),
            "title": _title(query),
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def groups(
    query: CatalogueQuery, counts: Mapping[str, Mapping[str, int]] | None, taxonomy: Taxonomy
) -> list[Group]:
    """Return the filters in their order, each with every value that it has now."""
    return [
        Group(
            name=facet.name,
            label=str(facet.title),
            options=_options(facet, query.filters.get(facet.name, ()), counts, taxonomy),
            is_open=facet.is_open,
        )
        for facet in FACETS
    ]


def _options(
    facet: Facet,
    chosen: tuple[str, ...],
    counts: Mapping[str, Mapping[str, int]] | None,
    taxonomy: Taxonomy,
) -> tuple[Option, ...]:
    counted = None if counts is None else counts.get(facet.name, {})
    values = list(dict.fromkeys((*all_values(facet, taxonomy), *(counted or ()), *chosen)))
    options = [
        Option(
            value=value,
            label=label_of(facet, value, taxonomy),
            count=None if counted is None else counted.get(value, 0),
            checked=value in chosen,
            unknown=value == NOT_KNOWN,
        )
        for value in values
    ]
    if facet.kind in (COUNTRY, LANGUAGE):
        options.sort(key=lambda option: (-(option.count or 0), option.label))
    options.sort(key=lambda option: option.unknown)
    return tuple(options)


def chosen_filters(query: CatalogueQuery, taxonomy: Taxonomy) -> list[dict[str, str]]:
    """Return each chosen value with the address of the list without it."""
    return [
        {
            "label": _named_value(FACETS_BY_NAME[name], value, taxonomy),
            "url": query_string(query, filters=without(query, name, value)),
        }
        for name, values in query.filters.items()
        for value in values
    ]


def _named_value(facet: Facet, value: str, taxonomy: Taxonomy) -> str:
    """Return a value, with its filter's title where it needs one."""
    label = label_of(facet, value, taxonomy)
    if facet.name in _SPEAK_FOR_THEMSELVES and value != NOT_KNOWN:
        return label
    return pgettext("a chosen filter and its value", "%(filter)s: %(value)s") % {
        "filter": facet.title,
        "value": label,
    }


def _notes(query: CatalogueQuery, found: Found, taxonomy: Taxonomy) -> dict[str, Any]:
    named = _concept_labels(found.concepts, taxonomy)
    return {
        "corrected": found.correction.corrected if found.correction else "",
        "original": found.correction.original if found.correction else "",
        "exact_url": query_string(query, exact=True),
        "suggestion": found.suggestion or "",
        "suggestion_url": query_string(query, text=found.suggestion, exact=False) if found.suggestion else "",
        "concepts": named[:_MOST_CONCEPTS_NAMED],
        "tolerant_url": query_string(query, exact=False) if query.exact else "",
    }


def _concept_labels(concepts: tuple[Concept, ...], taxonomy: Taxonomy) -> list[str]:
    return [
        label_of(FACETS_BY_NAME[concept.facet], concept.value, taxonomy)
        for concept in concepts
        if concept.facet in FACETS_BY_NAME
    ]


def _ignored(ignored: tuple[Ignored, ...]) -> list[str]:
    return [f"{part.parameter}={part.value}" if part.value else part.parameter for part in ignored]


def _ai_split(query: CatalogueQuery, found: Found) -> dict[str, Any] | None:
    """How many of the found tools use, test or govern AI, and how many are useful beside them."""
    if found.counts is None or _AI_FACET in query.filters or not found.total:
        return None
    counts = found.counts.get(_AI_FACET, {})
    with_ai = sum(count for role, count in counts.items() if role in AI_ROLES_SHOWN_FIRST)
    return {
        "with_ai": with_ai,
        "beside": found.total - with_ai,
        "with_ai_url": query_string(
            query, filters={**query.filters, _AI_FACET: tuple(sorted(AI_ROLES_SHOWN_FIRST))}
        ),
        "beside_url": query_string(query, filters={**query.filters, _AI_FACET: ("no-ai", NOT_KNOWN)}),
    }


def _unknown_offers(query: CatalogueQuery, found: Found, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """For each chosen filter: how many more tools match if those whose fact is not known are let in."""
    if found.counts is None:
        return []
    offers = []
    for name, chosen in query.filters.items():
        more = found.counts.get(name, {}).get(NOT_KNOWN, 0)
        if more and NOT_KNOWN not in chosen and FACETS_BY_NAME[name].has_unknown:
            offers.append(
                {
                    "filter": str(FACETS_BY_NAME[name].title),
                    "count": more,
                    "url": query_string(query, filters=including_unknown(query, name)),
                }
            )
    return offers


def _relaxations(query: CatalogueQuery, found: Found, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    shown = []
    for relaxation in found.relaxations:
        if relaxation.facet in FACETS_BY_NAME:
            label = _named_value(FACETS_BY_NAME[relaxation.facet], relaxation.value, taxonomy)
            url = query_string(query, filters=without(query, relaxation.facet, relaxation.value or None))
        else:
            label, url = query.text, query_string(query, text="")
        shown.append({"label": label, "count": relaxation.total, "url": url})
    return shown


def _offers(found: Found, taxonomy: Taxonomy) -> list[dict[str, str]]:
    return [
        {
            "label": label_of(FACETS_BY_NAME[offer.concept.facet], offer.concept.value, taxonomy),
            "url": query_string(CatalogueQuery(filters={offer.concept.facet: (offer.concept.value,)})),
        }
        for offer in found.offers
        if offer.concept is not None and offer.concept.facet in FACETS_BY_NAME
    ]


def _sorts(query: CatalogueQuery) -> list[dict[str, Any]]:
    first = (
        pgettext("sort order", "Best match")
        if query.text
        else pgettext("sort order", "AI and ready tools first")
    )
    return [
        {
            "value": value,
            "label": label,
            "selected": value == (query.sort if query.sort != "relevance" else ""),
        }
        for value, label in (
            ("", first),
            ("name", pgettext("sort order", "Name")),
            ("newest", pgettext("sort order", "Newest check")),
        )
    ]


def _pager(query: CatalogueQuery, found: Found) -> dict[str, Any]:
    first = (found.page - 1) * PAGE_SIZE + 1
    return {
        "previous_url": query_string(query, page=found.page - 1) if found.page > 1 else "",
        "next_url": query_string(query, page=found.page + 1) if found.page < found.pages else "",
        "first": first,
        "last": min(first + PAGE_SIZE - 1, found.total),
        "is_shown": found.pages > 1,
    }


def _title(query: CatalogueQuery) -> str:
    title = gettext("Catalogue")
    if query.text:
        title = gettext("“%(text)s” in the catalogue") % {"text": query.text[:60]}
    if query.page > 1:
        title = gettext("%(title)s, page %(page)s") % {"title": title, "page": query.page}
    return title
