"""What a search asks of the index, said in eight kinds of node: all that an engine must understand.

Terms are those of `hub.core.text`. A node's `boost` multiplies its score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

SURFACE = "surface"
"""A field beside the schema's own: the words of all texts of a language, folded but not stemmed."""


@dataclass(frozen=True, slots=True)
class All:
    """Every document, with score 1."""


@dataclass(frozen=True, slots=True)
class Term:
    """Documents that have a term in a field; `language` is empty for an untranslated field."""

    field: str
    language: str
    term: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents that have two or more terms side by side in a field."""

    field: str
    language: str
    terms: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Documents that have a term beginning so in a field, with one constant score."""

    field: str
    language: str
    prefix: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Has:
    """Documents that have a value in a facet, with one constant score."""

    facet: str
    value: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Best:
    """Documents of any child; the best child's score counts in full, a tenth of each other child's beside it."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Documents of all children; their scores are added."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Documents of any child; the scores of those that match are added. Without children: nothing."""

    children: tuple[Node, ...]


Node: TypeAlias = All | Term | Phrase | Prefix | Has | Best | And | Or

NOTHING = Or(())
TIE = 0.1
"""How much of the other children's scores counts in `Best`."""


def all_of(children: tuple[Node, ...]) -> Node:
    """Return the conjunction, without a needless level; of nothing: everything."""
    if not children:
        return All()
    return children[0] if len(children) == 1 else And(children)


def any_of(children: tuple[Node, ...]) -> Node:
    """Return the disjunction, without a needless level; of nothing: nothing."""
    return children[0] if len(children) == 1 else Or(children)


def best_of(children: tuple[Node, ...]) -> Node:
    """Return the best of the children, without a needless level; of nothing: nothing."""
    if not children:
        return NOTHING
    return children[0] if len(children) == 1 else Best(children)
