"""Folding: one spelling for everything that readers take for the same letter.

Offsets survive: each folded character knows the stretch of the original text it came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock

from opencc import OpenCC

QUERY_LIMIT = 200
"""Longest query that is read, in characters."""

# Letters that Unicode does not decompose, although readers type them without the stroke, hook or ligature.
_LETTERS = {
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ȷ": "j",
    "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n",
    "ة": "ه", "ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ٱ": "ا", "ہ": "ه", "ە": "ه", "ھ": "ه",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "‛": "'", "`": "'", "´": "'", "′": "'",
}  # fmt: skip

_TATWEEL = "\u0640"
_BREVE, _DIAERESIS = "\u0306", "\u0308"
_MARKS = ("Mn", "Mc", "Me")

_convert_lock = Lock()


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; character ``i`` came from ``original[starts[i]:ends[i]]``."""

    text: str
    starts: range | list[int]
    ends: range | list[int]


def is_han(character: str) -> bool:
    """Say whether the character is a Chinese one (ideographs, their radicals and the iteration mark)."""
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x323AF
        or code in (0x3005, 0x3007)
        or 0xF900 <= code <= 0xFAFF
        or 0x2E80 <= code <= 0x2FDF
    )


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def _simplified(character: str) -> str:
    # Character by character: phrase rules would fold the same word differently in different sentences.
    with _convert_lock:
        return str(_simplifier().convert(character))


def _drops_marks(base: str) -> bool:
    """Accents mean nothing to a search in these scripts; in the scripts of India they are vowels."""
    code = ord(base)
    return code < 0x0900 or 0x1E00 <= code <= 0x2BFF or 0xA720 <= code <= 0xA7FF or is_han(base)


def _keeps_mark(base: str, mark: str) -> bool:
    if "\u0400" <= base <= "\u052f":
        # й is a letter of its own and the Russian stemmer needs it; ё is a spelling of е.
        return mark == _BREVE or (mark == _DIAERESIS and base == "і")
    return not _drops_marks(base)


@lru_cache(maxsize=65_536)
def _fold_cluster(cluster: str) -> str:
    """Fold one character with the marks that follow it; a lone mark gives an empty string."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", cluster).casefold())
    folded: list[str] = []
    base = ""
    for character in decomposed:
        category = unicodedata.category(character)
        if category in _MARKS:
            if base and _keeps_mark(base, character):
                folded.append(character)
            continue
        if category == "Cf" or character == _TATWEEL:
            continue
        base = character
        if category == "Nd":
            folded.append(str(unicodedata.digit(character)))
        elif is_han(character):
            folded.append(_simplified(character))
        else:
            folded.append(_LETTERS.get(character, character))
    return unicodedata.normalize("NFC", "".join(folded))


@lru_cache(maxsize=65_536)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in _MARKS


class _Letters(dict[int, str]):
    """A table for `str.translate`: what single characters are folded to, found out when first met."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Characters that do not become exactly one, and marks, which belong to the character before them."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold_cluster(character)
        if len(folded) != 1 or _is_mark(character):
            self.uneven.add(character)
        if len(self) < _KNOWN_LETTERS:
            self[code] = folded
        return folded


_KNOWN_LETTERS = 65_536
_letters = _Letters()


def fold_with_offsets(text: str) -> Folded:
    """Fold a text and remember where each folded character came from. Never raises."""
    if text.isascii():
        return Folded(text.lower().replace("`", "'"), range(len(text)), range(1, len(text) + 1))
    # Nearly every text has one folded character for each of its own; then nothing need be counted.
    even = text.translate(_letters)
    if _letters.uneven.isdisjoint(text):
        return Folded(even, range(len(text)), range(1, len(text) + 1))
    return _fold_clusters(text)


def _fold_clusters(text: str) -> Folded:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    length = len(text)
    at = 0
    while at < length:
        end = at + 1
        while end < length and text[end] > "\u02ff" and _is_mark(text[end]):
            end += 1
        folded = _fold_cluster(text[at:end])
        pieces.append(folded)
        if len(folded) == 1:
            starts.append(at)
            ends.append(end)
        else:
            starts.extend([at] * len(folded))
            ends.extend([end] * len(folded))
        at = end
    return Folded("".join(pieces), starts, ends)


def fold(text: str) -> str:
    """Fold a text for exact comparison.

    Compatibility forms, case and accents are levelled, Arabic is normalised, Chinese is simplified, digits
    are Western ones, invisible characters are gone. Folding twice changes nothing. Never raises.
    """
    return fold_with_offsets(text).text


_SPACE = re.compile(r"\s+")


def clean_query(text: str) -> str:
    """Make typed text safe to analyse, log and show.

    Control, bidirectional and zero-width characters, NUL and lone surrogates go, white space becomes single
    spaces, and the rest is cut at ``QUERY_LIMIT`` characters.
    """
    spaced = _SPACE.sub(" ", text)
    visible = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return _SPACE.sub(" ", visible).strip()[:QUERY_LIMIT].rstrip()
