"""Different words for one thing: abbreviations, expressions of several words, and regional names."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hub.core.text.scripts import Script, reading_language, words
from hub.core.text.stems import resolve, term_of
from hub.core.text.tables import equivalent_rows, once, stop_words

STEMMED = (Script.LATIN, Script.CYRILLIC, Script.ARABIC)


@dataclass(frozen=True, slots=True)
class Equivalents:
    """What stands for something else, in terms of one language."""

    single: dict[str, str]
    several: dict[str, list[tuple[tuple[str, ...], str]]]  # first term → (all terms, what they stand for)

    def joined(self, terms: Sequence[str]) -> tuple[str, int] | None:
        """The term for the longest expression that ``terms`` begin with, and its number of words."""
        for key, term in self.several.get(terms[0], ()) if terms else ():
            if tuple(terms[: len(key)]) == key:
                return term, len(key)
        return None


def _stems(form: str, language: str) -> tuple[str, ...]:
    stops = stop_words(language)
    read = [word for word in words(form) if reading_language(word.script, language) == language]
    # A single word is never taken for a stop word: "AI" is one in French only in small letters.
    kept = [word for word in read if word.text not in stops] if len(read) > 1 else read
    return tuple(term_of(word.text, language) if word.script in STEMMED else word.text for word in kept)


@once
def equivalents(language: str) -> Equivalents:
    """The equivalents of ar, en, es, fr or ru; a language's own row beats one of every language."""
    direct: dict[tuple[str, ...], str] = {}
    for form, term in equivalent_rows(language):
        key = _stems(form, language)
        target = canonical(term, language)
        if len(key) == 1 and len(form.split()) > 1:
            raise ValueError(f"stop words leave one word of the expression {form!r}")
        if key and key != (target,):
            direct[key] = target
    ends = resolve((key[0], term) for key, term in direct.items() if len(key) == 1)
    several: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for key, term in direct.items():
        if len(key) > 1:
            mapped = tuple(ends.get(part, part) for part in key)
            several[mapped[0]].append((mapped, ends.get(term, term)))
    for expressions in several.values():
        expressions.sort(key=lambda pair: -len(pair[0]))
    return Equivalents({form: term for form, term in ends.items() if form != term}, dict(several))


def canonical(term: str, language: str) -> str:
    """The form under which the index keeps the right-hand side of a row, read by the rules of its script."""
    word = next(words(term), None)
    if word is None or word.script not in STEMMED:
        return term
    own = reading_language(word.script, language)
    stem = term_of(word.text, own)
    return stem if own == language else equivalents(own).single.get(stem, stem)
