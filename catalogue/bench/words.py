"""Real words in six languages, with how often they come, for a catalogue that is made up.

No list of words is shipped for this: they are read from the hub's own tables and from the translations of the
packages that it stands on, which are the same for everybody who has installed the lock file.
"""

from __future__ import annotations

import csv
import gettext
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

from babel import Locale

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES

CAPABILITY, STAGE = "capability", "stage"
SHIPPED = Path(__file__).resolve().parent.parent / "vocabulary"
_TRANSLATED = (
    "django.conf",
    "django.contrib.admin",
    "wagtail",
    "wagtail.admin",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.users",
    "wagtail_localize",
    "allauth",
)
_FOLDERS = {"ar": "ar", "zh-hans": "zh_Hans", "fr": "fr", "ru": "ru", "es": "es"}
_OWN_WORDS_COUNT = 4
"""How often a word of the hub's own tables counts: they speak of the matter, menus of a CMS do not."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^}]*\}|<[^>]*>|&\w+;|https?://\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PARTICLES = re.compile("([的了和是在将把为并与或及对从中其以可由向不您此该])")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a language, the frequent ones first, with their frequencies added up."""

    words: tuple[str, ...]
    cumulated: tuple[int, ...]


@cache
def vocabulary_of(language: str) -> Vocabulary:
    """Return the words that texts of a language are made of."""
    counts: Counter[str] = Counter()
    for text in _own_texts(language):
        for piece in _pieces(text, language):
            counts[piece] += _OWN_WORDS_COUNT
    for text in _installed_texts(language):
        counts.update(_pieces(text, language))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Vocabulary(tuple(word for word, _ in ranked), tuple(accumulate(count for _, count in ranked)))


@dataclass(frozen=True, slots=True)
class Term:
    """What one concept is called, by language, as it is shipped."""

    code: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]


@cache
def shipped_terms() -> Mapping[str, Mapping[str, Term]]:
    """Return the words of the taxonomy by kind and code, without the database."""
    rows: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for language in LANGUAGE_CODES:
        with (SHIPPED / f"terms.{language}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows.setdefault((row["vocabulary"], row["code"]), {})[language] = row
    terms: dict[str, dict[str, Term]] = {}
    for (kind, code), found in rows.items():
        terms.setdefault(kind, {})[code] = Term(
            code=code,
            labels={language: row["label"] for language, row in found.items()},
            definitions={language: row["definition"] for language, row in found.items()},
            synonyms={
                language: tuple(filter(None, map(str.strip, row["synonyms"].split("|"))))
                for language, row in found.items()
            },
        )
    return terms


def _own_texts(language: str) -> Iterator[str]:
    for kind in (CAPABILITY, STAGE):
        for term in shipped_terms()[kind].values():
            yield term.labels[language]
            yield term.definitions[language]
            yield from term.synonyms[language]


def _installed_texts(language: str) -> Iterator[str]:
    # English is the language that the others are translated from.
    folder = _FOLDERS.get(language, "fr")
    for package in _TRANSLATED:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            path = Path(place) / "locale" / folder / "LC_MESSAGES" / "django.mo"
            if path.is_file():
                yield from _messages(path, is_source=language == DEFAULT_LANGUAGE)
    names = Locale.parse(language.replace("-", "_"))
    for code in sorted(names.territories):
        yield str(names.territories[code])
    for code in sorted(names.languages):
        yield str(names.languages[code])


def _messages(path: Path, *, is_source: bool) -> Iterator[str]:
    with path.open("rb") as file:
        # There is no other way to list what a catalogue holds.
        found = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    for key, translated in sorted(found.items(), key=lambda pair: str(pair[0])):
        source = key[0] if isinstance(key, tuple) else key
        if source:
            yield _PLACEHOLDER.sub(" ", str(source if is_source else translated).rpartition("\x04")[2])


def _pieces(text: str, language: str) -> Iterator[str]:
    if language == "zh-hans":
        for run in _HAN.findall(text):
            yield from filter(None, _PARTICLES.split(run))
    else:
        for word in _WORD.findall(text):
            if len(word) > 1 and not _HAN.search(word):
                yield word if word.isupper() else word.lower()
