"""From a text to a query: which words and concepts it names, in which languages to look for them.

Knows no engine. Every word must be found, but for stop words and such that say nothing about a tool ("software"). A
word is found in a text of the page's language, of English, or of another language in whose letters it is written, or
by a concept that it names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from hub.core.search.analysed import Profile, cut, folded_word
from hub.core.search.ast import (
    NOTHING,
    SURFACE,
    All,
    Has,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
    all_of,
    any_of,
    best_of,
)
from hub.core.search.concepts import ConceptTable, Recognised
from hub.core.search.records import NEUTRAL, Concept, Schema
from hub.core.text import Group, clean_query, detect_languages, generic_terms, query_groups, tokens

IsKnown = Callable[[str, str], bool]
"""Says whether a language's texts or concepts have a folded word: (language, word)."""

_SECOND_LANGUAGE = "en"
_OTHER_LANGUAGE_FACTOR = 0.6
_CONCEPT_BOOST = 4.0
_PREFIX_BOOST = 1.0
_SIMILAR_TERMS = 12
_SIMILAR_FACET_BOOST = 0.7
_NOT_KNOWN = "not-known"
_BEGUN_CONCEPTS = 3
"""An unfinished name that may become more different ones than this names nothing yet."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query: its place in the cleaned text, its folded form (empty if it cannot be corrected).

    `is_needed` is false for a word that need not be found: a stop word of a language that only the rest of the query
    gives away, one that says nothing about a tool, or one that was to be left out.
    """

    start: int
    end: int
    folded: str
    node: Node
    is_needed: bool
    may_be_prefix: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask the engine. `text` is the cleaned text that the places of words and names count in."""

    text: str
    languages: tuple[str, ...]
    query: Node
    words: tuple[Word, ...]
    names: tuple[Recognised, ...]
    matched_terms: dict[str, frozenset[str]]

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The concepts that the text names, each once."""
        named = chain.from_iterable(one.concepts for one in self.names)
        return tuple({(concept.facet, concept.value): concept for concept in named}.values())

    def is_named(self, word: Word) -> bool:
        """Say whether a word is part of a concept's name."""
        return any(word.start < one.end and one.start < word.end for one in self.names)

    @property
    def scored(self) -> bool:
        """Say whether there are words to score by."""
        return bool(self.words)


def plan(
    text: str,
    language: str,
    schema: Schema,
    table: ConceptTable,
    is_known: IsKnown,
    *,
    with_concepts: bool = True,
    completions: Sequence[str] = (),
    left_out: Collection[str] = (),
) -> Plan:
    """Plan the search for a text that somebody typed on a page of `language`. Never raises.

    `completions` are words that the unfinished last word may begin; if there are any, it matches as a prefix.
    Words that are in `left_out` as they were typed need not be found.
    """
    cleaned = clean_query(text)
    if not cleaned.strip():
        return Plan("", (), All(), (), (), {})
    spoken = tuple(code for code in detect_languages(cleaned, language) if code in schema.languages)
    searched = tuple(
        code for code in dict.fromkeys((language, _SECOND_LANGUAGE, *spoken)) if code in schema.languages
    )
    recognised = _recognise(cleaned, language, spoken, table, is_known) if with_concepts else []
    readings = {code: _split_at(query_groups(cleaned, code), recognised, cleaned, code) for code in searched}
    words = _words(cleaned, readings, language, spoken, schema, is_known, left_out)
    if completions and words:
        if with_concepts:
            recognised = _begun(
                cleaned, words[-1], completions, recognised, language, spoken, table, is_known
            )
        words[-1] = _completed(words[-1], searched)
    parts: list[Node] = []
    for stretch in _stretches(words, recognised):
        needed = [word.node if word.is_needed else any_of((word.node, All())) for word in stretch.words]
        node = all_of(tuple(needed))
        if stretch.concepts:
            named = (Has(concept.facet, concept.value, _CONCEPT_BOOST) for concept in stretch.concepts)
            node = Or((*((node,) if needed else ()), *named))
        parts.append(node)
    return Plan(
        text=cleaned,
        languages=searched,
        # A text without a single word (punctuation) is not the wish to see everything.
        query=all_of(tuple(parts)) if parts else NOTHING,
        words=tuple(words),
        names=tuple(recognised),
        matched_terms=_matched_terms(cleaned, schema.languages, completions),
    )


def similar_query(
    profile: Profile,
    schema: Schema,
    documents: int,
    term_frequency: Callable[[str, str, str], int],
    value_frequency: Callable[[str, str], int],
) -> Node:
    """Return the query for documents like one: its most telling terms and the facet values it shares.

    `term_frequency(field, language, term)` and `value_frequency(facet, value)` say in how many documents each is.
    """
    translated = [text_field for text_field in schema.text_fields if text_field.translated]

    def rarity(frequency: int) -> float:
        # What one document has leads nowhere; what half of them have says nothing.
        return math.log(documents / frequency) if 1 < frequency <= max(2, documents / 2) else 0.0

    telling = []
    for term, count in profile.terms.items():
        frequency = max((term_frequency(one.name, profile.language, term) for one in translated), default=0)
        telling.append((count * rarity(frequency), term))
    nodes: list[Node] = [
        best_of(tuple(Term(one.name, profile.language, term, one.weight) for one in translated))
        for weight, term in sorted(telling, key=lambda pair: (-pair[0], pair[1]))[:_SIMILAR_TERMS]
        if weight > 0
    ]
    for facet, values in profile.facets.items():
        for value in values:
            weight = rarity(value_frequency(facet, value))
            if weight > 0 and value != _NOT_KNOWN:
                nodes.append(Has(facet, value, weight * _SIMILAR_FACET_BOOST))
    return any_of(tuple(nodes))


@dataclass(frozen=True, slots=True)
class _Stretch:
    words: list[Word]
    concepts: tuple[Concept, ...]


def _recognise(
    text: str, language: str, spoken: tuple[str, ...], table: ConceptTable, is_known: IsKnown
) -> list[Recognised]:
    own = {language, _SECOND_LANGUAGE, *spoken[:1]}

    def accept(candidate: Recognised) -> bool:
        # "red" is a network in Spanish; on an English page it is a colour.
        if not candidate.is_single_word or candidate.language in own or not spoken:
            return True
        word = folded_word(text[candidate.start : candidate.end])
        return not any(is_known(code, word) for code in own)

    return table.recognise(text, spoken, accept)


def _begun(
    text: str,
    last: Word,
    completions: Sequence[str],
    recognised: list[Recognised],
    language: str,
    spoken: tuple[str, ...],
    table: ConceptTable,
    is_known: IsKnown,
) -> list[Recognised]:
    """Add the name that the end of the text begins, if there are not too many that it may become."""
    begun: dict[tuple[str, str], Concept] = {}
    start = last.start
    for word in completions:
        for one in _recognise(text[: last.start] + word, language, spoken, table, is_known):
            if one.end > last.start:
                start = min(start, one.start)
                begun.update({(concept.facet, concept.value): concept for concept in one.concepts})
    if not 1 <= len(begun) <= _BEGUN_CONCEPTS:
        return recognised
    name = Recognised(start, len(text), language, is_single_word=False, concepts=tuple(begun.values()))
    return [*(one for one in recognised if one.end <= start), name]


def _split_at(
    groups: Sequence[Group], recognised: Sequence[Recognised], text: str, language: str
) -> list[Group]:
    """Read a group anew in parts where a concept's name begins or ends inside it, as happens in Chinese."""
    edges = sorted({edge for one in recognised for edge in (one.start, one.end)})
    result: list[Group] = []
    for group in groups:
        inside = [edge for edge in edges if group.start < edge < group.end]
        if not inside:
            result.append(group)
            continue
        marks = [group.start, *inside, group.end]
        for start, end in pairwise(marks):
            result += [
                replace(part, start=part.start + start, end=part.end + start, prefix_ok=False)
                for part in query_groups(text[start:end], language)
            ]
    return result


def _words(
    text: str,
    readings: dict[str, list[Group]],
    language: str,
    spoken: tuple[str, ...],
    schema: Schema,
    is_known: IsKnown,
    left_out: Collection[str],
) -> list[Word]:
    spans: list[tuple[int, int]] = []
    for group in sorted(chain.from_iterable(readings.values()), key=lambda group: (group.start, group.end)):
        if spans and group.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], group.end))
        else:
            spans.append((group.start, group.end))
    read_by = {
        span: {
            code: [group for group in groups if span[0] <= group.start < span[1]]
            for code, groups in readings.items()
        }
        for span in spans
    }
    deciding = _deciding_languages(text, read_by, spoken, is_known)
    words = []
    for span, groups in read_by.items():
        surface = text[span[0] : span[1]]
        says_nothing = surface in left_out or any(_is_generic(groups[code], code) for code in deciding)
        words.append(
            Word(
                start=span[0],
                end=span[1],
                folded=folded_word(surface),
                node=_word_node(groups, language, schema),
                is_needed=all(groups.get(code) for code in deciding) and not says_nothing,
                may_be_prefix=any(group.prefix_ok for group in chain.from_iterable(groups.values())),
            )
        )
    if not any(word.is_needed for word in words):
        words = [replace(word, is_needed=True) for word in words]
    return words


def _deciding_languages(
    text: str,
    read_by: dict[tuple[int, int], dict[str, list[Group]]],
    spoken: tuple[str, ...],
    is_known: IsKnown,
) -> list[str]:
    """The languages whose stop words are dropped: the first, and those that only another word gives away."""
    if not spoken:
        return []
    first, *others = spoken
    deciding = [first]
    if not others:
        return deciding
    unknown = []
    for (start, end), groups in read_by.items():
        word = folded_word(text[start:end])
        if word and all(groups.get(code) for code in spoken) and not is_known(first, word):
            unknown.append(word)
    for code in others:
        has_stop_words = any(not groups.get(code) for groups in read_by.values())
        if has_stop_words and any(is_known(code, word) for word in unknown):
            deciding.append(code)
    return deciding


def _is_generic(groups: Sequence[Group], language: str) -> bool:
    generic = generic_terms(language)
    return bool(groups) and all(group.terms in generic for group in groups)


def _word_node(groups: dict[str, list[Group]], language: str, schema: Schema) -> Node:
    children: dict[Node, None] = {}
    for text_field in schema.text_fields:
        for code, found in groups.items():
            if not found:
                continue
            factor = 1.0 if code == language else _OTHER_LANGUAGE_FACTOR
            spoken_in = code if text_field.translated else NEUTRAL
            boost = text_field.weight * (factor if text_field.translated else 1.0)
            children[
                all_of(tuple(_group_node(group, text_field.name, spoken_in, boost) for group in found))
            ] = None
    return best_of(tuple(children))


def _group_node(group: Group, field: str, language: str, boost: float) -> Node:
    terms = tuple(cut(term) for term in group.terms)
    if group.phrase and len(terms) > 1:
        return Phrase(field, language, terms, boost)
    return best_of(tuple(Term(field, language, term, boost) for term in terms))


def _completed(word: Word, searched: Sequence[str]) -> Word:
    begun = tuple(Prefix(SURFACE, code, word.folded, _PREFIX_BOOST) for code in searched)
    return replace(word, node=best_of((word.node, *begun)))


def _stretches(words: Sequence[Word], recognised: Sequence[Recognised]) -> list[_Stretch]:
    """Put the words of a concept's name together, in the order of the text."""
    stretches: list[tuple[int, _Stretch]] = []
    for one in recognised:
        inside = [word for word in words if word.start < one.end and one.start < word.end]
        stretches.append((one.start, _Stretch(inside, one.concepts)))
    stretches += [
        (word.start, _Stretch([word], ()))
        for word in words
        if not any(word.start < one.end and one.start < word.end for one in recognised)
    ]
    return [stretch for _, stretch in sorted(stretches, key=lambda pair: pair[0])]


def _matched_terms(
    text: str, languages: Sequence[str], completions: Sequence[str]
) -> dict[str, frozenset[str]]:
    matched = {}
    for language in languages:
        terms = set(chain.from_iterable(group.terms for group in query_groups(text, language)))
        for word in completions:
            terms.update(token.term for token in tokens(word, language))
        matched[language] = frozenset(terms)
    return matched
