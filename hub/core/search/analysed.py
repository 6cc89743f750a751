"""A document as every engine writes it: terms by field, words for correction and completion, sort values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hub.core.search.records import NEUTRAL, Document, Schema
from hub.core.text import Token, fold, tokens
from hub.core.text.scripts import Script, reading_language

LONGEST_TERM = 100
"""Longer terms are cut, in the index and in queries alike, so that no engine drops or splits them."""
_PROFILE_TERMS = 60
_LONGEST_ORDER = 200
_LARGEST_PRIORITY = 63
_PROFILE_LANGUAGE = "en"
_HAN = re.compile(r"[\u3005\u3007\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a document is about: its frequent terms in one language, and its facets; for finding similar ones."""

    language: str
    terms: Mapping[str, float]
    facets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Analysed:
    """`terms` by (field, language); `words` by language; `orders` by sort key, all texts that sort ascending.

    `nudge` is between 0 and 0.064: it grows with importance and decides between equal scores.
    """

    terms: Mapping[tuple[str, str], list[str]]
    words: Mapping[str, list[str]]
    title: str
    completions: list[str]
    browse_order: str
    orders: Mapping[str, str]
    priority: int
    nudge: float
    profile: Profile


def has_han(text: str) -> bool:
    """Say whether there is a Chinese character in the text."""
    return _HAN.search(text) is not None


def cut(term: str) -> str:
    """Return a term in the form in which engines hold it."""
    return term[:LONGEST_TERM]


@lru_cache(maxsize=100_000)
def folded_word(surface: str) -> str:
    """Return a word as vocabularies hold it; empty for what is no single word that could be corrected."""
    word = fold(surface)
    return cut(word) if len(word) > 1 and _WORD.fullmatch(word) and not has_han(word) else ""


def completion_words(text: str) -> list[str]:
    """Return the folded words of a text, in its order."""
    return [cut(word) for word in _WORD.findall(fold(text))]


def analyse(document: Document, schema: Schema) -> Analysed:
    """Analyse a document. Fields and languages that the schema does not have are left out."""
    terms: dict[tuple[str, str], list[str]] = {}
    words: dict[str, set[str]] = {language: set() for language in schema.languages}
    for text_field in schema.text_fields:
        if text_field.translated:
            for language in schema.languages:
                text = document.texts.get(language, {}).get(text_field.name, "")
                if text:
                    found = tokens(text, language)
                    terms[text_field.name, language] = [cut(token.term) for token in found]
                    words[language] |= _words(found)
        else:
            text = "\n".join(_untranslated(document, text_field.name))
            if text:
                terms[text_field.name, NEUTRAL], spoken = _in_every_language(text, schema.languages)
                for language in schema.languages:
                    words[language] |= spoken
    title = next(iter(_untranslated(document, schema.title)), "")
    browse_order = _browse_order(document, title)
    clipped = min(max(document.priority, 0), _LARGEST_PRIORITY)
    return Analysed(
        terms=terms,
        words={language: sorted(found) for language, found in words.items()},
        title=title,
        completions=_completions(title),
        browse_order=browse_order,
        orders={key: _order(document.sorts.get(key, ""), browse_order) for key in schema.sort_keys},
        priority=document.priority,
        nudge=0.001 * (_LARGEST_PRIORITY - clipped + 1 - _fraction(_name_order(document, title))),
        profile=_profile(document, schema, terms),
    )


def _untranslated(document: Document, name: str) -> list[str]:
    found = (texts.get(name, "") for texts in document.texts.values())
    return list(dict.fromkeys(text for text in found if text))


def _words(found: list[Token]) -> set[str]:
    words = {folded_word(token.surface) for token in found}
    words.discard("")
    return words


def _in_every_language(text: str, languages: tuple[str, ...]) -> tuple[list[str], set[str]]:
    terms: list[str] = []
    words: set[str] = set()
    known: set[tuple[str, int]] = set()
    # Only Latin letters are read differently from language to language.
    for language in dict.fromkeys(reading_language(Script.LATIN, code) for code in languages):
        found = tokens(text, language)
        words |= _words(found)
        # What another language reads alike is there already, in the order that phrases need.
        terms += [cut(token.term) for token in found if (token.term, token.start) not in known]
        known.update((token.term, token.start) for token in found)
    return terms, words


def _completions(title: str) -> list[str]:
    words: dict[str, None] = {}
    for word in completion_words(title):
        words[word] = None
        if has_han(word):
            # Chinese has no spaces: a completion may begin at any character.
            words.update(dict.fromkeys(word[at:] for at in range(1, len(word))))
    return list(words)


def _name_order(document: Document, title: str) -> str:
    name = document.sorts.get("name", "")
    return name if isinstance(name, str) and name else fold(title)


def _browse_order(document: Document, title: str) -> str:
    # An offset makes negative priorities sort as texts.
    priority = min(max(document.priority + 2**31, 0), 2**32)
    return f"{priority:010d}\x1f{_name_order(document, title)[:_LONGEST_ORDER]}\x1f{document.key}"


def _order(value: int | str, browse_order: str) -> str:
    if isinstance(value, int):
        return f"{max(2**62 - value, 0):020d}\x1f{browse_order}"
    return f"{value[:_LONGEST_ORDER]}\x1f{browse_order}"


def _fraction(name: str) -> float:
    return int.from_bytes(name.encode("utf-8", "replace")[:4].ljust(4, b"\0"), "big") / 2**32


def _profile(document: Document, schema: Schema, terms: Mapping[tuple[str, str], list[str]]) -> Profile:
    with_text = {language for _, language in terms if language != NEUTRAL}
    preferred = (_PROFILE_LANGUAGE, *schema.languages)
    language = next((code for code in preferred if code in with_text), _PROFILE_LANGUAGE)
    counts: Counter[str] = Counter()
    for text_field in schema.text_fields:
        if text_field.translated:
            counts.update(terms.get((text_field.name, language), ()))
    frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_PROFILE_TERMS]
    facets = {facet: tuple(document.facets.get(facet, ())) for facet in schema.facets}
    return Profile(language, dict(frequent), facets)
