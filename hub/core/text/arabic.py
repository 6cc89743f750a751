"""Light stemming of normalised Arabic words.

Broken plurals are beyond any light stemmer: they are rows of ``overrides/ar.csv``. The same table makes the
one-letter clitics safe: ب, ل, ف and ك are cut off only if a known word remains, because many words begin
with them.
"""

from collections.abc import Container, Iterator

_ARTICLES = (
    "وبال",
    "فبال",
    "وكال",
    "ولل",
    "فلل",
    "وال",
    "بال",
    "كال",
    "فال",
    "لل",
    "ال",
)
_CLITICS = ("و", "ب", "ل", "ف", "ك", "وب", "ول", "وك", "فب", "فل", "س", "وس")
_PRONOUNS = ("هما", "ها", "هم", "هن", "كم", "نا", "ه")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_SHORTEST = 3


def _without_article(word: str) -> str:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST:
            return word[len(article) :]
    return word


def _bare(word: str) -> Iterator[str]:
    """The word, then what is left of it without a pronoun behind it; ت before a pronoun was ة."""
    yield word
    for pronoun in _PRONOUNS:
        if word.endswith(pronoun) and len(word) - len(pronoun) >= _SHORTEST:
            rest = word[: -len(pronoun)]
            yield rest
            if rest.endswith("ت"):
                yield rest[:-1] + "ه"


def known_core(word: str, known: Container[str]) -> str | None:
    """The known word inside a word with clitics, or None.

    ``word`` must be folded. The word itself is tried first, then it without article, one-letter clitics and
    pronouns.
    """
    candidates = [word]
    plain = _without_article(word)
    if plain != word:
        candidates.append(plain)
        if word.startswith(("لل", "ولل", "فلل")):
            # The article loses its alif after ل, and a word with an initial ل then shows only two of three.
            candidates.append("ل" + plain)
    candidates += [
        word[len(clitic) :]
        for clitic in _CLITICS
        if word.startswith(clitic) and len(word) - len(clitic) >= _SHORTEST
    ]
    for candidate in candidates:
        if candidate in known:
            return candidate
    for candidate in candidates:
        for core in _bare(candidate):
            if core in known:
                return core
    return None


def light_stem(word: str) -> str:
    """Cut off article, conjunction and one ending; never leaves less than two letters."""
    stem = _without_article(word)
    if stem.startswith("و") and len(stem) > _SHORTEST:
        # Cut behind the article too, so that a word whose own first letter is و gets one stem in both states.
        stem = stem[1:]
    for ending in _ENDINGS:
        least = 2 if ending in ("ه", "ات") else _SHORTEST
        if stem.endswith(ending) and len(stem) - len(ending) >= least:
            return stem[: -len(ending)]
    return stem
