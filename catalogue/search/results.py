"""From a query to what its page shows: tools that this person may see, counts, and ways on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catalogue.data import CatalogueQuery
from catalogue.models import Tool
from catalogue.queries.tools import visible_to, with_facts
from catalogue.search.documents import SCHEMA
from catalogue.search.facets import FACETS, values_of
from catalogue.search.indexing import service, today
from hub.core.access import is_member
from hub.core.models import User
from hub.core.search import (
    RELEVANCE,
    Concept,
    Correction,
    IndexUnavailable,
    Relaxation,
    SearchRequest,
    SearchResult,
    Suggestion,
)
from hub.core.text import matches
from hub.core.translation import text_in

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

logger = logging.getLogger(__name__)

PAGE_SIZE = 20
_WITHOUT_INDEX = 2_000
"""How many tools, by name, are looked through while there is no index."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query finds. `counts` is None while there is no index: nothing is counted then, and nothing guessed."""

    tools: tuple[Tool, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[str, Mapping[str, int]] | None
    correction: Correction | None = None
    suggestion: str | None = None
    left_out: tuple[str, ...] = ()
    concepts: tuple[Concept, ...] = ()
    matched_terms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    relaxations: tuple[Relaxation, ...] = ()
    offers: tuple[Suggestion, ...] = ()


def find_tools(query: CatalogueQuery, user: User | AnonymousUser, language: str) -> Found:
    """Return what a query finds for somebody, on a page of a language. Never raises for want of an index.

    Whatever an index says, the database decides once more which of the found tools this person may see. Who is no
    member learns no number either.
    """
    if not is_member(user):
        return Found((), 0, 1, 1, {})
    request = _request(query, language)
    try:
        result = service().search(request)
        pages = max(1, -(-result.total // PAGE_SIZE))
        if query.page > pages:
            # Whoever asks for a page behind the last gets the last: the list may have become shorter.
            request = _request(query, language, page=pages)
            result = service().search(request)
        return _found(result, request, user, pages)
    except IndexUnavailable as error:
        logger.error("no search index; listing from the database", extra={"reason": str(error)})
        return _without_index(query, user, language)


def _request(query: CatalogueQuery, language: str, page: int | None = None) -> SearchRequest:
    return SearchRequest(
        text=query.text,
        language=language,
        filters=query.filters,
        facets=SCHEMA.facets,
        sort=query.sort or RELEVANCE,
        page=page or query.page,
        size=PAGE_SIZE,
        correct=not query.exact,
        concepts=not query.exact,
    )


def _found(result: SearchResult, request: SearchRequest, user: User | AnonymousUser, pages: int) -> Found:
    keys = [int(hit.key) for hit in result.hits]
    by_key = {tool.pk: tool for tool in with_facts(visible_to(user).filter(pk__in=keys))}
    is_empty = result.total == 0
    return Found(
        tools=tuple(by_key[key] for key in keys if key in by_key),
        total=result.total,
        page=request.page,
        pages=pages,
        counts=result.facet_counts,
        correction=result.correction,
        suggestion=result.suggestion,
        left_out=result.left_out,
        concepts=result.concepts,
        matched_terms=result.matched_terms,
        relaxations=service().relaxations(request) if is_empty else (),
        offers=_offers(request) if is_empty and request.text else (),
    )


def _offers(request: SearchRequest) -> tuple[Suggestion, ...]:
    """Return concepts that the words of a fruitless text begin to name."""
    offers: dict[tuple[str, str], Suggestion] = {}
    for word in (request.text, *request.text.split()[:6]):
        for suggestion in service().suggest(word, request.language, limit=6):
            if suggestion.concept is not None:
                offers.setdefault((suggestion.concept.facet, suggestion.concept.value), suggestion)
    return tuple(offers.values())[:6]


def _without_index(query: CatalogueQuery, user: User | AnonymousUser, language: str) -> Found:
    day = today()
    loaded = (
        with_facts(visible_to(user)).prefetch_related("aliases").order_by("name_sort", "pk")[:_WITHOUT_INDEX]
    )
    kept = [tool for tool in loaded if _passes(tool, query, language, values_of(tool, day))]
    pages = max(1, -(-len(kept) // PAGE_SIZE))
    page = min(query.page, pages)
    return Found(
        tools=tuple(kept[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        total=len(kept),
        page=page,
        pages=pages,
        counts=None,
    )


def _passes(tool: Tool, query: CatalogueQuery, language: str, values: Mapping[str, tuple[str, ...]]) -> bool:
    for facet in FACETS:
        chosen = query.filters.get(facet.name)
        if chosen and not set(chosen) & set(values[facet.name]):
            return False
    if not query.text:
        return True
    summary, spoken = text_in(tool, "summary", language)
    names = " ".join(
        [tool.name, *(alias.name for alias in tool.aliases.all()), tool.vendor.name if tool.vendor else ""]
    )
    return matches(query.text, f"{names} {summary}", language) or matches(
        query.text, f"{names} {summary}", spoken
    )
