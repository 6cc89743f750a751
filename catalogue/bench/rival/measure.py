"""Fills a throwaway database, indexes it, asks the questions, and takes the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from modelsearch.backends import get_search_backend
from modelsearch.query import MATCH_ALL

from catalogue.bench.corpus import SHAPES, Question, questions, tools
from catalogue.bench.rival.models import SEVERAL, SINGLE, TEXTS, Tool, Value
from catalogue.enums import NOT_KNOWN
from hub.core.search import NEUTRAL, Document

PAGE_SIZE = 20
_BATCH = 500
Counts = dict[str, dict[str, int]]


def run(number: int, asked: Sequence[int], a_language: int, *, at_its_best: bool) -> dict[str, Any]:
    """Return seconds to fill and to index, milliseconds a question, what was found, and counts to compare.

    As it comes, modelsearch ranks whatever it searches, and SQLite plans without statistics: nobody gathers them
    unasked. At its best, what is only counted is not ranked, and the statistics are fresh. PostgreSQL gathers them by
    itself in time, so it has them in both.
    """
    every = questions(a_language)
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = perf_counter()
        values = _fill(number)
        filled = perf_counter()
        call_command("rebuild_modelsearch_index", verbosity=0)
        indexed = perf_counter()
        if at_its_best or connection.vendor != "sqlite":
            _gather_statistics()
        times, found = [], []
        ranked = not at_its_best
        answer(Question("warming", "en", "", {}), values, rank_counted=ranked)
        for at in asked:
            started_asking = perf_counter()
            total, _ = answer(every[at], values, rank_counted=ranked)
            times.append((perf_counter() - started_asking) * 1000)
            found.append(total)
        without_text = Question("", "en", "", every[asked[0]].filters)
        _, counts = answer(without_text, values, rank_counted=ranked)
        return {
            "fill_seconds": filled - started,
            "seconds": indexed - filled,
            "times": times,
            "found": found,
            "counts_without_text": counts,
        }
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def answer(
    question: Question, values: Mapping[str, Mapping[str, int]], *, rank_counted: bool
) -> tuple[int, Counts]:
    """Return what the catalogue's page needs: total, a page of hits (read and dropped), counts of every facet.

    A facet's counts ignore its own selection, so a selected facet is counted in a search of its own.
    """
    query = question.text or MATCH_ALL
    results = _search(query, _narrowed(question.filters, values), ranked=True)
    list(results[:PAGE_SIZE])
    total = results.count()
    counts: Counts = {}
    counted = _search(query, _narrowed(question.filters, values), ranked=rank_counted)
    for facet in (*SINGLE, *SEVERAL):
        if facet in question.filters:
            others = {name: chosen for name, chosen in question.filters.items() if name != facet}
            found = _search(query, _narrowed(others, values), ranked=rank_counted).facet(facet)
        else:
            found = counted.facet(facet)
        counts[facet] = _by_code(facet, found, values)
    return total, counts


def _search(query: Any, tools: QuerySet, *, ranked: bool) -> Any:
    return get_search_backend().search(query, tools, operator="and", order_by_relevance=ranked)


def _narrowed(filters: Mapping[str, tuple[str, ...]], values: Mapping[str, Mapping[str, int]]) -> QuerySet:
    found = Tool.objects.all()
    for facet, chosen in filters.items():
        if facet in SINGLE:
            found = found.filter(**{f"{facet}__in": chosen})
        else:
            # A join would find a tool once for each of its values, and count it as often.
            through = getattr(Tool, facet).through
            keys = [values[facet][code] for code in chosen]
            found = found.filter(pk__in=through.objects.filter(value__in=keys).values("tool"))
    return found


def _by_code(facet: str, found: Mapping[Any, int], values: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    if facet in SINGLE:
        return dict(found)
    codes = {key: code for code, key in values[facet].items()}
    return {codes[key]: count for key, count in found.items()}


def _fill(number: int) -> dict[str, dict[str, int]]:
    """Write the tools; return the keys of the values of each facet that may have several."""
    values: dict[str, dict[str, int]] = {}
    for facet in SEVERAL:
        made = Value.objects.bulk_create(
            Value(facet=facet, code=code) for code in (*SHAPES[facet].values, NOT_KNOWN)
        )
        values[facet] = {value.code: value.pk for value in made}
    documents = tools(number)
    while batch := list(islice(documents, _BATCH)):
        Tool.objects.bulk_create(_row(document) for document in batch)
        for facet in SEVERAL:
            through = getattr(Tool, facet).through
            through.objects.bulk_create(
                through(tool_id=int(document.key), value_id=values[facet][code])
                for document in batch
                for code in document.facets[facet]
            )
    return values


def _row(document: Document) -> Any:
    neutral = document.texts[NEUTRAL]
    texts = {}
    for name in TEXTS:
        field, language = name.split("_", 1)
        texts[name] = document.texts[language.replace("_", "-")][field]
    return Tool(
        id=int(document.key),
        title=neutral["name"],
        alias=neutral["alias"],
        vendor=neutral["vendor"],
        **texts,
        **{facet: document.facets[facet][0] for facet in SINGLE},
    )


def _gather_statistics() -> None:
    """Tell the database's planner what is in the tables, as it would find out by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
