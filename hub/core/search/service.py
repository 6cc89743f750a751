"""What pages ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.core.search.concepts import ConceptTable
from hub.core.search.protocol import Engine


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One filter less, and how many documents would then be found."""

    facet: str
    value: str
    total: int


class SearchService:
    """(being written)"""

    def __init__(self, engine: Engine, concepts: Callable[[], ConceptTable]) -> None:
        self.engine = engine
        self.concepts = concepts
