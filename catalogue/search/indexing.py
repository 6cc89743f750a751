"""Keeping the index like the database: what the outbox brings, rebuilds, and the comparison of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalogue.models.vocabulary import EVERY_TOOL
from catalogue.queries.taxonomy import current_taxonomy
from catalogue.queries.tools import published
from catalogue.search.concepts import concept_table
from catalogue.search.documents import BATCH, SCHEMA, documents, every_document
from hub.core.models import Counter
from hub.core.search import (
    Document,
    Engine,
    Failover,
    Health,
    IndexUnavailable,
    SearchService,
    TantivyEngine,
)

VERSION_COUNTER = "index-version"
Progress = Callable[[int, int], None]
"""Is told how many documents are done, and of how many."""


@cache
def engine() -> Engine:
    """Return this process's embedded engine. Its index is always kept, beside a cluster's too."""
    return TantivyEngine(SCHEMA, settings.SEARCH_INDEX_DIR)


@cache
def cluster() -> Engine | None:
    """Return this process's engine of the Elasticsearch cluster, or None if there is none."""
    chosen = settings.ELASTICSEARCH
    if not chosen["addresses"]:
        return None
    # Where there is no cluster, its client is not even loaded.
    from hub.core.search.elastic_engine import ElasticEngine, connect  # noqa: PLC0415

    client = connect(chosen["addresses"], api_key=chosen["api_key"], ca_file=chosen["ca_file"])
    return ElasticEngine(SCHEMA, client, prefix=chosen["prefix"])


def engines() -> dict[str, Engine]:
    """Return every engine whose index is kept, by name; the first one is asked, the embedded one at least answers."""
    kept = [one for one in (cluster(), engine()) if one is not None]
    return {one.name: one for one in kept}


@cache
def service() -> SearchService:
    """Return what pages ask: the cluster with the embedded index behind it, or the embedded index alone."""
    first = cluster()
    return SearchService(engine() if first is None else Failover(first, engine()), concept_table)


def next_version() -> int:
    """Return a number larger than all before, to be drawn before the state is read that is then written."""
    with transaction.atomic():
        return Counter.bump(VERSION_COUNTER).number


def deliver(keys: Sequence[str], to: Engine | None = None) -> None:
    """Bring the tools of these keys in an index up to date. Raises SearchError if that is not possible now."""
    chosen = to or engine()
    if EVERY_TOOL in keys:
        repair(chosen)
        return
    wanted = {int(key) for key in keys}
    gone = {str(key) for key in wanted}
    version = next_version()

    def present() -> Iterator[Document]:
        # Read once nobody else can write: what is written is then never older than what is there.
        for document in documents(published().filter(pk__in=wanted), current_taxonomy(), today()):
            gone.discard(document.key)
            yield document

    chosen.index(present(), version=version)
    if gone:
        chosen.remove(gone, version=version)


def rebuild(progress: Progress | None = None, of: Engine | None = None) -> int:
    """Write an index anew beside the present one, then switch. Returns how many tools it holds."""
    total = published().count()

    def told(done: int) -> None:
        if progress is not None:
            progress(done, total)

    return (of or engine()).rebuild(_lazily(), told, version=next_version())


def needs_rebuild(of: Engine | None = None) -> bool:
    """Say whether there is no index that can answer, or one with another number of tools than the database."""
    health = (of or engine()).healthy()
    return not health.healthy or health.documents != published().count()


@dataclass(frozen=True, slots=True)
class SearchHealth:
    """Whether questions are answered: by which engine, why not by the first one, and how each index is."""

    answering: str
    reason: str
    indexes: Mapping[str, Health]

    @property
    def healthy(self) -> bool:
        """Say whether any index can answer."""
        return bool(self.answering)

    @property
    def documents(self) -> int:
        """The number of documents in the index that answers."""
        return self.indexes[self.answering].documents if self.answering else 0

    @property
    def generation(self) -> str:
        """The state of the index that answers."""
        return self.indexes[self.answering].generation if self.answering else ""


def health() -> SearchHealth:
    """Return how the search is. An index that failed a moment ago is not asked again. Never raises."""
    asked = service().engine
    reason = asked.breaker.state.reason if isinstance(asked, Failover) else ""
    states = {
        name: Health(False, reason) if reason and name == asked.name else one.healthy()
        for name, one in engines().items()
    }
    answering = next((name for name, state in states.items() if state.healthy), "")
    return SearchHealth(answering, "" if answering == asked.name else states[asked.name].reason, states)


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


def compare(progress: Progress | None = None, of: Engine | None = None) -> Comparison:
    """Compare an index with the database, document by document. Raises IndexUnavailable without an index.

    Of a damaged index nothing but the damage is told: what it says of its documents is worth nothing.
    """
    chosen = of or engine()
    state = chosen.healthy()
    if not state.healthy:
        raise IndexUnavailable(state.reason)
    state = chosen.healthy(thorough=True)
    if not state.healthy:
        return Comparison(0, (), (), (), state.reason)
    held = dict(chosen.keys_with_hashes())
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


def repair(of: Engine | None = None) -> Comparison:
    """Bring a whole index up to date, writing only what differs; a damaged or missing one is rebuilt."""
    chosen = of or engine()
    if not chosen.healthy().healthy:
        rebuild(of=chosen)
    version = next_version()
    found = compare(of=chosen)
    if found.damage:
        rebuild(of=chosen)
        return found
    stale = [int(key) for key in (*found.missing, *found.different)]
    for start in range(0, len(stale), BATCH):
        tools = published().filter(pk__in=stale[start : start + BATCH])
        chosen.index(documents(tools, current_taxonomy(), today()), version=version)
    if found.surplus:
        chosen.remove(found.surplus, version=version)
    return found


def today() -> date:
    """Return the day by which facts are fresh or overdue."""
    return timezone.localdate()


def _lazily() -> Iterator[Document]:
    yield from every_document(current_taxonomy(), today())
