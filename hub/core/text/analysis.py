"""Tokens of a text, groups of a query, and what follows from both: matching and highlighting."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from hub.core.text.chinese import bigrams, mapped_words, query_pieces
from hub.core.text.equivalents import STEMMED, equivalents
from hub.core.text.folding import Folded, fold_with_offsets
from hub.core.text.records import Group, Token
from hub.core.text.scripts import Script, Word, reading_language, words
from hub.core.text.stems import resolve, term_of
from hub.core.text.tables import generic_words, near_rows, once, stop_words

_PREFIX_LEAST = 3
_SHOUTED = re.compile(r"[^\W\d_]{5}")


class _Read(NamedTuple):
    """A word that counts, with its term; ``start`` and ``end`` count folded characters."""

    term: str
    language: str
    start: int
    end: int


@lru_cache(maxsize=200_000)
def _term(word: str, own: str) -> str:
    term = term_of(word, own)
    return equivalents(own).single.get(term, term)


def _is_stop(surface: str, shouting: bool) -> bool:
    # "IT" and "US" in a sentence of small letters are names.
    return shouting or len(surface) < 2 or not surface.isupper()


def _joined(read: Sequence[_Read], at: int) -> tuple[str, int] | None:
    """The term for several words beginning at ``at``, and how many they are."""
    language = read[at].language
    if not language or read[at].term not in equivalents(language).several:
        return None
    same = takewhile(lambda word: word.language in (language, ""), read[at:])
    return equivalents(language).joined([word.term for word in same])


def _runs(
    text: str, folded: Folded, language: str, *, stop_words_too: bool = False
) -> list[list[_Read] | Word]:
    """Chinese runs, and between them the lists of words that count."""
    shouting = _SHOUTED.search(text) is not None and not any(map(str.islower, text))
    runs: list[list[_Read] | Word] = []
    run: list[_Read] | None = None
    own_of = {script: reading_language(script, language) for script in STEMMED}
    for word in words(folded.text):
        script, term, start, end = word
        if script is Script.HAN:
            runs.append(word)
            run = None
            continue
        own = own_of.get(script, "")
        if own:
            if not stop_words_too and term in stop_words(own):
                surface = text[folded.starts[start] : folded.ends[end - 1]]
                if _is_stop(surface, shouting):
                    continue
            term = _term(term, own)
        if run is None:
            run = []
            runs.append(run)
        run.append(_Read(term, own, start, end))
    return runs


def tokens(text: str, language: str) -> list[Token]:
    """Analyse a text for the index.

    ``language`` decides how Latin letters are read; other scripts have one language each, whatever it is.
    A run of Chinese gives its bigrams, then its characters, then what its words stand for. Never raises.
    """
    folded = fold_with_offsets(text)
    found: list[Token] = []
    position = 0

    def add(term: str, start: int, end: int, at: int) -> None:
        first, last = folded.starts[start], folded.ends[end - 1]
        found.append(Token(term, text[first:last], first, last, at))

    for run in _runs(text, folded, language):
        if isinstance(run, Word):
            length = run.end - run.start
            if length > 1:
                for i, pair in enumerate(bigrams(run.text)):
                    add(pair, run.start + i, run.start + i + 2, position + i)
            for i, character in enumerate(run.text):
                add(character, run.start + i, run.start + i + 1, position + i)
            for piece in mapped_words(run.text):
                add(
                    piece.terms[0],
                    run.start + piece.start,
                    run.start + piece.end,
                    position + piece.start,
                )
            position += length
            continue
        for i, word in enumerate(run):
            joined = _joined(run, i)
            if joined is not None:
                add(joined[0], word.start, run[i + joined[1] - 1].end, position)
            if joined is None or joined[0] != word.term:
                add(word.term, word.start, word.end, position)
            position += 1
    return found


def query_groups(text: str, language: str) -> list[Group]:
    """Analyse a query: one group for each word, known expression or Chinese word.

    Stop words give none, unless the query has nothing else ("IT", "who"). Never raises.
    """
    folded = fold_with_offsets(text)
    groups: list[Group] = []

    def add(terms: tuple[str, ...], start: int, end: int, may_be_prefix: bool) -> None:
        first, last = folded.starts[start], folded.ends[end - 1]
        unfinished = may_be_prefix and end == len(folded.text) and end - start >= _PREFIX_LEAST
        groups.append(Group(terms, text[first:last], first, last, len(terms) > 1, unfinished))

    runs = _runs(text, folded, language) or _runs(text, folded, language, stop_words_too=True)
    for run in runs:
        if isinstance(run, Word):
            for piece in query_pieces(run.text):
                add(piece.terms, run.start + piece.start, run.start + piece.end, False)
            continue
        at = 0
        while at < len(run):
            joined = _joined(run, at)
            if joined is None:
                add((run[at].term,), run[at].start, run[at].end, True)
                at += 1
            else:
                add((joined[0],), run[at].start, run[at + joined[1] - 1].end, False)
                at += joined[1]
    return groups


@once
def generic_terms(language: str) -> frozenset[tuple[str, ...]]:
    """The terms of words that say nothing about a tool: beside others in a query they need not be found.

    Raises ValueError for a row that is more than one word: its parts would be taken for such words.
    """
    return frozenset(
        _only_group(word, language, "generic_words.csv").terms for word in generic_words(language)
    )


@once
def near_terms(language: str) -> dict[str, str]:
    """What terms of words that mean nearly the same are compared by when names of concepts are looked for.

    A phrase's terms are joined by "+". Raises ValueError for a row that is more than one word, or contradicts others.
    """

    def term(word: str) -> str:
        return "+".join(_only_group(word, language, "near_words.csv").terms)

    pairs = ((term(form), term(near)) for form, near in near_rows(language))
    return resolve(pair for pair in pairs if pair[0] != pair[1])


def is_listed(word: str, language: str) -> bool:
    """Say whether the tables know a single word of this language: then it is no mistyped other word."""
    found = query_groups(word, language)
    if len(found) != 1:
        return False
    terms = found[0].terms
    return "+".join(terms) in near_terms(language) or terms in generic_terms(language)


def _only_group(word: str, language: str, table: str) -> Group:
    groups = query_groups(word, language)
    if len(groups) != 1:
        raise ValueError(f"{table}: {word!r} is not one word")
    return groups[0]


def _holds(group: Group, positions: dict[str, set[int]]) -> bool:
    if not group.phrase:
        return any(term in positions for term in group.terms)
    starts = positions.get(group.terms[0], set())
    return any(
        all(start + i in positions.get(term, ()) for i, term in enumerate(group.terms)) for start in starts
    )


def matches(query: str, text: str, language: str) -> bool:
    """Say whether a text holds everything that a query asks for; an empty query matches nothing."""
    groups = query_groups(query, language)
    positions: dict[str, set[int]] = defaultdict(set)
    for token in tokens(text, language):
        positions[token.term].add(token.position)
    return bool(groups) and all(_holds(group, positions) for group in groups)


def highlight(text: str, language: str, terms: set[str]) -> list[tuple[str, bool]]:
    """Cut a text into pieces, True where a token's term is among ``terms``; joined they give the text."""
    marked = [(token.start, token.end) for token in tokens(text, language) if token.term in terms]
    pieces: list[tuple[str, bool]] = []
    done = 0
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marked):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    for start, end in merged:
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces
