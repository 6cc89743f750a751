"""The search as pages use it, on a catalogue that is made up: planner, concepts, correction, engine, all counts."""

from __future__ import annotations

import gc
import math
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from catalogue.bench import cluster
from catalogue.bench.corpus import Question, tool, tools
from catalogue.bench.timing import Taken, median_of_runs, percentile
from catalogue.bench.words import shipped_terms
from catalogue.queries.taxonomy import Taxonomy, Words
from catalogue.search.concepts import concepts_of
from catalogue.search.documents import SCHEMA
from hub.core.languages import LANGUAGE_CODES
from hub.core.memory import memory_of
from hub.core.search import Engine, Failover, Reader, SearchRequest, SearchService, TantivyEngine
from hub.core.search.concepts import ConceptTable

PAGE_SIZE = 20
_CHANGES = 9

Figures = dict[str, Any]
"""Named numbers; times in milliseconds unless the name says seconds."""


def build(number: int, place: str) -> Figures:
    """Write the index of so many tools; return seconds (without making the tools up) and bytes.

    The place is a folder, or the address of an Elasticsearch.
    """
    documents = Taken(tools(number))
    started = perf_counter()
    held = _engine(place).rebuild(documents)
    seconds = perf_counter() - started - documents.seconds
    figures: Figures = {"documents": held, "seconds": seconds}
    if _is_cluster(place):
        return figures | {
            "bytes": cluster.bytes_of(place),
            "server_memory": cluster.memory_of_server(place),
        }
    return figures | {"bytes": sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())}


def ask(questions: Sequence[Question], place: str, runs: int, words: str = "") -> Figures:
    """Ask every question as often as there are runs; return times, what was found, and the memory it took.

    The first round warms the caches and does not count. The last thing that is measured changes the index. Where the
    place is an Elasticsearch, `words` is the folder of the embedded index that stands beside it, as in every hub.
    """
    table = ConceptTable(concepts_of(_taxonomy()), LANGUAGE_CODES)
    engine = _engine(place)
    asked: Reader = Failover(engine, _engine(words), slow=math.inf) if words else engine
    service = SearchService(asked, lambda: table)
    requests = [request_of(question) for question in questions]
    before = memory_of()
    first, *_ = _timed(service, requests[:1])
    warming = _timed(service, requests)
    totals = [service.search(request).total for request in requests]
    gc.collect()
    processor = process_time()
    timed = [_timed(service, requests) for _ in range(runs)]
    processor = process_time() - processor
    after = memory_of()
    kinds = [question.kind for question in questions]
    everything = SearchRequest(facets=SCHEMA.facets, size=PAGE_SIZE)
    filtered = [replace(request, text="") for request in requests]
    return {
        "first": first,
        "first_round_p95": percentile(warming, 0.95),
        "p50": median_of_runs(timed, 0.5),
        "p95": median_of_runs(timed, 0.95),
        "longest": median_of_runs(timed, 1.0),
        "by_kind": {
            kind: median_of_runs([_only(run, kinds, kind) for run in timed], 0.5)
            for kind in dict.fromkeys(kinds)
        },
        "p50_without_text": percentile(_timed(service, filtered), 0.5),
        "p95_without_text": percentile(_timed(service, filtered), 0.95),
        "everything": percentile(_timed(service, [everything] * 20), 0.5),
        "by_question": [statistics.median(times) for times in zip(*timed, strict=True)],
        "found": totals,
        "kinds": kinds,
        "clock_to_processor": sum(map(sum, timed)) / 1000 / processor,
        "memory_before": before.resident,
        "memory_after": after.resident,
        "own_memory_before": before.own,
        "own_memory_after": after.own,
        "change": _change(engine),
    }


def fail(questions: Sequence[Question], folder: str) -> Figures:
    """Ask while the cluster fails and the embedded index in a folder answers; return times beside those without one.

    Of each kind of failure: the first question, which finds out, and the middle and the slowest of those after it.
    """
    table = ConceptTable(concepts_of(_taxonomy()), LANGUAGE_CODES)
    embedded = _engine(folder)
    requests = [request_of(question) for question in questions]
    alone = SearchService(embedded, lambda: table)
    _timed(alone, requests)
    figures: Figures = {"alone": _spread(_timed(alone, requests))}
    for name, failing in (("refuses", cluster.nobody_there), ("hangs", cluster.never_answering)):
        with failing() as address:
            service = SearchService(Failover(_engine(address), embedded), lambda: table)
            [first] = _timed(service, requests[:1])
            figures[name] = {"first": first, **_spread(_timed(service, requests))}
    return figures


def _spread(times: Sequence[float]) -> Figures:
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}


def _is_cluster(place: str) -> bool:
    return "://" in place


def _engine(place: str) -> Engine:
    return cluster.engine_at(place) if _is_cluster(place) else TantivyEngine(SCHEMA, Path(place))


def request_of(question: Question) -> SearchRequest:
    """Return what the catalogue's page asks for a question: a page of hits and the counts of every facet."""
    return SearchRequest(
        text=question.text,
        language=question.language,
        filters=question.filters,
        facets=SCHEMA.facets,
        size=PAGE_SIZE,
    )


def _timed(service: SearchService, requests: Sequence[SearchRequest]) -> list[float]:
    times = []
    for request in requests:
        started = perf_counter()
        service.search(request)
        times.append((perf_counter() - started) * 1000)
    return times


def _only(times: Sequence[float], kinds: Sequence[str], kind: str) -> list[float]:
    return [time for time, of in zip(times, kinds, strict=True) if of == kind]


def _change(engine: Engine) -> float:
    """Write one changed tool several times; return the median until it could be found."""
    times = []
    for at in range(_CHANGES):
        changed = replace(tool(at), priority=at)
        started = perf_counter()
        engine.index([changed])
        engine.frequency("en", "analysis")
        times.append((perf_counter() - started) * 1000)
    return statistics.median(times)


def _taxonomy() -> Taxonomy:
    words = {
        kind: {
            code: Words(code, term.labels, {}, term.definitions, term.synonyms)
            for code, term in terms.items()
        }
        for kind, terms in shipped_terms().items()
    }
    return Taxonomy(words, "shipped")
