"""Chinese runs: bigrams and single characters for the index, words for a query.

A query is cut into known words so that 图像分类 finds 图像的自动分类; what is unknown (a name) stays
one phrase.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from hub.core.text.equivalents import canonical
from hub.core.text.folding import is_han
from hub.core.text.stems import resolve
from hub.core.text.tables import equivalent_rows, once, override_rows, stop_words

LANGUAGE = "zh-hans"


class Piece(NamedTuple):
    """A stretch of a folded Chinese run and the terms it stands for."""

    start: int
    end: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: dict[str, str]
    mapped: dict[str, list[tuple[str, str]]]  # first character → (form, term), longest form first
    longest: int


def _in_bigrams(word: str) -> bool:
    return len(word) <= 2 and all(map(is_han, word))


@once
def _lexicon(language: str) -> _Lexicon:
    rows = override_rows(language) + equivalent_rows(language)
    pairs = [(form, canonical(term, language)) for form, term in rows if all(map(is_han, form))]
    # A word of the list may stand for something else in another row; the list only says that it is a word.
    words = resolve(pair for pair in pairs if pair[0] != pair[1])
    words |= {form: form for form, _ in pairs if form not in words}
    targets = {term for form, term in words.items() if form != term}
    mapped: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for form, term in words.items():
        # The index already holds words of one or two characters; every other target must be written there.
        if all(map(is_han, form)) and (form != term or (form in targets and not _in_bigrams(form))):
            mapped[form[0]].append((form, term))
    for forms in mapped.values():
        forms.sort(key=lambda pair: -len(pair[0]))
    known = {form: term for form, term in words.items() if all(map(is_han, form))}
    return _Lexicon(known, dict(mapped), max(map(len, known), default=1))


def bigrams(run: str) -> tuple[str, ...]:
    """Overlapping pairs of characters; a single character stays itself."""
    return tuple(run[i : i + 2] for i in range(len(run) - 1)) or (run,)


def mapped_words(run: str) -> list[Piece]:
    """The words in a run that stand for another term, wherever they occur."""
    by_first = _lexicon(LANGUAGE).mapped
    found = []
    for at, character in enumerate(run):
        for form, term in by_first.get(character, ()):
            if run.startswith(form, at):
                found.append(Piece(at, at + len(form), (term,)))
    return found


def _cut(run: str) -> list[tuple[int, int, bool]]:
    """Cut a run into (start, end, known): fewest unknown characters, then fewest words."""
    lexicon = _lexicon(LANGUAGE)
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # (unknown characters, pieces, start of the last piece)
    for end in range(1, len(run) + 1):
        unknown, pieces, _ = best[end - 1]
        choice = (unknown + 1, pieces + 1, end - 1)
        for start in range(max(0, end - lexicon.longest), end):
            if run[start:end] in lexicon.words:
                choice = min(choice, (best[start][0], best[start][1] + 1, start))
        best.append(choice)
    cuts: list[tuple[int, int, bool]] = []
    end = len(run)
    while end:
        start = best[end][2]
        cuts.append((start, end, run[start:end] in lexicon.words))
        end = start
    cuts.reverse()
    joined: list[tuple[int, int, bool]] = []
    for start, end, known in cuts:
        if joined and not known and not joined[-1][2]:
            joined[-1] = (joined[-1][0], end, False)
        else:
            joined.append((start, end, known))
    return joined


def _without_stop_characters(run: str, start: int, end: int) -> tuple[int, int]:
    stops = stop_words(LANGUAGE)
    while start < end and run[start] in stops:
        start += 1
    while start < end and run[end - 1] in stops:
        end -= 1
    return start, end


def query_pieces(run: str) -> list[Piece]:
    """Cut a run of a query into words; a run of nothing but stop words is kept whole."""
    lexicon = _lexicon(LANGUAGE)
    stops = stop_words(LANGUAGE)
    pieces: list[Piece] = []
    for start, end, known in _cut(run):
        if run[start:end] in stops:
            continue
        if not known:
            start, end = _without_stop_characters(run, start, end)
            if start == end:
                continue
        word = run[start:end]
        term = lexicon.words.get(word, word)
        single = term != word or any(term == other for _, other in lexicon.mapped.get(word[0], ()))
        pieces.append(Piece(start, end, (term,) if single else bigrams(word)))
    return pieces or [Piece(0, len(run), bigrams(run))]
