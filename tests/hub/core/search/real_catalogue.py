"""The shipped vocabulary and the shipped tools as the search knows them, read from their files: no database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from catalogue.queries.taxonomy import Taxonomy, Words
from catalogue.rules import priority
from catalogue.search.concepts import concepts_of
from catalogue.search.documents import SCHEMA
from hub.core.languages import LANGUAGE_CODES
from hub.core.search import NEUTRAL, Document
from hub.core.search.concepts import ConceptTable
from hub.core.text import sort_key

ROOT = Path(__file__).resolve().parents[4]
_COLUMNS = {
    "stage": "workflow_steps",
    "capability": "capabilities",
    "data": "data_types",
    "ai": "ai_role",
    "readiness": "readiness",
    "offline": "offline_capable",
    "cost": "cost_model",
    "access": "access",
    "deployment": "deployment",
    "system": "operating_systems",
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def vocabulary(language: str) -> tuple[dict[str, str], ...]:
    """The rows of one language's file."""
    return tuple(_rows(ROOT / "catalogue" / "vocabulary" / f"terms.{language}.csv"))


@cache
def taxonomy() -> Taxonomy:
    """What the database holds after the shipped words have been loaded."""
    texts: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for language in LANGUAGE_CODES:
        for row in vocabulary(language):
            texts.setdefault((row["vocabulary"], row["code"]), {})[language] = row
    words: dict[str, dict[str, Words]] = {}
    for (kind, code), rows in texts.items():
        words.setdefault(kind, {})[code] = Words(
            code=code,
            labels={language: row["label"] for language, row in rows.items()},
            short_labels={},
            definitions={language: row["definition"] for language, row in rows.items()},
            synonyms={
                language: tuple(name.strip() for name in row["synonyms"].split(" | ") if name.strip())
                for language, row in rows.items()
            },
        )
    return Taxonomy(words, "shipped")


@cache
def concept_table() -> ConceptTable:
    """The names of all values that have names."""
    return ConceptTable(concepts_of(taxonomy()), LANGUAGE_CODES)


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in cell.split(";") if code.strip())


def documents() -> Iterator[Document]:
    """The shipped tools."""
    for row in _rows(ROOT / "catalogue" / "demo_data" / "tools.csv"):
        facets = {facet: _codes(row[column]) for facet, column in _COLUMNS.items()}
        texts = {
            language: {
                "concepts": "\n".join(
                    taxonomy().label(kind, code, language)
                    for kind in ("capability", "stage")
                    for code in facets[kind]
                )
            }
            for language in LANGUAGE_CODES
        }
        texts["en"]["summary"] = row["summary_en"]
        texts[NEUTRAL] = {"name": row["name"], "vendor": row["vendor"]}
        yield Document(
            key=row["code"],
            texts=texts,
            facets={facet: values or ("not-known",) for facet, values in facets.items()},
            sorts={
                "name": sort_key(row["name"], "en"),
                "newest": int(row["checked_on"].replace("-", "") or 0),
            },
            priority=priority(row["ai_role"], row["readiness"]),
        )


def tools_with(capability: str) -> set[str]:
    """The codes of the shipped tools that have a capability."""
    rows = _rows(ROOT / "catalogue" / "demo_data" / "tools.csv")
    return {row["code"] for row in rows if capability in _codes(row["capabilities"])}


__all__ = ["SCHEMA", "concept_table", "documents", "taxonomy", "tools_with", "vocabulary"]
