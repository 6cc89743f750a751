"""From the nodes of a query to tantivy's own queries, and its schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tantivy
from tantivy import Occur, Query

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


def tantivy_schema(fields: Fields) -> tantivy.Schema:
    """Return tantivy's schema. Facets and keys are raw texts: its facet and number types cannot be deleted by."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(KEY, tokenizer_name="raw", index_option="basic")
    for name in (SHOWN_KEY, HASH, TITLE, PROFILE):
        builder.add_bytes_field(name, stored=True)
    builder.add_text_field(TITLE_START, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(COMPLETIONS, tokenizer_name="whitespace", index_option="basic")
    for name in fields.texts.values():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in fields.surfaces.values():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in fields.facets.values():
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (BROWSE, *fields.orders.values()):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_float_field(NUDGE, fast=True)
    return builder.build()


class Compiler:
    """Makes tantivy's queries. Nobody's text is ever parsed: terms are handed over as terms."""

    def __init__(self, fields: Fields, schema: tantivy.Schema) -> None:
        """Compile for the fields of one index."""
        self._fields = fields
        self._schema = schema

    def query(self, node: Node) -> Query:
        """Compile a node; what names a field or facet that there is not finds nothing."""
        match node:
            case All():
                return Query.all_query()
            case Term():
                name = self._text(node.field, node.language)
                return self._boosted(self.term(name, node.term, "freq"), node.boost) if name else _nothing()
            case Phrase():
                return self._phrase(node)
            case Prefix():
                name = self._text(node.field, node.language)
                return (
                    Query.const_score_query(self.prefix(name, node.prefix), node.boost)
                    if name
                    else _nothing()
                )
            case Has():
                return Query.const_score_query(self.having(node.facet, (node.value,)), node.boost)
            case Best():
                return Query.disjunction_max_query([self.query(child) for child in node.children], TIE)
            case And(children=()):
                return Query.all_query()
            case And():
                return Query.boolean_query([(Occur.Must, self.query(child)) for child in node.children])
            case Or():
                return Query.boolean_query([(Occur.Should, self.query(child)) for child in node.children])

    def _text(self, field: str, language: str) -> str | None:
        return (
            self._fields.surfaces.get(language)
            if field == SURFACE
            else self._fields.texts.get((field, language))
        )

    def _phrase(self, node: Phrase) -> Query:
        name = self._text(node.field, node.language)
        if not name or not node.terms:
            return _nothing()
        if node.field == SURFACE or len(node.terms) == 1:
            # Words of the surface have no places.
            return (
                _nothing()
                if len(node.terms) > 1
                else self._boosted(self.term(name, node.terms[0]), node.boost)
            )
        terms: list[str | tuple[int, str]] = [clean(term) for term in node.terms]
        return self._boosted(Query.phrase_query(self._schema, name, terms), node.boost)

    def _boosted(self, query: Query, boost: float) -> Query:
        return query if boost == 1.0 else Query.boost_query(query, boost)

    def term(self, name: str, term: str, index_option: str = "basic") -> Query:
        """Return the query for one term in a field."""
        return Query.term_query(self._schema, name, clean(term), index_option)

    def prefix(self, name: str, prefix: str) -> Query:
        """Return the query for terms that begin so."""
        # tantivy's own prefix query stops at 50 terms; a fuzzy one without errors does not.
        return Query.fuzzy_term_query(self._schema, name, clean(prefix), distance=0, prefix=True)

    def having(self, facet: str, values: Sequence[str]) -> Query:
        """Return the query for documents that have any of the values in a facet."""
        name = self._fields.facets.get(facet)
        known = [bounded(value) for value in values if value]
        if not name or not known:
            return _nothing()
        if len(known) == 1:
            return self.term(name, known[0])
        # tantivy's own query for a set of terms makes an automaton of them each time, and takes three times as long.
        return Query.boolean_query([(Occur.Should, self.term(name, value)) for value in known])

    def narrowed(self, query: Query, filters: Mapping[str, Sequence[str]]) -> Query:
        """Return a query narrowed down by filters, which do not change scores. An empty filter is none."""
        clauses = [(Occur.Must, query)]
        for facet, values in filters.items():
            if values:
                clauses.append((Occur.Must, Query.const_score_query(self.having(facet, values), 0.0)))
        return Query.boolean_query(clauses) if len(clauses) > 1 else query


def _nothing() -> Query:
    return Query.empty_query()
