"""From the nodes of a query to Elasticsearch's own queries, and its mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from hub.core.search.analysed import LONGEST_TERM
from hub.core.search.ast import SURFACE, TIE, All, And, Best, Has, Node, Or, Phrase, Prefix, Term
from hub.core.search.fields import (
    BROWSE,
    COMPLETIONS,
    HASH,
    KEY,
    NUDGE,
    PROFILE,
    SHOWN_KEY,
    TITLE,
    TITLE_START,
    Fields,
    bounded,
    clean,
)

STATE = "state"
"""A number in the one document that holds no record: another one after each write."""
DEEPEST_HIT = 1_000_000

_WEIGHT_OF_NUDGE = 3.3219281
"""Makes log10, which Elasticsearch knows, the log2 with which the embedded engine weighs."""


def settings() -> dict[str, Any]:
    """Return the settings of an index."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-2",
        # What a batch has written is shown by the refresh at its end, all at once.
        "refresh_interval": "-1",
        "max_result_window": DEEPEST_HIT,
        # So long a removed document remembers its version, and refuses an older write.
        "gc_deletes": "1h",
    }


def mapping(fields: Fields) -> dict[str, Any]:
    """Return the mapping. Terms come from our own analysis: nothing is analysed but split at white space."""
    text = {"type": "text", "analyzer": "whitespace"}
    keyword = {"type": "keyword"}
    properties: dict[str, Any] = {
        KEY: keyword,
        TITLE_START: {"type": "keyword", "doc_values": False},
        COMPLETIONS: {"type": "keyword", "doc_values": False},
        BROWSE: keyword,
        NUDGE: {"type": "float", "index": False},
        STATE: {"type": "long"},
        "documents": {"type": "long", "index": False},
        **{
            name: {"type": "keyword", "index": False, "doc_values": False}
            for name in (SHOWN_KEY, TITLE, HASH)
        },
        PROFILE: {"type": "object", "enabled": False},
        **dict.fromkeys(fields.texts.values(), text),
        **dict.fromkeys(fields.surfaces.values(), keyword),
        **dict.fromkeys(fields.facets.values(), keyword),
        **dict.fromkeys(fields.orders.values(), keyword),
    }
    return {
        "dynamic": "strict",
        # Words of six languages are of no use to anybody who reads a hit.
        "_source": {"includes": [SHOWN_KEY, TITLE, HASH, PROFILE, STATE, "documents"]},
        "properties": properties,
    }


class Compiler:
    """Makes Elasticsearch's queries. Nobody's text is ever parsed: terms are handed over as terms."""

    def __init__(self, fields: Fields) -> None:
        """Compile for these fields."""
        self._fields = fields

    def query(self, node: Node) -> Query:
        """Compile a node; what names a field or facet that there is not finds nothing."""
        match node:
            case All():
                return Q("constant_score", filter=Q("exists", field=KEY))
            case Term():
                name = self._text(node.field, node.language)
                return self._term(name, node.term, node.boost) if name else nothing()
            case Phrase():
                return self._phrase(node)
            case Prefix():
                name = self._text(node.field, node.language)
                return (
                    Q("constant_score", filter=starting(name, node.prefix), boost=node.boost)
                    if name
                    else nothing()
                )
            case Has():
                return Q("constant_score", filter=self.having(node.facet, (node.value,)), boost=node.boost)
            case Best(children=()) | Or(children=()):
                return nothing()
            case Best():
                return Q("dis_max", queries=[self.query(child) for child in node.children], tie_breaker=TIE)
            case And(children=()):
                return self.query(All())
            case And():
                return Q("bool", must=[self.query(child) for child in node.children])
            case Or():
                return self._any([self.query(child) for child in node.children])

    def _any(self, queries: list[Query]) -> Query:
        return Q("bool", should=queries, minimum_should_match=1)

    def _text(self, field: str, language: str) -> str | None:
        return (
            self._fields.surfaces.get(language)
            if field == SURFACE
            else self._fields.texts.get((field, language))
        )

    def _term(self, name: str, term: str, boost: float) -> Query:
        if len(term) > LONGEST_TERM:
            return nothing()
        return Q("term", **{name: {"value": clean(term), "boost": boost}})

    def _phrase(self, node: Phrase) -> Query:
        name = self._text(node.field, node.language)
        if not name or not node.terms:
            return nothing()
        if len(node.terms) == 1:
            return self._term(name, node.terms[0], node.boost)
        if node.field == SURFACE or not all(map(_is_term, node.terms)):
            # Words of the surface have no places, and no term holds white space.
            return nothing()
        asked = {"query": " ".join(map(clean, node.terms)), "boost": node.boost}
        return Q("match_phrase", **{name: {**asked, "analyzer": "whitespace"}})

    def having(self, facet: str, values: Sequence[str]) -> Query:
        """Return the query for documents that have any of the values in a facet."""
        name = self._fields.facets.get(facet)
        known = [bounded(value) for value in values if value]
        if not name or not known:
            return nothing()
        return Q("terms", **{name: known})

    def filters(self, filters: Mapping[str, Sequence[str]], *, without: str = "") -> list[Query]:
        """Return what narrows a query down, one facet left out. An empty filter is none."""
        return [
            self.having(facet, values) for facet, values in filters.items() if values and facet != without
        ]

    def weighed(self, query: Query) -> Query:
        """Return a query in which importance decides between nearly equal scores, as in the embedded engine."""
        return Q(
            "function_score",
            query=query,
            functions=[{"field_value_factor": {"field": NUDGE, "modifier": "log2p", "missing": 0}}],
            boost_mode="multiply",
            boost=_WEIGHT_OF_NUDGE,
        )


def starting(name: str, prefix: str) -> Query:
    """Return the query for terms that begin so."""
    if len(prefix) > LONGEST_TERM:
        return nothing()
    return Q("prefix", **{name: {"value": clean(prefix)}})


def _is_term(text: str) -> bool:
    return len(text) <= LONGEST_TERM and len(text.split()) == 1


def nothing() -> Query:
    """Return the query that finds nothing."""
    return Q("match_none")
