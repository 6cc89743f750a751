"""Keys that put names into the order their readers expect, on a database without collations."""

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from hub.core.text.folding import fold
from hub.core.text.scripts import Script, words


@lru_cache(maxsize=4_096)
def _pinyin(run: str) -> str:
    return " ".join(lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True))


def sort_key(text: str, language: str) -> str:
    """Give the key by which names are sorted in ``language``: plain string comparison does the rest.

    Accents, case and punctuation do not count; Chinese goes by pinyin with tone numbers, under every
    language, so that it stands among Latin names. In Arabic a leading article does not count.
    A text without letters or digits keeps its folded form.
    """
    folded = fold(text)
    parts = []
    article = "ال" if language == "ar" else None
    for word in words(folded):
        if word.script is Script.HAN:
            parts.append(_pinyin(word.text))
        elif article and word.script is Script.ARABIC and not parts and len(word.text) > 4:
            parts.append(word.text.removeprefix(article))
        else:
            parts.append(word.text)
    return " ".join(parts) or folded


def in_order(named: Iterable[tuple[str, str]], language: str) -> list[tuple[str, str]]:
    """Return pairs of code and name in the order of their names in ``language``."""
    return sorted(named, key=lambda pair: (sort_key(pair[1], language), pair[0]))
