"""Cutting folded text into words, and telling scripts apart."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from hub.core.text.folding import fold


class Script(StrEnum):
    """What a run of characters is written in."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    ARABIC = "arabic"
    HAN = "han"
    NUMBER = "number"
    OTHER = "other"


class Word(NamedTuple):
    """A run of one script in a folded text; ``start`` and ``end`` count folded characters."""

    script: Script
    text: str
    start: int
    end: int


_SCRIPTS = {script.value: script for script in Script}
LATIN_LANGUAGES = ("en", "fr", "es")
_LANGUAGE_OF = {Script.CYRILLIC: "ru", Script.ARABIC: "ar", Script.HAN: "zh-hans"}

_LATIN = "a-zß-öø-ɏɐ-ʯḀ-ỿⱠ-ⱿꜢ-ꟿꬰ-ꭤ"
_CYRILLIC = "Ѐ-҃Ҋ-ԯᲀ-ᲈꙀ-ꙮꚀ-ꚝ"
_ARABIC = "ؠ-ٟٮ-ۓۺ-ۿݐ-ݿࢠ-ࣿ"
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"

# Digits cling to Latin words on both sides (4NSEEK, MP4), to Cyrillic ones behind (М1) only: "5 лет" may
# lack its space.
_WORD = re.compile(
    rf"(?P<dotted>(?<![{_LATIN}0-9])(?:[{_LATIN}]\.){{2,}}(?:[{_LATIN}](?![{_LATIN}0-9]))?)"
    rf"|(?P<latin>[0-9]*[{_LATIN}][{_LATIN}0-9]*)"
    rf"|(?P<cyrillic>[{_CYRILLIC}][{_CYRILLIC}0-9]*)"
    rf"|(?P<arabic>[{_ARABIC}]+)"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<number>[0-9]+)"
    rf"|(?P<other>[^\W_{_LATIN}{_CYRILLIC}{_ARABIC}{_HAN}0-9]"
    rf"(?:(?![{_LATIN}{_CYRILLIC}{_ARABIC}{_HAN}0-9\s])[^\W_]|[\u0300-\u036f\u0900-\u1cff\u3099\u309a])*)"
)

# What an apostrophe cuts off carries nothing in any of the Latin languages: l'enfant, qu'il, victim's.
_ELIDED = frozenset(
    (
        "l",
        "d",
        "j",
        "m",
        "t",
        "s",
        "n",
        "c",
        "qu",
        "jusqu",
        "lorsqu",
        "puisqu",
        "quoiqu",
    )
)
_ATTACHED = frozenset(("s", "t", "d", "m", "ll", "re", "ve"))


def words(folded: str) -> Iterator[Word]:
    """Cut a folded text into runs of one script each; elided articles and possessive endings are left out."""
    for match in _WORD.finditer(folded):
        kind, start, end = match.lastgroup, match.start(), match.end()
        text = match.group()
        if kind == "dotted":
            yield Word(Script.LATIN, text.replace(".", ""), start, end)
            continue
        if kind == "latin":
            if text in _ELIDED and folded.startswith("'", end):
                continue
            if text in _ATTACHED and start > 1 and folded[start - 1] == "'" and folded[start - 2].isalpha():
                continue
        yield Word(_SCRIPTS[kind or "other"], text, start, end)


def reading_language(script: Script, language: str) -> str:
    """The language whose rules apply to a word of this script within a text of ``language``."""
    if script in _LANGUAGE_OF:
        return _LANGUAGE_OF[script]
    return language if language in LATIN_LANGUAGES else "en"


def detect_languages(text: str, ui_language: str) -> tuple[str, ...]:
    """Name the languages in which a query should be read, the likeliest first, none twice.

    The script decides: Arabic, Chinese and Cyrillic letters have one language each; Latin letters may be any
    of English, French and Spanish, the interface's own first. Without letters: the interface's language and
    English.
    """
    counts: Counter[Script] = Counter()
    for word in words(fold(text)):
        counts[word.script] += word.end - word.start
    found: list[str] = []
    for script, _ in counts.most_common():
        if script is Script.LATIN:
            found += [reading_language(script, ui_language), *LATIN_LANGUAGES]
        elif script in _LANGUAGE_OF:
            found.append(_LANGUAGE_OF[script])
    if ui_language in found:
        found.insert(0, ui_language)
    return tuple(dict.fromkeys(found or [ui_language, "en"]))
