"""A catalogue that is made up: the same for everybody, each tool a function of its number alone.

The first hundred tools are the first hundred of any larger catalogue, so one set of questions fits all sizes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from catalogue.bench.words import CAPABILITY, STAGE, shipped_terms, vocabulary_of
from catalogue.enums import CODES, NOT_KNOWN, Vocabulary
from catalogue.rules import priority
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.search import NEUTRAL, Document
from hub.core.text import sort_key

SEED = "hub"
ASKED_ABOUT = 100
"""Questions are asked about the first tools, which every size has."""
QUESTIONS_A_LANGUAGE = 40

SUMMARY_WORDS = (11, 26)
FUNCTIONALITY_WORDS = (35, 75)

COUNTRIES = (
    "US", "GB", "DE", "FR", "NL", "IL", "CN", "IN", "CA", "ES", "IT", "SE", "CH", "AU", "JP", "KR", "RU",
    "PL", "BR", "NO", "FI", "DK", "BE", "AT", "IE", "CZ", "EE", "LT", "LV", "PT", "GR", "RO", "BG", "HU",
    "UA", "TR", "AE", "SA", "EG", "ZA", "NG", "KE", "MA", "TN", "MX", "AR", "CL", "CO", "PE", "UY", "SG",
    "MY", "TH", "VN", "ID", "PH", "NZ", "HK", "TW", "LU",
)  # fmt: skip
INTERFACE_LANGUAGES = (
    "en", "zh-hans", "fr", "es", "ru", "de", "ar", "ja", "ko", "pt", "it", "nl", "pl", "sv", "tr", "uk",
    "cs", "da", "fi", "no", "el", "he", "hi", "hu", "ro", "bg", "id", "th", "vi", "zh-hant",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """Which values a facet has, in which part of the tools none is known, and how many one tool has at most."""

    values: tuple[str, ...]
    unknown: float
    most: int

    @property
    def weights(self) -> tuple[float, ...]:
        """The frequencies of the values, added up: the second is half as frequent as the first, and so on."""
        return tuple(accumulate(1 / rank for rank in range(1, len(self.values) + 1)))


SHAPES: dict[str, Shape] = {
    "stage": Shape(tuple(shipped_terms()[STAGE]), 0.06, 3),
    "capability": Shape(tuple(shipped_terms()[CAPABILITY]), 0.0, 4),
    "ai": Shape(CODES[Vocabulary.AI_ROLE], 0.01, 1),
    "readiness": Shape(CODES[Vocabulary.READINESS], 0.0, 1),
    "data": Shape(CODES[Vocabulary.DATA_TYPE], 0.01, 4),
    "offline": Shape(CODES[Vocabulary.OFFLINE_CAPABLE], 0.16, 1),
    "cost": Shape(CODES[Vocabulary.COST_MODEL], 0.12, 1),
    "access": Shape(CODES[Vocabulary.ACCESS], 0.13, 1),
    "deployment": Shape(CODES[Vocabulary.DEPLOYMENT], 0.06, 3),
    "system": Shape(CODES[Vocabulary.OPERATING_SYSTEM], 0.28, 4),
    "licence": Shape(CODES[Vocabulary.LICENCE_FAMILY], 0.08, 2),
    "country": Shape(COUNTRIES, 0.5, 1),
    "language": Shape(INTERFACE_LANGUAGES, 0.28, 4),
    "freshness": Shape(CODES[Vocabulary.FRESHNESS], 0.0, 1),
    "cautions": Shape(CODES[Vocabulary.HAS_CAUTIONS], 0.0, 1),
}
"""The facets of the catalogue, shaped as they are in the real tables."""

_SYLLABLES = (
    "ver", "tra", "ce", "fo", "ren", "si", "ca", "mon", "li", "gra", "phe", "da", "ta", "lo", "gi", "op",
    "ti", "vi", "su", "al", "mi", "ra", "no", "va", "ka", "ze", "tor", "qui", "lex", "ar", "go", "bel",
    "pri", "sen", "tri", "num", "ix", "era", "den", "sol", "ori", "pha", "bri", "cam", "del", "fen", "gam",
    "hel", "jus", "kor", "lum", "mar", "nex",
)  # fmt: skip
_ENDINGS = ("AI", "Scan", "Lens", "Trace", "Kit", "Vision", "Hash", "Find", "Guard", "Lab", "", "", "")
_FIRMS = ("Forensics", "Labs", "Systems", "Technologies", "GmbH", "AI", "Research", "Analytics", "University")
_MIXED_IN = 0.7


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks: `kind` says what sort of text it is."""

    kind: str
    language: str
    text: str
    filters: Mapping[str, tuple[str, ...]]


def tools(number: int) -> Iterator[Document]:
    """Return the first tools of the catalogue."""
    return (tool(at) for at in range(number))


def tool(at: int) -> Document:
    """Return one tool, as the index takes it."""
    chance = random.Random(f"{SEED} tool {at}")  # noqa: S311
    facets = {facet: _values(shape, chance) for facet, shape in SHAPES.items()}
    texts: dict[str, dict[str, str]] = {
        NEUTRAL: {
            "name": _name(chance),
            "alias": _name(chance) if chance.random() < 0.2 else "",
            "vendor": _vendor(chance),
        }
    }
    for language in LANGUAGE_CODES:
        names = [name for code in facets["capability"] for name in _names(code, language)]
        labels = [
            shipped_terms()[kind][code].labels[language]
            for kind in (CAPABILITY, STAGE)
            for code in facets[kind]
            if code != NOT_KNOWN
        ]
        texts[language] = {
            "summary": _text(language, SUMMARY_WORDS, names, chance),
            "functionality": _text(language, FUNCTIONALITY_WORDS, names, chance),
            "concepts": "\n".join(labels),
        }
    return Document(
        key=str(at + 1),
        texts=texts,
        facets=facets,
        sorts={
            "name": sort_key(texts[NEUTRAL]["name"], DEFAULT_LANGUAGE)[:200],
            "newest": 739_000 + chance.randrange(900),
        },
        priority=priority(facets["ai"][0], facets["readiness"][0]),
    )


def questions(a_language: int = QUESTIONS_A_LANGUAGE) -> list[Question]:
    """Return as many questions in each language: a text and two facets, about one of the first tools each.

    Of ten texts four name a concept, three are one to three words of a text, one a name, one an unfinished word and
    one a word with a typing error.
    """
    kinds = (
        "concept",
        "words",
        "concept",
        "words",
        "name",
        "concept",
        "unfinished",
        "words",
        "concept",
        "mistyped",
    )
    return [
        _question(kinds[at % len(kinds)], language, random.Random(f"{SEED} question {language} {at}"))  # noqa: S311
        for language in LANGUAGE_CODES
        for at in range(a_language)
    ]


def _question(kind: str, language: str, chance: random.Random) -> Question:
    about = tool(chance.randrange(ASKED_ABOUT))
    filters = {}
    for facet in chance.sample([name for name in about.facets if about.facets[name] != (NOT_KNOWN,)], 2):
        own = chance.choice(about.facets[facet])
        others = [value for value in SHAPES[facet].values if value != own]
        filters[facet] = (own, *chance.sample(others, min(len(others), chance.randrange(3))))
    return Question(kind, language, _asked(kind, language, about, chance), filters)


def _asked(kind: str, language: str, about: Document, chance: random.Random) -> str:
    written = about.texts[language]
    if kind == "concept":
        return chance.choice(_names(chance.choice(about.facets["capability"]), language))
    if kind == "name":
        return about.texts[NEUTRAL]["name"]
    pieces = _long_words(written["functionality"], language)
    if kind == "words":
        return _joined(chance.sample(pieces, min(len(pieces), chance.randint(1, 3))), language)
    word = chance.choice(pieces)
    if kind == "unfinished":
        return word[: max(2, len(word) * 2 // 3)]
    at = chance.randrange(1, len(word) - 1) if len(word) > 2 else 1
    return word[: at - 1] + word[at : at + 1] + word[at - 1 : at] + word[at + 1 :]


def _long_words(text: str, language: str) -> list[str]:
    if language == "zh-hans":
        return [word for word in vocabulary_of(language).words if len(word) > 1 and word in text]
    words = [word.strip(".,").lower() for word in text.split()]
    return [word for word in words if len(word) > 4] or words


def _joined(words: list[str], language: str) -> str:
    return ("" if language == "zh-hans" else " ").join(words)


def _values(shape: Shape, chance: random.Random) -> tuple[str, ...]:
    if chance.random() < shape.unknown:
        return (NOT_KNOWN,)
    chosen = chance.choices(shape.values, cum_weights=shape.weights, k=chance.randint(1, shape.most))
    return tuple(dict.fromkeys(chosen))


@cache
def _names(capability: str, language: str) -> tuple[str, ...]:
    term = shipped_terms()[CAPABILITY][capability]
    return (term.labels[language], *term.synonyms[language])


def _text(language: str, length: tuple[int, int], names: list[str], chance: random.Random) -> str:
    vocabulary = vocabulary_of(language)
    words = chance.choices(vocabulary.words, cum_weights=vocabulary.cumulated, k=chance.randint(*length))
    for name in names:
        if chance.random() < _MIXED_IN / len(names):
            words.insert(chance.randrange(len(words)), name)
    if language == "zh-hans":
        return "，".join("".join(words[at : at + 5]) for at in range(0, len(words), 5)) + "。"
    return " ".join(words).capitalize() + "."


def _name(chance: random.Random) -> str:
    word = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()
    ending = chance.choice(_ENDINGS)
    return f"{word} {ending}".strip()


def _vendor(chance: random.Random) -> str:
    # A few firms make many tools, most make one.
    firm = random.Random(f"{SEED} vendor {int(chance.paretovariate(0.5))}")  # noqa: S311
    return f"{_name(firm).split()[0]} {firm.choice(_FIRMS)}"
