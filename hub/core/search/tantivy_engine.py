"""The embedded engine: tantivy, an index beside the database, one writer, readers in every process."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Occur, Order, Query

from hub.core.search import analysed, fields, index_folder, tantivy_queries
from hub.core.search.analysed import analyse, completion_words
from hub.core.search.ast import All, Node
from hub.core.search.fields import (
    BROWSE,
    COMPLETIONS,
    HASH,
    KEY,
    NUDGE,
    PROFILE,
    SHOWN_KEY,
    TITLE,
    TITLE_START,
    Fields,
    bounded,
    clean,
    code_version,
    order_value,
    profile_of,
    profile_text,
    title_start,
)
from hub.core.search.index_folder import IndexFolder, Signature
from hub.core.search.planner import similar_query
from hub.core.search.protocol import EngineRequest, EngineResult, Progress
from hub.core.search.records import (
    LARGEST_PAGE_SIZE,
    Document,
    Health,
    Hit,
    IndexUnavailable,
    Schema,
    SearchError,
)
from hub.core.search.tantivy_queries import Compiler, tantivy_schema
from hub.core.text import ANALYSIS_VERSION

_LOCK_TIMEOUT = 10.0
_UPDATE_HEAP = 30_000_000
_REBUILD_HEAP = 128_000_000
_PROGRESS_EVERY = 50
_OPEN_ATTEMPTS = 20
_MOST_VALUES = 65_000
"""tantivy refuses to count more values of a facet in one pass."""
_SUGGESTED_AT_MOST = 100


def _code_version() -> str:
    return code_version(
        str(analysed.__file__),
        str(fields.__file__),
        str(index_folder.__file__),
        str(tantivy_queries.__file__),
        __file__,
    )


def _is_panic(error: BaseException) -> bool:
    # Rust's panics are no Exceptions, and their class cannot be imported.
    return type(error).__name__ == "PanicException"


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever tantivy raises into IndexUnavailable."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise IndexUnavailable(f"The search index cannot be read: {error}") from error
    except BaseException as error:
        if _is_panic(error):
            raise IndexUnavailable(f"The search engine failed: {error}") from None
        raise


@contextmanager
def _writing() -> Iterator[None]:
    """Turn whatever tantivy raises into SearchError."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise SearchError(f"The search index could not be written: {error}") from error
    except BaseException as error:
        if _is_panic(error):
            raise SearchError(f"The search engine failed: {error}") from None
        raise


@dataclass(frozen=True, slots=True)
class _Reader:
    """One state of the index, open in one process."""

    pid: int
    name: str
    signature: Signature
    index: tantivy.Index
    searcher: tantivy.Searcher
    compiler: Compiler
    generation: str
    has_deletions: bool
    counts_of_all: dict[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        return self.searcher.num_docs


class TantivyEngine:
    """tantivy behind the protocol of `hub.core.search.protocol`. One object serves all threads of a process.

    It may be made before a fork: every process opens the index for itself when it first needs it.
    """

    name = "tantivy"

    def __init__(self, schema: Schema, directory: Path, *, lock_timeout: float = _LOCK_TIMEOUT) -> None:
        """Use the index in a folder, which need not exist yet. Writers wait `lock_timeout` seconds for each other."""
        self.schema = schema
        self.directory = directory
        self._lock_timeout = lock_timeout
        self._fields = Fields(schema)
        self._folder = IndexFolder(
            directory,
            {
                "schema": schema.fingerprint(),
                "analysis": ANALYSIS_VERSION,
                "program version": _code_version(),
                "engine version": version("tantivy"),
            },
        )
        self._opened: _Reader | None = None
        self._inherited: list[_Reader] = []
        self._locks: dict[int, Lock] = {}

    # Reading

    def search(self, request: EngineRequest) -> EngineResult:
        """Answer a planned question."""
        reader = self._reader()
        with _reading():
            query = reader.compiler.query(request.query)
            narrowed = reader.compiler.narrowed(query, request.filters)
            total, hits = self._hits(reader, narrowed, request)
            counts = self._counts(reader, query, narrowed, total, request)
        return EngineResult(total, hits, counts, reader.generation)

    def _hits(self, reader: _Reader, query: Query, request: EngineRequest) -> tuple[int, tuple[Hit, ...]]:
        size = min(max(request.size, 0), LARGEST_PAGE_SIZE)
        offset = (max(request.page, 1) - 1) * size
        if not size or offset >= reader.documents:
            return self._total(reader, query), ()
        order = self._fields.orders.get(request.sort, BROWSE)
        if request.scored and request.sort not in self._fields.orders:
            found = reader.searcher.search(query, size, offset=offset, weight_by_field=NUDGE)
            hits = tuple(
                Hit(_stored(reader.searcher, address, SHOWN_KEY), score) for score, address in found.hits
            )
        else:
            found = reader.searcher.search(query, size, offset=offset, order_by_field=order, order=Order.Asc)
            hits = tuple(Hit(_stored(reader.searcher, address, SHOWN_KEY), 0.0) for _, address in found.hits)
        return _count(found), hits

    def _total(self, reader: _Reader, query: Query) -> int:
        return _count(reader.searcher.search(query, 1))

    def _counts(
        self, reader: _Reader, query: Query, narrowed: Query, total: int, request: EngineRequest
    ) -> dict[str, Mapping[str, int]]:
        counts: dict[str, Mapping[str, int]] = {facet: {} for facet in request.facets}
        selected = {facet: values for facet, values in request.filters.items() if values}
        asked = [facet for facet in counts if facet in self._fields.facets]
        everything = isinstance(request.query, All)
        open_facets = [facet for facet in asked if facet not in selected]
        if everything and not selected:
            missing = [facet for facet in open_facets if facet not in reader.counts_of_all]
            reader.counts_of_all.update(self._count_values(reader, narrowed, missing))
            return counts | {facet: reader.counts_of_all[facet] for facet in open_facets}
        if total:
            counts |= self._count_values(reader, narrowed, open_facets)
        for facet in asked:
            if facet in selected:
                others = {other: values for other, values in selected.items() if other != facet}
                counts |= self._count_values(reader, reader.compiler.narrowed(query, others), [facet])
        return counts

    def _count_values(
        self, reader: _Reader, query: Query, facets: Sequence[str]
    ) -> dict[str, Mapping[str, int]]:
        if not facets:
            return {}
        asked = {
            facet: {"terms": {"field": self._fields.facets[facet], "size": _MOST_VALUES}} for facet in facets
        }
        try:
            found = reader.searcher.aggregate(query, asked)
        except ValueError:
            found = {}
        counts: dict[str, Mapping[str, int]] = {}
        for facet in facets:
            counted = found.get(facet)
            if (
                counted is None
                or counted["sum_other_doc_count"]
                or counted.get("doc_count_error_upper_bound")
            ):
                # More values than one pass can count: slower, never cut.
                listed = reader.searcher.terms_with_prefix(self._fields.facets[facet], "", filter_query=query)
                counts[facet] = dict(listed)
            else:
                counts[facet] = {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
        return counts

    def count(self, query: Node, filters: Mapping[str, tuple[str, ...]]) -> int:
        """Return how many documents a query finds under these filters."""
        reader = self._reader()
        with _reading():
            return self._total(reader, reader.compiler.narrowed(reader.compiler.query(query), filters))

    def suggest(self, prefix: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return (title, key) of documents whose title has words that begin so; titles that begin so come first."""
        words = completion_words(prefix)
        most = min(limit, _SUGGESTED_AT_MOST)
        if not words or most < 1:
            return ()
        reader = self._reader()
        compiler = reader.compiler
        with _reading():
            begins = compiler.prefix(TITLE_START, words[0])
            within = Query.boolean_query([(Occur.Must, compiler.prefix(COMPLETIONS, word)) for word in words])
            found: dict[str, str] = {}
            for query in (Query.boolean_query([(Occur.Must, begins), (Occur.Must, within)]), within):
                hits = reader.searcher.search(query, most, order_by_field=BROWSE, order=Order.Asc).hits
                for _, address in hits:
                    document = reader.searcher.doc(address)
                    found.setdefault(_text(document, SHOWN_KEY), _text(document, TITLE))
                if len(found) >= most:
                    break
        return tuple((title, key) for key, title in list(found.items())[:most])

    def similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return the documents most like one, best first."""
        reader = self._reader()
        with _reading():
            compiler, searcher = reader.compiler, reader.searcher
            itself = compiler.term(KEY, bounded(key))
            hits = searcher.search(itself, 1).hits
            if not hits or limit < 1:
                return ()
            profile = profile_of(_stored(searcher, hits[0][1], PROFILE))

            def term_frequency(name: str, language: str, term: str) -> int:
                return self._frequency(reader, self._fields.texts[name, language], clean(term))

            def value_frequency(facet: str, value: str) -> int:
                return self._frequency(reader, self._fields.facets[facet], bounded(value))

            like = similar_query(profile, self.schema, reader.documents, term_frequency, value_frequency)
            query = Query.boolean_query([(Occur.Must, compiler.query(like)), (Occur.MustNot, itself)])
            found = searcher.search(query, min(limit, LARGEST_PAGE_SIZE), weight_by_field=NUDGE).hits
            return tuple(Hit(_stored(reader.searcher, address, SHOWN_KEY), score) for score, address in found)

    def vocabulary(self, language: str) -> Mapping[str, int]:
        """Return the words of a language's documents, folded, with the number of documents that hold each."""
        name = self._fields.surfaces.get(language)
        reader = self._reader()
        if name is None:
            return {}
        with _reading():
            # Removed documents count until their segment is merged, unless they are asked about.
            living = Query.all_query() if reader.has_deletions else None
            return dict(reader.searcher.terms_with_prefix(name, "", filter_query=living))

    def frequency(self, language: str, word: str) -> int:
        """Return in how many documents a folded word stands."""
        name = self._fields.surfaces.get(language)
        reader = self._reader()
        if name is None:
            return 0
        with _reading():
            return self._frequency(reader, name, clean(word))

    def _frequency(self, reader: _Reader, name: str, term: str) -> int:
        # Removed documents count until their segment is merged, unless they are searched for.
        if reader.has_deletions:
            return self._total(reader, reader.compiler.term(name, term))
        return reader.searcher.doc_freq(name, term)

    def state_of_words(self) -> str:
        """Return the generation of the index."""
        return self._reader().generation

    def keys_with_hashes(self) -> Mapping[str, str]:
        """Return the key of every document with its content hash."""
        reader = self._reader()
        with _reading():
            hits = reader.searcher.search(Query.all_query(), max(1, reader.documents), count=False).hits
            documents = (reader.searcher.doc(address) for _, address in hits)
            return {_text(one, SHOWN_KEY): _text(one, HASH) for one in documents}

    # Writing

    def index(self, documents: Iterable[Document], *, version: int | None = None) -> int:
        """Write documents, replacing those of the same key; visible on return."""
        with self._changing() as writer:
            written = 0
            for document in documents:
                made = self._document(document)
                with _writing():
                    writer.delete_documents_by_term(KEY, bounded(document.key))
                    writer.add_document(made)
                written += 1
        return written

    def remove(self, keys: Iterable[str], *, version: int | None = None) -> int:
        """Remove documents; unknown keys are no error."""
        with self._changing() as writer:
            named = 0
            for key in keys:
                with _writing():
                    writer.delete_documents_by_term(KEY, bounded(key))
                named += 1
        return named

    def rebuild(
        self, documents: Iterable[Document], progress: Progress | None = None, *, version: int | None = None
    ) -> int:
        """Write a new index beside the present one, then switch."""
        with self._folder.writing(self._lock_timeout):
            self._folder.sweep()
            name = self._folder.begin()
            try:
                written = self._write_generation(name, documents, progress)
                self._folder.finish(name)
            except BaseException:
                self._folder.discard(name)
                raise
            self._folder.sweep()
        return written

    def _write_generation(self, name: str, documents: Iterable[Document], progress: Progress | None) -> int:
        with _writing():
            index = tantivy.Index(tantivy_schema(self._fields), str(self._folder.path(name)), reuse=False)
        seen: set[str] = set()
        asked = 0
        with _committing(index, _REBUILD_HEAP) as writer:
            for document in documents:
                made = self._document(document)
                with _writing():
                    if document.key in seen:
                        writer.delete_documents_by_term(KEY, bounded(document.key))
                    writer.add_document(made)
                seen.add(document.key)
                asked += 1
                if progress and asked % _PROGRESS_EVERY == 0:
                    progress(asked)
        with _writing():
            held = tantivy.Index.open(str(self._folder.path(name))).searcher().num_docs
        if held != len(seen):
            raise SearchError(f"The new search index holds {held} documents instead of {len(seen)}.")
        self._folder.committed(name, held)
        if progress:
            progress(asked)
        return held

    @contextmanager
    def _changing(self) -> Iterator[tantivy.IndexWriter]:
        """Write to the current generation; all at once or, if anything is raised, nothing."""
        with self._folder.writing(self._lock_timeout):
            name = self._folder.current()
            self._folder.check(name)
            with _reading():
                index = tantivy.Index.open(str(self._folder.path(name)))
            with _committing(index, _UPDATE_HEAP) as writer:
                yield writer
            with _writing():
                index.reload()
                held = index.searcher().num_docs
            self._folder.committed(name, held)
            self._folder.sweep()

    def _document(self, document: Document) -> tantivy.Document:
        found = analyse(document, self.schema)
        made = tantivy.Document()
        made.add_text(KEY, bounded(document.key))
        made.add_bytes(SHOWN_KEY, document.key.encode("utf-8", "replace"))
        made.add_bytes(HASH, document.content_hash().encode())
        made.add_bytes(TITLE, found.title.encode("utf-8", "replace"))
        made.add_bytes(PROFILE, profile_text(found).encode())
        made.add_text(TITLE_START, title_start(found.title))
        made.add_text(COMPLETIONS, clean(" ".join(found.completions)))
        for where, terms in found.terms.items():
            made.add_text(self._fields.texts[where], clean(" ".join(terms)))
        for language, words in found.words.items():
            made.add_text(self._fields.surfaces[language], clean(" ".join(words)))
        for facet, name in self._fields.facets.items():
            for value in dict.fromkeys(document.facets.get(facet, ())):
                if value:
                    made.add_text(name, bounded(value))
        made.add_text(BROWSE, order_value(found.browse_order))
        for key, name in self._fields.orders.items():
            made.add_text(name, order_value(found.orders[key]))
        made.add_float(NUDGE, found.nudge)
        return made

    # The state of the index

    def healthy(self, *, thorough: bool = False) -> Health:
        """Say whether the index can answer; `thorough` compares every file with its checksum."""
        try:
            reader = self._reader()
            with _reading():
                documents = self._total(reader, Query.all_query())
            reason = self._folder.damage(reader.name, documents) if thorough else ""
            if reason and self._folder.signature(reader.name) != reader.signature:
                # Somebody wrote while the files were read.
                return self.healthy(thorough=thorough)
        except SearchError as error:
            return Health(False, str(error))
        except (OSError, ValueError, KeyError, TypeError) as error:
            return Health(False, f"The search index cannot be read: {error!r}")
        return Health(not reason, reason, documents, reader.generation)

    def _reader(self) -> _Reader:
        """Return the present state of the index; looks again only if a file has changed."""
        opened = self._opened
        pid = os.getpid()
        if (
            opened is not None
            and opened.pid == pid
            and self._folder.signature(opened.name) == opened.signature
        ):
            return opened
        # A lock that another thread held at the moment of a fork would never be free in the child.
        with self._locks.setdefault(pid, Lock()):
            opened = self._opened
            if opened is not None and opened.pid != pid:
                # The parent's reader has threads that do not exist here: it is kept, and never touched.
                self._inherited.append(opened)
                opened = self._opened = None
            if opened is not None and self._folder.signature(opened.name) == opened.signature:
                return opened
            self._opened = self._open(opened, pid)
            return self._opened

    def _open(self, opened: _Reader | None, pid: int) -> _Reader:
        for _ in range(_OPEN_ATTEMPTS):
            name = self._folder.current()
            before = self._folder.signature(name)
            try:
                self._folder.check(name)
                meta = self._folder.meta(name)
                with _reading():
                    if opened is not None and opened.name == name:
                        index = opened.index
                        index.reload()
                    else:
                        index = tantivy.Index.open(str(self._folder.path(name)))
                    searcher = index.searcher()
                    compiler = Compiler(self._fields, index.schema)
            except IndexUnavailable:
                if self._folder.signature(name) == before and self._folder.current() == name:
                    raise
                continue
            if before is not None and self._folder.signature(name) == before:
                deletions = any(segment.get("deletes") for segment in meta["segments"])
                generation = f"{name}.{meta.get('opstamp')}"
                return _Reader(pid, name, before, index, searcher, compiler, generation, deletions)
        raise IndexUnavailable("The search index is being changed faster than it can be opened.")


@contextmanager
def _committing(index: tantivy.Index, heap: int) -> Iterator[tantivy.IndexWriter]:
    """Commit at the end, or roll back; the writer is gone afterwards in both cases."""
    with _writing():
        writer = index.writer(heap, 1)
    try:
        yield writer
        with _writing():
            writer.commit()
    except BaseException:
        # What was raised first is what the caller must learn.
        with suppress(SearchError), _writing():
            writer.rollback()
        with suppress(SearchError), _writing():
            # An exception's traceback would keep the writer, and its lock, alive.
            writer.wait_merging_threads()
        raise
    with _writing():
        writer.wait_merging_threads()


def _count(found: tantivy.SearchResult) -> int:
    # tantivy's stubs do not know the attribute.
    return int(getattr(found, "count") or 0)  # noqa: B009


def _stored(searcher: tantivy.Searcher, address: tantivy.DocAddress, name: str) -> str:
    return _text(searcher.doc(address), name)


def _text(document: tantivy.Document, name: str) -> str:
    return bytes(document.get_first(name) or b"").decode()
