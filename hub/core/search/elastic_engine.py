"""The engine of a cluster: Elasticsearch, which splits at white space and counts; all reading of words is ours."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from elasticsearch import (
    ApiError,
    BadRequestError,
    Elasticsearch,
    NotFoundError,
    TransportError,
    UnsupportedProductError,
)
from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query
from elasticsearch.helpers import scan, streaming_bulk

from hub.core.search import analysed, elastic_queries, fields
from hub.core.search.analysed import analyse, completion_words
from hub.core.search.ast import All, Node
from hub.core.search.elastic_lock import WriterLock
from hub.core.search.elastic_queries import DEEPEST_HIT, STATE, Compiler, mapping, nothing, settings, starting
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
from hub.core.search.planner import similar_query
from hub.core.search.protocol import EngineRequest, EngineResult, Progress
from hub.core.search.records import (
    LARGEST_PAGE_SIZE,
    Document,
    Health,
    Hit,
    IndexUnavailable,
    QuestionRefused,
    Schema,
    SearchError,
)
from hub.core.text import ANALYSIS_VERSION

logger = logging.getLogger(__name__)

MAJOR_VERSION = 8
"""The Elasticsearch that the client and the queries are made for."""
READ_TIMEOUT = 1.0
"""Seconds that a question may take; a page has two seconds for all of them."""
_WRITE_TIMEOUT = 30.0
_LOCK_TIMEOUT = 10.0
_BULK_DOCUMENTS = 200
_BULK_BYTES = 5 * 1024 * 1024
_BULK_TRIES = 5
_PROGRESS_EVERY = 50
_MOST_BUCKETS = 60_000
"""Elasticsearch counts 65,536 values at most in one answer."""
_BUCKETS_OF_A_PASS = 10_000
_SUGGESTED_AT_MOST = 100
_STATE_ID = "~state"
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_CONFLICT, _NOT_FOUND, _TOO_MANY = 409, 404, 429


def connect(addresses: Sequence[str], *, api_key: str = "", ca_file: str = "") -> Elasticsearch:
    """Return a client for one cluster. It connects when it is first asked."""
    options: dict[str, Any] = {"api_key": api_key} if api_key else {}
    if ca_file:
        options["ca_certs"] = ca_file
    several = len(addresses) > 1
    return Elasticsearch(
        list(addresses),
        request_timeout=READ_TIMEOUT / 2 if several else READ_TIMEOUT,
        # With several nodes another one is asked; with one, waiting twice would help nobody.
        max_retries=1 if several else 0,
        retry_on_timeout=several,
        retry_on_status=(502, 503, 504) if several else (),
        **options,
    )


@dataclass(frozen=True, slots=True)
class ClusterState:
    """The version of each node of a cluster, and its status: green, yellow or red."""

    versions: tuple[str, ...]
    status: str


def state_of_cluster(client: Elasticsearch) -> ClusterState:
    """Return how a cluster is. Raises SearchError if it does not say."""
    with _reading():
        nodes = client.nodes.info(metric="http", filter_path="nodes.*.version")["nodes"]
        status = client.cluster.health(timeout="0s")["status"]
        return ClusterState(tuple(str(node["version"]) for node in nodes.values()), str(status))


def _code_version() -> str:
    return code_version(str(analysed.__file__), str(fields.__file__), str(elastic_queries.__file__), __file__)


def _reason(error: Exception) -> str:
    """Say what went wrong without anybody's address or password."""
    if isinstance(error, ApiError):
        return f"{error.meta.status} {error.error}"
    return type(error).__name__


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever a server, or what stands in its place, does into IndexUnavailable."""
    try:
        yield
    except NotFoundError as error:
        raise IndexUnavailable("There is no search index of this version in Elasticsearch yet.") from error
    except BadRequestError as error:
        raise QuestionRefused(f"Elasticsearch refuses the question: {_reason(error)}") from error
    except (TransportError, ApiError, UnsupportedProductError) as error:
        raise IndexUnavailable(f"Elasticsearch does not answer: {_reason(error)}") from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise IndexUnavailable(f"Elasticsearch gave an answer that is none: {error!r}") from error


@contextmanager
def _writing() -> Iterator[None]:
    """Turn whatever goes wrong in writing into SearchError."""
    try:
        yield
    except NotFoundError as error:
        raise IndexUnavailable("There is no search index of this version in Elasticsearch yet.") from error
    except (TransportError, ApiError, UnsupportedProductError) as error:
        raise SearchError(f"Elasticsearch did not write: {_reason(error)}") from error


class ElasticEngine:
    """Elasticsearch behind the protocol of `hub.core.search.protocol`. One object serves all threads of a process.

    An index is named after what it holds and how: a program with another mapping or another analysis has indexes of
    its own, so that old and new run side by side while a hub is renewed.
    """

    name = "elasticsearch"

    def __init__(
        self,
        schema: Schema,
        client: Elasticsearch,
        *,
        prefix: str = "hub-",
        lock_timeout: float = _LOCK_TIMEOUT,
    ) -> None:
        """Use the indexes whose names begin with `prefix`. Writers wait `lock_timeout` seconds for each other."""
        self.schema = schema
        self._client = client
        self._patient = client.options(request_timeout=_WRITE_TIMEOUT)
        self._fields = Fields(schema)
        self._compiler = Compiler(self._fields)
        parts = [schema.fingerprint(), ANALYSIS_VERSION, _code_version()]
        layout = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
        self._family = f"{prefix}{schema.name.lower()}"
        self._base = f"{self._family}-{layout}"
        self._read_alias = f"{self._base}-read"
        self._write_alias = f"{self._base}-write"
        self._lock = WriterLock(self._patient, f"{self._family}-lock", lock_timeout)

    # Reading

    def _search(self) -> Search[Any]:
        return Search(using=self._client, index=self._read_alias).params(allow_partial_search_results=False)

    def _ask(self, search: Search[Any]) -> dict[str, Any]:
        found: dict[str, Any] = search.execute().to_dict()
        if found["timed_out"] or found["_shards"]["failed"]:
            raise IndexUnavailable("Elasticsearch answered in part only.")
        return found

    def search(self, request: EngineRequest) -> EngineResult:
        """Answer a planned question."""
        size = min(max(request.size, 0), LARGEST_PAGE_SIZE)
        offset = (max(request.page, 1) - 1) * size
        if offset + size > DEEPEST_HIT:
            size = offset = 0
        scored = request.scored and request.sort not in self._fields.orders
        query = self._compiler.query(request.query)
        with _reading():
            search = (
                self._search()
                .query(self._compiler.weighed(query) if scored else query)
                .post_filter(Q("bool", filter=self._compiler.filters(request.filters)))
                .sort(*(["_score", BROWSE] if scored else [self._fields.orders.get(request.sort, BROWSE)]))
                .extra(track_total_hits=True, from_=offset, size=size, _source=[SHOWN_KEY])
            )
            self._add_counts(search, request)
            search.aggs.bucket("all", "global").bucket("marked", "filter", Q("exists", field=STATE)).metric(
                "state", "max", field=STATE
            )
            found = self._ask(search)
            total = int(found["hits"]["total"]["value"])
            hits = tuple(
                Hit(str(hit["_source"][SHOWN_KEY]), float(hit["_score"] or 0.0) if scored else 0.0)
                for hit in found["hits"]["hits"]
            )
            counts = self._counts(query, found["aggregations"], request)
            return EngineResult(total, hits, counts, _generation(found["aggregations"]["all"]["marked"]))

    def _add_counts(self, search: Search[Any], request: EngineRequest) -> None:
        asked = [facet for facet in request.facets if facet in self._fields.facets]
        if not asked:
            return
        size = max(1, _MOST_BUCKETS // len(asked))
        selected = {facet for facet, values in request.filters.items() if values}
        narrowed = A("filter", Q("bool", filter=self._compiler.filters(request.filters)))
        for facet in asked:
            name = self._fields.facets[facet]
            if facet in selected:
                others = self._compiler.filters(request.filters, without=facet)
                search.aggs.bucket(f"but {name}", "filter", Q("bool", filter=others)).bucket(
                    name, "terms", field=name, size=size
                )
            else:
                narrowed.bucket(name, "terms", field=name, size=size)
        search.aggs.bucket("narrowed", narrowed)

    def _counts(
        self, query: Query, found: Mapping[str, Any], request: EngineRequest
    ) -> dict[str, Mapping[str, int]]:
        counts: dict[str, Mapping[str, int]] = {facet: {} for facet in request.facets}
        for facet in counts:
            name = self._fields.facets.get(facet)
            if name is None:
                continue
            own = found.get(f"but {name}")
            counted = (own or found["narrowed"])[name]
            if counted["sum_other_doc_count"] or counted["doc_count_error_upper_bound"]:
                # More values than one answer can hold: slower, never cut.
                left_out = facet if own else ""
                narrowing = self._compiler.filters(request.filters, without=left_out)
                counts[facet] = self._every_value(name, Q("bool", must=[query], filter=narrowing))
            else:
                counts[facet] = {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
        return counts

    def _every_value(self, name: str, query: Query | None = None) -> dict[str, int]:
        """Count all values of a field, pass after pass."""
        counts: dict[str, int] = {}
        after: dict[str, str] | None = None
        while True:
            search = self._search().extra(size=0)
            if query is not None:
                search = search.query(query)
            sources = [{"value": {"terms": {"field": name}}}]
            more = {"after": after} if after else {}
            search.aggs.bucket("values", "composite", sources=sources, size=_BUCKETS_OF_A_PASS, **more)
            found = self._ask(search)["aggregations"]["values"]
            counts |= {bucket["key"]["value"]: bucket["doc_count"] for bucket in found["buckets"]}
            after = found.get("after_key")
            if not after or not found["buckets"]:
                return counts

    def count(self, query: Node, filters: Mapping[str, tuple[str, ...]]) -> int:
        """Return how many documents a query finds under these filters."""
        with _reading():
            return self._total(self._compiler.query(query), self._compiler.filters(filters))

    def _total(self, query: Query, narrowing: Sequence[Query] = ()) -> int:
        asked = Q("bool", filter=[query, *narrowing])
        found = self._client.count(index=self._read_alias, query=asked.to_dict())
        if found["_shards"]["failed"]:
            raise IndexUnavailable("Elasticsearch answered in part only.")
        return int(found["count"])

    def suggest(self, prefix: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return (title, key) of documents whose title has words that begin so; titles that begin so come first."""
        words = completion_words(prefix)
        most = min(limit, _SUGGESTED_AT_MOST)
        if not words or most < 1:
            return ()
        query = Q(
            "bool",
            filter=[starting(COMPLETIONS, word) for word in words],
            should=[Q("constant_score", filter=starting(TITLE_START, words[0]))],
        )
        with _reading():
            search = self._search().query(query).sort("_score", BROWSE)
            found = self._ask(search.extra(size=most, _source=[SHOWN_KEY, TITLE]))
            return tuple(
                (str(hit["_source"][TITLE]), str(hit["_source"][SHOWN_KEY])) for hit in found["hits"]["hits"]
            )

    def similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return the documents most like one, best first."""
        itself = Q("term", **{KEY: bounded(key)})
        with _reading():
            hits = self._ask(self._search().query(itself).extra(size=1, _source=[PROFILE]))["hits"]["hits"]
            if not hits or limit < 1:
                return ()
            profile = profile_of(hits[0]["_source"][PROFILE]["text"])
            terms = {
                (name, language, term): Q("term", **{self._fields.texts[name, language]: clean(term)})
                for name, language in self._fields.texts
                if language == profile.language
                for term in profile.terms
            }
            values = {
                (facet, value): self._compiler.having(facet, (value,))
                for facet, held in profile.facets.items()
                for value in held
            }
            documents, frequencies = self._frequencies([*terms.values(), *values.values()])
            of_terms = dict(zip(terms, frequencies[: len(terms)], strict=True))
            of_values = dict(zip(values, frequencies[len(terms) :], strict=True))
            like = similar_query(
                profile,
                self.schema,
                documents,
                lambda name, language, term: of_terms.get((name, language, term), 0),
                lambda facet, value: of_values.get((facet, value), 0),
            )
            query = Q("bool", must=[self._compiler.query(like)], must_not=[itself])
            search = self._search().query(self._compiler.weighed(query)).sort("_score", BROWSE)
            found = self._ask(search.extra(size=min(limit, LARGEST_PAGE_SIZE), _source=[SHOWN_KEY]))
            return tuple(
                Hit(str(hit["_source"][SHOWN_KEY]), float(hit["_score"])) for hit in found["hits"]["hits"]
            )

    def _frequencies(self, queries: Sequence[Query]) -> tuple[int, list[int]]:
        """Return how many documents there are, and how many each of the queries finds."""
        search = self._search().query(Q("exists", field=KEY)).extra(size=0, track_total_hits=True)
        for at, query in enumerate(queries):
            search.aggs.bucket(str(at), "filter", query)
        found = self._ask(search)
        counted = found.get("aggregations", {})
        return int(found["hits"]["total"]["value"]), [
            int(counted[str(at)]["doc_count"]) for at in range(len(queries))
        ]

    def vocabulary(self, language: str) -> Mapping[str, int]:
        """Return the words of a language's documents, folded, with the number of documents that hold each."""
        name = self._fields.surfaces.get(language)
        with _reading():
            if name is None:
                self._total(nothing())
                return {}
            return self._every_value(name)

    def frequency(self, language: str, word: str) -> int:
        """Return in how many documents a folded word stands."""
        name = self._fields.surfaces.get(language)
        with _reading():
            return self._total(Q("term", **{name: clean(word)}) if name else nothing())

    def state_of_words(self) -> str:
        """Return the generation of the index."""
        return self.search(EngineRequest(All(), scored=False, size=0)).generation

    def keys_with_hashes(self) -> Mapping[str, str]:
        """Return the key of every document with its content hash."""
        asked = {"query": {"exists": {"field": KEY}}, "_source": [SHOWN_KEY, HASH]}
        with _reading():
            found = scan(self._patient, query=asked, index=self._read_alias, size=2_000)
            return {str(hit["_source"][SHOWN_KEY]): str(hit["_source"][HASH]) for hit in found}

    # Writing

    def index(self, documents: Iterable[Document], *, version: int | None = None) -> int:
        """Write documents, replacing those of the same key; visible on return."""
        with self._changing():
            # All are read before the first is sent: what fails half-way has written nothing.
            read = list(documents)
            self._send(self._write_alias, (self._writing_of(one, version) for one in read))
            self._show(self._write_alias)
        return len(read)

    def remove(self, keys: Iterable[str], *, version: int | None = None) -> int:
        """Remove documents; unknown keys are no error."""
        with self._changing():
            named = list(keys)
            self._send(
                self._write_alias,
                ({"_op_type": "delete", "_id": _id(key), **_versioned(version)} for key in named),
            )
            self._show(self._write_alias)
        return len(named)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with _writing():
            if not self._patient.indices.exists_alias(name=self._write_alias):
                raise IndexUnavailable("There is no search index of this version in Elasticsearch yet.")
        with self._lock:
            yield

    def rebuild(
        self, documents: Iterable[Document], progress: Progress | None = None, *, version: int | None = None
    ) -> int:
        """Write a new index beside the present one, then switch."""
        with self._lock:
            name = f"{self._base}-{time.time_ns() // 1_000_000:014d}-{secrets.token_hex(4)}"
            try:
                held = self._fill(name, documents, progress, version)
                self._switch(name)
            except BaseException:
                with suppress(Exception):
                    self._patient.indices.delete(index=name, ignore_unavailable=True)
                raise
            self._sweep(name)
        return held

    def _fill(
        self, name: str, documents: Iterable[Document], progress: Progress | None, version: int | None
    ) -> int:
        seen: set[str] = set()
        asked = 0

        def actions() -> Iterator[dict[str, Any]]:
            nonlocal asked
            for document in documents:
                yield self._writing_of(document, version)
                seen.add(document.key)
                asked += 1
                if progress and asked % _PROGRESS_EVERY == 0:
                    progress(asked)

        with _writing():
            self._patient.indices.create(index=name, settings=settings(), mappings=mapping(self._fields))
        refused = self._send(name, actions())
        self._show(name)
        with _writing():
            held = int(self._patient.count(index=name, query={"exists": {"field": KEY}})["count"])
        if held != len(seen):
            raise SearchError(
                f"The new search index holds {held} documents instead of {len(seen)}. "
                f"Elasticsearch refused {', '.join(refused[:10]) or 'none'}."
            )
        if progress:
            progress(asked)
        return held

    def _switch(self, name: str) -> None:
        actions = [
            {"remove": {"index": f"{self._base}-*", "alias": alias, "must_exist": False}}
            for alias in (self._read_alias, self._write_alias)
        ] + [{"add": {"index": name, "alias": alias}} for alias in (self._read_alias, self._write_alias)]
        with _writing():
            self._patient.indices.update_aliases(actions=actions)

    def _sweep(self, current: str) -> None:
        """Delete indexes that nobody needs; the one before stays, for whoever is asking it just now."""
        with suppress(ApiError, TransportError):
            found = self._patient.indices.get(index=f"{self._family}-*-*-*", features="aliases")
            by_age = sorted(found, key=lambda name: name.rsplit("-", 2)[1])
            older = [name for name in by_age if name != current][:-1]
            if older:
                self._patient.indices.delete(index=older, ignore_unavailable=True)

    def _send(self, index: str, actions: Iterable[dict[str, Any]]) -> list[str]:
        """Send changes in batches, again and slower while there are too many; return which documents were refused.

        A document that Elasticsearch cannot take is logged and left out: it must not hold up all others. Raises
        SearchError if Elasticsearch takes nothing at the moment.
        """
        refused = []
        with _writing():
            for is_done, outcome in streaming_bulk(
                self._patient,
                actions,
                index=index,
                chunk_size=_BULK_DOCUMENTS,
                max_chunk_bytes=_BULK_BYTES,
                max_retries=_BULK_TRIES,
                initial_backoff=0.25,
                max_backoff=8,
                raise_on_error=False,
                require_alias=index == self._write_alias,
            ):
                self._lock.renew()
                if is_done:
                    continue
                [(operation, answer)] = outcome.items()
                status = int(answer.get("status", 0))
                if status == _CONFLICT or (operation == "delete" and status == _NOT_FOUND):
                    # A newer write was first; or nothing is there to delete.
                    continue
                reason = _refusal(answer)
                if status in (_NOT_FOUND, _TOO_MANY, 403) or status >= 500 or not status:
                    raise SearchError(f"Elasticsearch did not write: {status} {reason}")
                logger.error("document refused", extra={"document": answer.get("_id"), "error": reason})
                refused.append(f"{answer.get('_id')} ({reason})")
        return refused

    def _show(self, index: str) -> None:
        with _writing():
            self._patient.index(
                index=index, id=_STATE_ID, document={STATE: 1 + secrets.randbits(48)}, refresh=True
            )

    def _writing_of(self, document: Document, version: int | None) -> dict[str, Any]:
        found = analyse(document, self.schema)
        source: dict[str, Any] = {
            KEY: bounded(document.key),
            SHOWN_KEY: clean(document.key),
            HASH: document.content_hash(),
            TITLE: clean(found.title),
            PROFILE: {"text": profile_text(found)},
            TITLE_START: title_start(found.title),
            COMPLETIONS: [clean(word) for word in found.completions],
            BROWSE: order_value(found.browse_order),
            NUDGE: found.nudge,
        }
        for where, terms in found.terms.items():
            source[self._fields.texts[where]] = clean(" ".join(terms))
        for language, words in found.words.items():
            source[self._fields.surfaces[language]] = [clean(word) for word in words]
        for facet, name in self._fields.facets.items():
            values = dict.fromkeys(document.facets.get(facet, ()))
            source[name] = [bounded(value) for value in values if value]
        for key, name in self._fields.orders.items():
            source[name] = order_value(found.orders[key])
        return {"_op_type": "index", "_id": _id(document.key), "_source": source, **_versioned(version)}

    # The state of the index

    def healthy(self, *, thorough: bool = False) -> Health:
        """Say whether the index can answer. Elasticsearch compares its files with their checksums itself."""
        try:
            with _reading():
                state = self._client.cluster.health(
                    index=self._read_alias, timeout="0s", level="cluster", wait_for_status="yellow"
                )
                if state["status"] == "red" or state["timed_out"]:
                    if not self._client.indices.exists_alias(name=self._read_alias):
                        raise IndexUnavailable(
                            "There is no search index of this version in Elasticsearch yet."
                        )
                    raise IndexUnavailable("The cluster is red: a part of the search index is not there.")
                found = self.search(EngineRequest(All(), scored=False, size=0))
        except SearchError as error:
            return Health(False, str(error))
        return Health(True, "", found.total, found.generation)


def _generation(marked: Mapping[str, Any]) -> str:
    return f"{int(marked['state']['value']):x}"


def _id(key: str) -> str:
    """Return the id of a key: itself where operators can read it, else a hash."""
    if _PLAIN_KEY.fullmatch(key):
        return key
    return f"~{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _versioned(version: int | None) -> dict[str, Any]:
    return {} if version is None else {"version": version, "version_type": "external_gte"}


def _refusal(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return (
        str(error.get("type", "")) if isinstance(error, Mapping) else str(error or answer.get("result", ""))
    )
