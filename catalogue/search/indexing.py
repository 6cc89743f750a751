"""Keeping the index like the database: what the outbox brings, rebuilds, and the comparison of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.utils import timezone

from catalogue.models.vocabulary import EVERY_TOOL
from catalogue.queries.taxonomy import current_taxonomy
from catalogue.queries.tools import published
from catalogue.search.concepts import concept_table
from catalogue.search.documents import BATCH, SCHEMA, documents, every_document
from hub.core.search import Document, Engine, Health, IndexUnavailable, SearchService, TantivyEngine

Progress = Callable[[int, int], None]
"""Is told how many documents are done, and of how many."""


@cache
def engine() -> Engine:
    """Return this process's engine."""
    return TantivyEngine(SCHEMA, settings.SEARCH_INDEX_DIR)


@cache
def service() -> SearchService:
    """Return what pages ask."""
    return SearchService(engine(), concept_table)


def deliver(keys: Sequence[str]) -> None:
    """Bring the tools of these keys in the index up to date. Raises SearchError if that is not possible now."""
    if EVERY_TOOL in keys:
        repair()
        return
    wanted = {int(key) for key in keys}
    found = list(documents(published().filter(pk__in=wanted), current_taxonomy(), today()))
    if found:
        engine().index(found)
    gone = {str(key) for key in wanted} - {document.key for document in found}
    if gone:
        engine().remove(gone)


def rebuild(progress: Progress | None = None) -> int:
    """Write the index anew beside the present one, then switch. Returns how many tools it holds."""
    total = published().count()

    def told(done: int) -> None:
        if progress is not None:
            progress(done, total)

    return engine().rebuild(_lazily(), told)


def needs_rebuild() -> bool:
    """Say whether there is no index that can answer, or one with another number of tools than the database."""
    health = engine().healthy()
    return not health.healthy or health.documents != published().count()


def health() -> Health:
    """Say whether the index can answer. Never raises."""
    return engine().healthy()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How index and database differ: keys that the index lacks, has too many, or holds in another form."""

    documents: int
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    different: tuple[str, ...]
    damage: str = ""

    @property
    def is_equal(self) -> bool:
        """Say whether nothing differs."""
        return not (self.missing or self.surplus or self.different or self.damage)


def compare(progress: Progress | None = None) -> Comparison:
    """Compare the index with the database, document by document. Raises IndexUnavailable without an index.

    Of a damaged index nothing but the damage is told: what it says of its documents is worth nothing.
    """
    state = engine().healthy()
    if not state.healthy:
        raise IndexUnavailable(state.reason)
    state = engine().healthy(thorough=True)
    if not state.healthy:
        return Comparison(0, (), (), (), state.reason)
    held = dict(engine().keys_with_hashes())
    missing, different = [], []
    total = published().count()
    done = 0
    for document in every_document(current_taxonomy(), today()):
        done += 1
        if progress is not None and (done % BATCH == 0 or done == total):
            progress(done, total)
        content_hash = held.pop(document.key, None)
        if content_hash is None:
            missing.append(document.key)
        elif content_hash != document.content_hash():
            different.append(document.key)
    return Comparison(done, tuple(missing), tuple(sorted(held)), tuple(different))


def repair() -> Comparison:
    """Bring the whole index up to date, writing only what differs; a damaged or missing one is rebuilt."""
    if not engine().healthy().healthy:
        rebuild()
    found = compare()
    if found.damage:
        rebuild()
        return found
    stale = [int(key) for key in (*found.missing, *found.different)]
    for start in range(0, len(stale), BATCH):
        chosen = published().filter(pk__in=stale[start : start + BATCH])
        engine().index(documents(chosen, current_taxonomy(), today()))
    if found.surplus:
        engine().remove(found.surplus)
    return found


def today() -> date:
    """Return the day by which facts are fresh or overdue."""
    return timezone.localdate()


def _lazily() -> Iterator[Document]:
    yield from every_document(current_taxonomy(), today())
