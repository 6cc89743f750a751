"""Concepts by their names: in whichever of the languages one is named, it is recognised."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hub.core.search.analysed import folded_word, has_han
from hub.core.search.records import Concept
from hub.core.text import detect_languages, fold, near_terms, query_groups, tokens
from hub.core.text.chinese import LANGUAGE as CHINESE
from hub.core.text.folding import fold_with_offsets


class Unit(NamedTuple):
    """The smallest thing that names are compared by: a word's term, or one Chinese character."""

    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """A stretch of a query that names concepts; several where one name stands for several.

    `words_between` counts other words among those of the name; it is one more where they stand in another form.
    """

    start: int
    end: int
    language: str
    is_single_word: bool
    concepts: tuple[Concept, ...]
    words_between: int = 0


_SPELLED = re.compile(r"[^\W_]+")
_WORDS_BETWEEN = 2
"""So many other words may stand between the words of a name."""


def _words(text: str, language: str) -> list[Unit]:
    return [
        Unit("+".join(group.terms), group.start, group.end)
        for group in query_groups(text, language)
        if language == CHINESE or not has_han(group.surface)
    ]


def _near(words: Sequence[Unit], language: str) -> list[Unit]:
    """Take words near in meaning for one."""
    near = near_terms(language)
    return [unit._replace(term=near.get(unit.term, unit.term)) for unit in words]


def _characters(text: str) -> list[Unit]:
    """Cut the Chinese parts of a text into characters."""
    characters: dict[int, Unit] = {}
    for token in tokens(text, CHINESE):
        if len(token.surface) == 1 and has_han(token.surface):
            characters.setdefault(token.start, Unit(token.term, token.start, token.end))
    return sorted(characters.values(), key=lambda unit: unit.start)


def _units(text: str, words: Sequence[Unit]) -> list[Unit]:
    """Return the words of a text, its Chinese parts cut into characters: nobody writes where a word ends."""
    if not has_han(text):
        return sorted(words, key=lambda unit: unit.start)
    found = [unit for unit in words if not has_han(text[unit.start : unit.end])] + _characters(text)
    return sorted(found, key=lambda unit: unit.start)


def _spelled_words(text: str) -> list[Unit]:
    """Cut a text into its words, folded but not stemmed, stop words included."""
    folded = fold_with_offsets(text)
    return [
        Unit(match.group(), folded.starts[match.start()], folded.ends[match.end() - 1])
        for match in _SPELLED.finditer(folded.text)
    ]


def _spans(unit: Unit, spelled: Sequence[Unit]) -> bool:
    return unit.start <= spelled[0].start and unit.end >= spelled[-1].end


def _key(terms: Sequence[str]) -> tuple[str, ...]:
    # "лиц распознавание" names what "распознавание лиц" names; the order of Chinese characters is the word.
    return tuple(terms) if any(map(has_han, terms)) else tuple(sorted(terms))


@dataclass(slots=True)
class _Names:
    """The names of one language by their words: side by side (`exact`), in any order (`loose`), or letter by letter.

    "Without internet" keeps only "internet" when its stop words go, which means the opposite: such names are taken
    `verbatim`.
    """

    exact: dict[tuple[str, ...], list[Concept]] = field(default_factory=dict)
    loose: dict[tuple[str, ...], list[Concept]] = field(default_factory=dict)
    verbatim: dict[tuple[str, ...], list[Concept]] = field(default_factory=dict)
    by_word: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    longest: int = 0

    def add(self, name: str, language: str, concept: Concept) -> None:
        words = _words(name, language)
        found = _units(name, words)
        spelled = _spelled_words(name)
        if len(found) == 1 and len(spelled) > 1 and not _spans(found[0], spelled):
            key = tuple(unit.term for unit in spelled)
            _append(self.verbatim, key, concept)
            self.longest = max(self.longest, len(key))
        elif found:
            _append(self.exact, _key([unit.term for unit in found]), concept)
            self.longest = max(self.longest, len(found))
        apart = tuple(sorted({unit.term for unit in _near(words, language)}))
        if len(apart) > 1:
            if apart not in self.loose:
                # Any one word leads to a name; the longest is the least common.
                self.by_word[max(apart, key=len)].append(apart)
            _append(self.loose, apart, concept)


def _append(concepts: dict[tuple[str, ...], list[Concept]], key: tuple[str, ...], concept: Concept) -> None:
    present = concepts.setdefault(key, [])
    if concept not in present:
        present.append(concept)


class ConceptTable:
    """All names of all concepts, by language. Immutable; made anew when a name changes."""

    def __init__(self, concepts: Sequence[Concept], languages: Sequence[str]) -> None:
        """Read the names of the concepts in these languages."""
        self.concepts = tuple(concepts)
        self.words: dict[str, dict[str, str]] = {code: {} for code in languages}
        """The folded words of the names of each language, and how they are written."""
        self._named: dict[str, _Names] = {code: _Names() for code in languages}
        self._names: dict[str, list[tuple[str, str, Concept]]] = {code: [] for code in languages}
        for concept in self.concepts:
            for language in languages:
                for name in concept.names.get(language, ()):
                    self._add(name, language, concept)
        for names in self._names.values():
            names.sort(key=lambda entry: entry[0])

    def _add(self, name: str, language: str, concept: Concept) -> None:
        self._names[language].append((fold(name), name, concept))
        spoken = detect_languages(name, language)
        # A Latin abbreviation among Chinese names is read by the rules of languages in Latin letters.
        for reading in (language,) if language in spoken else spoken:
            if reading not in self._named:
                continue
            self._named[reading].add(name, reading, concept)
            for token in tokens(name, reading):
                # One by one, also where several stand for one thing.
                folded = folded_word(token.surface)
                if folded:
                    self.words[reading].setdefault(folded, _in_running_text(token.surface))

    def recognise(
        self, text: str, languages: Sequence[str], accept: Callable[[Recognised], bool]
    ) -> list[Recognised]:
        """Return the concepts that a text names when read in these languages.

        A name of several words side by side wins, then one whose words stand apart, then a single word; among each,
        the longest. `accept` may refuse a name. The result is in the order of the text and does not overlap.
        """
        chosen: list[Recognised] = []
        found = sorted(
            self._candidates(text, languages),
            key=lambda one: (
                one.is_single_word,
                one.words_between,
                one.start - one.end,
                languages.index(one.language),
            ),
        )
        for candidate in found:
            touched = [
                at for at, one in enumerate(chosen) if one.start < candidate.end and candidate.start < one.end
            ]
            if len(touched) > 1 or not accept(candidate):
                continue
            if touched:
                chosen[touched[0]] = _together(chosen[touched[0]], candidate)
            else:
                chosen.append(candidate)
        return sorted(chosen, key=lambda one: one.start)

    def _candidates(self, text: str, languages: Sequence[str]) -> Iterator[Recognised]:
        for language in languages:
            names = self._named.get(language)
            if names is None:
                continue
            words = _words(text, language)
            yield from _side_by_side(_units(text, words), words, names, language)
            yield from _letter_by_letter(_spelled_words(text), names, language)
            yield from _apart(_near(words, language), names, language)

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


def _together(first: Recognised, second: Recognised) -> Recognised:
    """Return the better of two overlapping names with what the other adds: concepts, or words, of the same."""
    if (first.start, first.end) == (second.start, second.end):
        if first.words_between < second.words_between:
            return first
        more = tuple(concept for concept in second.concepts if concept not in first.concepts)
        return replace(first, concepts=first.concepts + more)
    if all(concept in first.concepts for concept in second.concepts):
        # "Keyword search in documents" names one thing twice.
        return replace(first, start=min(first.start, second.start), end=max(first.end, second.end))
    return first


def _side_by_side(
    found: Sequence[Unit], words: Sequence[Unit], names: _Names, language: str
) -> Iterator[Recognised]:
    for first in range(len(found)):
        for last in range(first, min(len(found), first + names.longest)):
            part = found[first : last + 1]
            concepts = names.exact.get(_key([unit.term for unit in part]))
            if concepts:
                start, end = part[0].start, part[-1].end
                is_word = any(word.start <= start and end <= word.end for word in words)
                yield Recognised(start, end, language, is_word, tuple(concepts))


def _letter_by_letter(found: Sequence[Unit], names: _Names, language: str) -> Iterator[Recognised]:
    if not names.verbatim:
        return
    for first in range(len(found)):
        for last in range(first + 1, min(len(found), first + names.longest)):
            part = found[first : last + 1]
            concepts = names.verbatim.get(tuple(unit.term for unit in part))
            if concepts:
                yield Recognised(part[0].start, part[-1].end, language, False, tuple(concepts))


def _apart(words: Sequence[Unit], names: _Names, language: str) -> Iterator[Recognised]:
    present = {unit.term for unit in words}
    for term in present:
        for name in names.by_word.get(term, ()):
            if present.issuperset(name):
                first, last = _closest(words, name)
                between = last - first + 1 - len(name)
                if between <= _WORDS_BETWEEN:
                    start, end = words[first].start, words[last].end
                    yield Recognised(start, end, language, False, tuple(names.loose[name]), between + 1)


def _closest(words: Sequence[Unit], name: Sequence[str]) -> tuple[int, int]:
    """Return the first and last place of the shortest stretch that has all words of a name."""
    best = (0, len(words) + len(name) + _WORDS_BETWEEN)
    places: dict[str, int] = {}
    for at, unit in enumerate(words):
        if unit.term in name:
            places[unit.term] = at
            if len(places) == len(name) and at - min(places.values()) < best[1] - best[0]:
                best = (min(places.values()), at)
    return best


def _in_running_text(word: str) -> str:
    """Write a word as inside a sentence; abbreviations keep their capitals."""
    return word if word[1:] != word[1:].lower() else word.lower()
