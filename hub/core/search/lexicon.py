"""The words that an index and the names of concepts hold, and which of them somebody may have meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_ONE_ERROR = 4
_TWO_ERRORS = 8
_NAME_WEIGHT = 3
_SHORTEST_PART = 3
_OTHER_FIRST_LETTER = 0.5
"""Hardly anybody mistypes the first letter."""


class Meant(NamedTuple):
    """What may have been meant: typing errors (with halves for what is unlikely), documents, the words."""

    errors: float
    frequency: int
    text: str


def allowed_errors(word: str) -> int:
    """Return how many typing errors are forgiven in a word: one from 4 letters, two from 8."""
    return (len(word) >= _ONE_ERROR) + (len(word) >= _TWO_ERRORS)


def likeliest_first(one: Meant) -> tuple[float, int, str]:
    """Return the key that puts the likeliest first."""
    return one.errors, -one.frequency, one.text


class Lexicon:
    """The words of one language with the number of documents that hold each. Immutable."""

    def __init__(self, frequencies: Mapping[str, int], names: Iterable[str] = ()) -> None:
        """Take an index's vocabulary and the words of concepts' names, which count like a few documents."""
        self._frequencies = dict(frequencies)
        for word in names:
            self._frequencies[word] = max(self._frequencies.get(word, 0), _NAME_WEIGHT)
        self._sorted = sorted(self._frequencies)
        self._text = "\n" + "\n".join(self._sorted) + "\n"

    def frequency(self, word: str) -> int:
        """Return in how many documents a folded word stands."""
        return self._frequencies.get(word, 0)

    def meant(self, word: str, limit: int) -> list[Meant]:
        """Return other words that a mistyped one may mean, the likeliest first; also two words without their space."""
        errors = allowed_errors(word)
        if not errors:
            return []
        near = self._near(word, errors)
        found = extract(word, near, scorer=OSA.distance, score_cutoff=errors, limit=None)
        meant = [
            Meant(distance + (other[0] != word[0]) * _OTHER_FIRST_LETTER, self._frequencies[other], other)
            for other, distance, _ in found
            if distance > 0
        ]
        return sorted([*meant, *self._split(word)], key=likeliest_first)[:limit]

    def _near(self, word: str, errors: int) -> list[str]:
        """Return all words within so many errors of one, among others.

        If it is cut into one part more than there are errors, one part stands whole in the other word, unless two letters
        that changed places are those on both sides of a cut. So it is cut in more ways than there are errors, no two of
        which share a cut.
        """
        found: set[str] = set()
        for way in range(errors + 1):
            cuts = [len(word) * at // (errors + 1) + way - errors // 2 for at in range(1, errors + 1)]
            found.update(self._beginning(word[: cuts[0]]))
            found.update(*(self._holding(word[start:end]) for start, end in pairwise(cuts)))
            found.update(self._holding(word[cuts[-1] :] + "\n"))
        shortest, longest = max(2, len(word) - errors), len(word) + errors
        return [other for other in found if shortest <= len(other) <= longest]

    def _holding(self, part: str) -> Iterator[str]:
        """Yield the words that hold a part; one that ends with a line break stands at their end."""
        at = self._text.find(part)
        while at >= 0:
            start = self._text.rfind("\n", 0, at) + 1
            end = self._text.find("\n", at)
            yield self._text[start:end]
            at = self._text.find(part, end)

    def _beginning(self, prefix: str) -> list[str]:
        """Return the words that begin so."""
        return self._sorted[
            bisect_left(self._sorted, prefix) : bisect_left(self._sorted, prefix + "\U0010ffff")
        ]

    def _split(self, word: str) -> list[Meant]:
        parts = ((word[:at], word[at:]) for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1))
        return [
            Meant(1, min(self._frequencies[first], self._frequencies[second]), f"{first} {second}")
            for first, second in parts
            if first in self._frequencies and second in self._frequencies
        ]

    def beginning_with(self, prefix: str, limit: int) -> list[str]:
        """Return the words that begin so, the most frequent first."""
        found = self._beginning(prefix)
        return sorted(found, key=lambda word: (-self._frequencies[word], word))[:limit]
