"""A tool as the search index holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet

from catalogue.models import Tool
from catalogue.queries.taxonomy import CAPABILITY, STAGE, Taxonomy
from catalogue.queries.tools import published, with_facts
from catalogue.rules import first_day, priority
from catalogue.search.facets import FACETS, checked_on, values_of
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.search import NEUTRAL, Document, Schema, TextField

BATCH = 500

SCHEMA = Schema(
    name="tools",
    version=1,
    text_fields=(
        TextField("name", 8.0, translated=False),
        TextField("alias", 6.0, translated=False),
        TextField("vendor", 3.0, translated=False),
        TextField("concepts", 2.0, translated=True),
        TextField("summary", 2.0, translated=True),
        TextField("functionality", 1.0, translated=True),
    ),
    facets=tuple(facet.name for facet in FACETS),
    sort_keys=("name", "newest"),
    languages=LANGUAGE_CODES,
)


def document_of(tool: Tool, taxonomy: Taxonomy, today: date) -> Document:
    """Return the document of a tool whose facts and aliases are loaded."""
    checked = checked_on(tool)
    texts: dict[str, dict[str, str]] = {
        NEUTRAL: {
            "name": tool.name,
            "alias": "\n".join(alias.name for alias in tool.aliases.all()),
            "vendor": tool.vendor.name if tool.vendor else "",
        }
    }
    for language in LANGUAGE_CODES:
        suffix = language.replace("-", "_")
        texts[language] = {
            "summary": getattr(tool, f"summary_{suffix}") or "",
            "functionality": getattr(tool, f"functionality_{suffix}") or "",
            "concepts": "\n".join(
                taxonomy.label(kind, concept.code, language)
                for kind, concepts in ((CAPABILITY, tool.capabilities.all()), (STAGE, tool.stages.all()))
                for concept in concepts
                if language == DEFAULT_LANGUAGE or _has_label(taxonomy, kind, concept.code, language)
            ),
        }
    return Document(
        key=str(tool.pk),
        texts=texts,
        facets=values_of(tool, today),
        sorts={"name": tool.name_sort, "newest": first_day(checked).toordinal() if checked else 0},
        priority=priority(tool.ai_role, tool.readiness),
    )


def documents(tools: QuerySet[Tool], taxonomy: Taxonomy, today: date) -> Iterator[Document]:
    """Return the documents of many tools, in batches of a fixed number of queries."""
    for batch in _batches(tools):
        for tool in batch:
            yield document_of(tool, taxonomy, today)


def every_document(taxonomy: Taxonomy, today: date) -> Iterator[Document]:
    """Return the document of every published tool."""
    return documents(published(), taxonomy, today)


def _batches(tools: QuerySet[Tool]) -> Iterator[Iterable[Tool]]:
    loaded = with_facts(tools).prefetch_related("aliases").order_by("pk")
    last = 0
    while batch := list(loaded.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _has_label(taxonomy: Taxonomy, kind: str, code: str, language: str) -> bool:
    words = taxonomy.get(kind, code)
    return bool(words and words.labels.get(language))
