"""The plain records that text analysis returns."""

from dataclasses import dataclass
from typing import NamedTuple


class Token(NamedTuple):
    """One indexed term and the place it came from.

    ``start`` and ``end`` count characters of the original text, so ``surface == text[start:end]``.
    ``position`` counts words (for Chinese: characters); neighbouring Chinese bigrams of one run have
    neighbouring positions. Several tokens may share a place.
    """

    term: str
    surface: str
    start: int
    end: int
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """One thing the reader asked for; a text must hold every group of a query.

    With ``phrase`` the terms must stand at neighbouring positions; without it any one of them is enough
    (a word normally gives exactly one). ``prefix_ok`` says that this is the last word, that it reaches the
    end of the query and has three letters or more, so that it may be unfinished.
    """

    terms: tuple[str, ...]
    surface: str
    start: int
    end: int
    phrase: bool
    prefix_ok: bool
