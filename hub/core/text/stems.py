"""From a folded word to its term: override table first, then the stemmer of the language."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import snowballstemmer

from hub.core.text.arabic import known_core, light_stem
from hub.core.text.tables import once, override_rows

_SNOWBALL = {"en": "english", "fr": "french", "ru": "russian", "es": "spanish"}

# One stemmer object keeps the word it works on in itself, so threads take turns; hits never get here.
_stemmer_lock = Lock()


@once
def _snowball(language: str) -> Callable[[str], str]:
    stem: Callable[[str], str] = snowballstemmer.stemmer(_SNOWBALL[language]).stemWord
    return stem


_IZE = re.compile(r"(?<=\w\w\w)iz(?=(?:e|es|ed|er|ers|ing|ings|able|ation|ations|ational)$)")
_YZE = re.compile(r"(?<=\w\wl)yz(?=(?:e|es|ed|er|ers|ing|able)$)")


def _spell_english(word: str) -> str:
    return _YZE.sub("ys", _IZE.sub("is", word))


# Terms do not depend on accents, but the stemmers know these endings only with theirs.
_FRENCH_ENDINGS = ((re.compile(r"(?<=\w\w)ee(s?)$"), r"ée\1"), (re.compile(r"(?<=\w\w\w)ite(s?)$"), r"ité\1"),
                   (re.compile(r"(?<=\w\w)ier(es?)$"), r"ièr\1"))  # fmt: skip
_SPANISH_ENDINGS = (
    (re.compile(r"(?<=\w[csgxt])ion$"), "ión"),
    (re.compile(r"(?<=\w\w)logia(s?)$"), r"logía\1"),
)


def _with_accents(word: str, endings: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, replacement in endings:
        word = pattern.sub(replacement, word)
    return word


_UNACCENTED = str.maketrans("àâäéèêëîïôöùûüçáíóúñ", "aaaeeeeiioouuucaioun")


def _spelled(word: str, language: str) -> str:
    return _spell_english(word) if language == "en" else word


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    """Stem a folded, spelled word; words with digits and very short ones stay as they are."""
    if len(word) < 3 or any(character.isdigit() for character in word):
        return word
    if language == "ar":
        return light_stem(word)
    if language == "fr":
        word = _with_accents(word, _FRENCH_ENDINGS)
    elif language == "es":
        word = _with_accents(word, _SPANISH_ENDINGS)
    with _stemmer_lock:
        stem = _snowball(language)(word)
    return stem.translate(_UNACCENTED) or word


@dataclass(frozen=True, slots=True)
class _Overrides:
    by_form: dict[str, str]
    by_stem: dict[str, str]


def resolve(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map every form to its last term, following chains, every term to itself.

    Raises ValueError for a form with two terms and for a circle: either would make results depend on the
    order of rows.
    """
    direct: dict[str, str] = {}
    for form, term in rows:
        if direct.setdefault(form, term) != term:
            raise ValueError(f"the form {form!r} has two terms: {direct[form]!r} and {term!r}")
    last: dict[str, str] = {}
    for form in direct:
        seen = [form]
        while (following := direct.get(seen[-1], seen[-1])) != seen[-1]:
            if following in seen:
                raise ValueError(f"circle of terms: {' → '.join([*seen, following])}")
            seen.append(following)
        last[form] = last[seen[-1]] = seen[-1]
    return last


@once
def _overrides(language: str) -> _Overrides:
    by_form = resolve(
        (_spelled(form, language), _spelled(term, language)) for form, term in override_rows(language)
    )
    claims: dict[str, set[str]] = defaultdict(set)
    families = {term for form, term in by_form.items() if form != term}
    for form, term in by_form.items():
        # A row that names a word twice only keeps that word apart; it says nothing about others.
        if term in families:
            claims[_stem(form, language)].add(term)
    # A row speaks for all inflections of its form, unless rows of two terms share a stem.
    by_stem = {stem: next(iter(terms)) for stem, terms in claims.items() if len(terms) == 1}
    return _Overrides(by_form, by_stem)


@lru_cache(maxsize=100_000)
def term_of(word: str, language: str) -> str:
    """The term under which a folded word of ``language`` (ar, en, es, fr or ru) is indexed; never empty.

    Equivalents are not applied here: they may span several words.
    """
    word = _spelled(word, language)
    overrides = _overrides(language)
    if language == "ar":
        core = known_core(word, overrides.by_form)
        if core is not None:
            return overrides.by_form[core]
    elif word in overrides.by_form:
        return overrides.by_form[word]
    stem = _stem(word, language)
    return overrides.by_stem.get(stem, stem)
