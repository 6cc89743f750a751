"""Concepts by their names: in whichever of the languages one is named, it is recognised."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from hub.core.search.analysed import folded_word, has_han
from hub.core.search.records import Concept
from hub.core.text import detect_languages, fold, query_groups, tokens


class Unit(NamedTuple):
    """The smallest thing that names are compared by: a word's term, or one Chinese character."""

    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """A stretch of a query that names concepts; several where one name stands for several."""

    start: int
    end: int
    language: str
    is_single_word: bool
    concepts: tuple[Concept, ...]


def units(text: str, language: str) -> list[Unit]:
    """Cut a text into the units by which names are compared, in its order."""
    found = [
        Unit("+".join(group.terms), group.start, group.end)
        for group in query_groups(text, language)
        if not has_han(group.surface)
    ]
    if has_han(text):
        characters: dict[int, Unit] = {}
        for token in tokens(text, language):
            if len(token.surface) == 1 and has_han(token.surface):
                characters.setdefault(token.start, Unit(token.term, token.start, token.end))
        found += characters.values()
    return sorted(found, key=lambda unit: unit.start)


def _key(terms: Sequence[str]) -> tuple[str, ...]:
    # "лиц распознавание" names what "распознавание лиц" names; the order of Chinese characters is the word.
    return tuple(terms) if any(map(has_han, terms)) else tuple(sorted(terms))


class ConceptTable:
    """All names of all concepts, by language. Immutable; made anew when a name changes."""

    def __init__(self, concepts: Sequence[Concept], languages: Sequence[str]) -> None:
        """Read the names of the concepts in these languages."""
        self.concepts = tuple(concepts)
        self.words: dict[str, frozenset[str]] = {}
        """The folded words of the names of each language."""
        self._by_key: dict[str, dict[tuple[str, ...], list[Concept]]] = {code: {} for code in languages}
        self._longest: dict[str, int] = dict.fromkeys(languages, 0)
        self._names: dict[str, list[tuple[str, str, Concept]]] = {code: [] for code in languages}
        words: dict[str, set[str]] = defaultdict(set)
        for concept in self.concepts:
            for language in languages:
                for name in concept.names.get(language, ()):
                    self._add(name, language, concept, words)
        for names in self._names.values():
            names.sort(key=lambda entry: entry[0])
        self.words = {code: frozenset(words[code]) for code in languages}

    def _add(self, name: str, language: str, concept: Concept, words: dict[str, set[str]]) -> None:
        self._names[language].append((fold(name), name, concept))
        spoken = detect_languages(name, language)
        # A Latin abbreviation among Chinese names is read by the rules of languages in Latin letters.
        for reading in (language,) if language in spoken else spoken:
            if reading not in self._by_key:
                continue
            found = units(name, reading)
            if not found:
                continue
            key = _key([unit.term for unit in found])
            concepts = self._by_key[reading].setdefault(key, [])
            if concept not in concepts:
                concepts.append(concept)
            self._longest[reading] = max(self._longest[reading], len(key))
            # One by one, also where several stand for one thing.
            words[reading].update(filter(None, (folded_word(token.surface) for token in tokens(name, reading))))

    def recognise(
        self, text: str, languages: Sequence[str], accept: Callable[[Recognised], bool]
    ) -> list[Recognised]:
        """Return the concepts that a text names when read in these languages; the longest name wins.

        `accept` may refuse a name. The result is in the order of the text and does not overlap.
        """
        chosen: list[Recognised] = []
        found = sorted(
            self._candidates(text, languages),
            key=lambda candidate: (candidate.start - candidate.end, languages.index(candidate.language)),
        )
        for candidate in found:
            same = [
                at
                for at, one in enumerate(chosen)
                if (one.start, one.end) == (candidate.start, candidate.end)
            ]
            overlaps = any(one.start < candidate.end and candidate.start < one.end for one in chosen)
            if (overlaps and not same) or not accept(candidate):
                continue
            if same:
                first = chosen[same[0]]
                more = tuple(concept for concept in candidate.concepts if concept not in first.concepts)
                chosen[same[0]] = replace(first, concepts=first.concepts + more)
            else:
                chosen.append(candidate)
        return sorted(chosen, key=lambda one: one.start)

    def _candidates(self, text: str, languages: Sequence[str]) -> Iterator[Recognised]:
        for language in languages:
            by_key = self._by_key.get(language)
            if not by_key:
                continue
            found = units(text, language)
            for first in range(len(found)):
                for last in range(first, min(len(found), first + self._longest[language])):
                    part = found[first : last + 1]
                    concepts = by_key.get(_key([unit.term for unit in part]))
                    if concepts:
                        is_word = first == last and not has_han(part[0].term)
                        yield Recognised(part[0].start, part[-1].end, language, is_word, tuple(concepts))

    def completions(self, text: str, languages: Sequence[str], limit: int) -> list[tuple[str, Concept]]:
        """Return (name, concept) for names that begin with a text, one a concept, shorter names first."""
        prefix = fold(text).strip()
        if not prefix:
            return []
        chosen: list[tuple[str, Concept]] = []
        seen: set[tuple[str, str]] = set()
        for language in languages:
            names = self._names.get(language, [])
            at = bisect_left(names, prefix, key=lambda entry: entry[0])
            begun = []
            while at < len(names) and names[at][0].startswith(prefix):
                begun.append(names[at])
                at += 1
            for _, name, concept in sorted(begun, key=lambda entry: (len(entry[0]), entry[0])):
                if (concept.facet, concept.value) not in seen and len(chosen) < limit:
                    seen.add((concept.facet, concept.value))
                    chosen.append((name, concept))
        return chosen
