"""What every search engine does for the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hub.core.search.ast import Node
from hub.core.search.records import Document, Health, Hit, Schema

Progress = Callable[[int], None]
"""Is told how many documents have been written so far."""


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A planned question. `sort` is "relevance" or a sort key; `scored` says that the query has words to score by."""

    query: Node
    scored: bool
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    size: int = 20


@dataclass(frozen=True, slots=True)
class EngineResult:
    """An engine's answer to a planned question."""

    total: int
    hits: tuple[Hit, ...]
    facet_counts: Mapping[str, Mapping[str, int]]
    generation: str
    engine: str = ""


class Reader(Protocol):
    """What can be asked. All methods raise IndexUnavailable when there is no index that can answer."""

    name: str
    schema: Schema

    def search(self, request: EngineRequest) -> EngineResult:
        """Answer a planned question. Facets the schema does not have match nothing and count nothing."""
        ...

    def count(self, query: Node, filters: Mapping[str, tuple[str, ...]]) -> int:
        """Return how many documents a query finds under these filters."""
        ...

    def suggest(self, prefix: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return (title, key) of documents whose title has words that begin with the prefix's words."""
        ...

    def similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return the documents most like one, best first, without it; nothing for an unknown key."""
        ...

    def vocabulary(self, language: str) -> Mapping[str, int]:
        """Return the words that documents hold, folded, as they are written, and in how many documents each stands.

        Words of untranslated fields are in every language's vocabulary.
        """
        ...

    def frequency(self, language: str, word: str) -> int:
        """Return in how many documents a folded word stands, as `vocabulary` counts it."""
        ...

    def state_of_words(self) -> str:
        """Return a name of the state in which `vocabulary` answers; another one after each write."""
        ...


class Engine(Reader, Protocol):
    """A search engine: a reader that is also written to. All methods but `healthy` raise IndexUnavailable.

    Writers are one at a time; a second one waits, then gets WriterBusy. Readers see whole batches only. Documents are
    asked for once no other writer can write. Where a writer can lose its turn without knowing (a process that stood
    still on another machine), `version` tells which of two writes is the later one: draw a higher number before you read
    what you write.
    """

    def index(self, documents: Iterable[Document], *, version: int | None = None) -> int:
        """Write documents, replacing those of the same key; visible on return. Returns how many were named."""
        ...

    def remove(self, keys: Iterable[str], *, version: int | None = None) -> int:
        """Remove documents; unknown keys are no error. Returns how many keys were named."""
        ...

    def rebuild(
        self, documents: Iterable[Document], progress: Progress | None = None, *, version: int | None = None
    ) -> int:
        """Write a new index beside the present one, then switch; returns how many documents it holds.

        The documents are first asked for once no other writer can write, so that a lazy iterable over the source
        misses nothing. If it raises, the present index stays.
        """
        ...

    def healthy(self, *, thorough: bool = False) -> Health:
        """Say whether the index can answer; `thorough` reads all its files to find silent damage. Never raises."""
        ...

    def keys_with_hashes(self) -> Mapping[str, str]:
        """Return the key of every document with its content hash."""
        ...
