"""The tables that the project ships: every fact in them is found again in the database."""

from __future__ import annotations

import csv
import operator
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex

from catalogue.actions.import_tools import import_tools
from catalogue.actions.importing.report import ConflictReason
from catalogue.actions.importing.tables import TABLES
from catalogue.actions.load_vocabulary import load_vocabulary
from catalogue.enums import FactGroup
from catalogue.models import Capability, ImportConflict, Tool
from catalogue.models.vocabulary import INDEX_TOPIC
from hub.core import audit
from hub.core.models import AuditEntry, OutboxEntry

FOLDER = Path(__file__).resolve().parents[3] / "catalogue" / "demo_data"
FILES = [FOLDER / f"{table.name}.csv" for table in TABLES]

pytestmark = pytest.mark.django_db

Read = Callable[[Any], Any]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def joined(values: Any) -> str:
    return ";".join(values)


def codes(manager: Any) -> set[str]:
    return set(manager.values_list("code", flat=True))


def attributes(*names: str, ending: str = "") -> dict[str, Read]:
    return {name: operator.attrgetter(name + ending) for name in names}


SOURCED = attributes("source_url", "checked_on", "confidence")
TOOL: dict[str, Read] = {
    "code": lambda tool: tool.code,
    "name": lambda tool: tool.name,
    "vendor": lambda tool: tool.vendor.name,
    "vendor_country": lambda tool: tool.vendor.country,
    "url": lambda tool: tool.url,
    "summary_en": lambda tool: tool.summary_en,
    "data_types": lambda tool: joined(tool.data_types),
    "ai_role": lambda tool: tool.ai_role,
    "readiness": lambda tool: tool.readiness,
    "readiness_note_en": lambda tool: tool.readiness_note_en,
    "cost_model": lambda tool: tool.cost_model,
    "licence_spdx": lambda tool: tool.licence,
    "deployment": lambda tool: joined(tool.deployment),
    "operating_systems": lambda tool: joined(tool.operating_systems),
    "offline_capable": lambda tool: tool.offline_capable,
    "access": lambda tool: tool.access,
    "interface_languages": lambda tool: joined(tool.interface_languages),
    "cautions_en": lambda tool: tool.cautions.get(kind="general").text_en,
    "cautions_source_url": lambda tool: tool.cautions.get(kind="general").source_url,
}
IMPLEMENTATION: dict[str, Read] = {
    **attributes(
        "install_kind",
        "hardware_en",
        "gpu",
        "setup_effort",
        "air_gapped_install",
        "price_note_en",
        "support_en",
        "training_en",
        "last_release",
        "last_release_on",
        "note_en",
    ),
    **SOURCED,
    "tool": lambda one: one.tool.code,
    "steps_en": lambda one: one.steps_en.replace("\n", " | "),
    "skills": lambda one: joined(one.skills),
    "model_download_mb": lambda one: str(one.model_download_mb),
}
DATA_FLOW: dict[str, Read] = {
    **attributes("data_leaves", "vendor_training_use", "telemetry", "offline_mode", "note_en"),
    **attributes("what_leaves", "where_to", "retention", ending="_en"),
    **SOURCED,
    "tool": lambda one: one.tool.code,
}
MEASURE: dict[str, Read] = {
    **attributes(
        "measure",
        "unit",
        "threshold",
        "version",
        "test_set",
        "test_set_size",
        "group",
        "measured_by",
        "published_on",
        "note_en",
    ),
    **SOURCED,
    "tool": lambda one: one.tool.code,
    "capability": lambda one: one.capability.code if one.capability else "",
    "value": lambda one: one.printed_value,
}


def missing(row: dict[str, str], read: dict[str, Read], record: Any) -> list[str]:
    """Return what of a row is not in the record."""
    return [
        f"{record}: {name}: {row[name]} became {found(record)}"
        for name, found in read.items()
        if row[name] and found(record) != row[name]
    ]


def test_every_fact_arrives_and_a_second_run_writes_nothing() -> None:
    load_vocabulary()
    OutboxEntry.objects.all().delete()

    first = import_tools(FILES)

    assert first.ok, list(first.lines())
    assert {counts.table: counts.created + counts.unchanged for counts in first.tables} == {
        table.name: len(rows(table.name)) for table in TABLES
    }
    assert {(one.row_key, one.reason) for one in first.conflicts} == {
        ("archiveweb-page", ConflictReason.DISAGREEMENT)
    }
    check_tools()
    check_records()
    check_duties()

    with CaptureQueriesContext(connection) as queries:
        second = import_tools(FILES)

    assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(queries) < 40
    assert (second.created, second.changed) == (0, 0)
    assert second.conflicts == first.conflicts


def check_tools() -> None:
    tools = {tool.code: tool for tool in Tool.objects.select_related("vendor")}
    assert len(tools) == 340
    lost = []
    for row in rows("tools"):
        tool = tools[row["code"]]
        if row["code"] == "archiveweb-page":
            # Two tables disagree; the other one is newer, and the editor sees both.
            kept = ImportConflict.objects.get(row_key=tool.code)
            assert (tool.offline_capable, kept.imported_value) == ("no", row["offline_capable"])
            row = {**row, "offline_capable": "no"}
        lost += missing(row, TOOL, tool)
        assert codes(tool.stages) == set(filter(None, row["workflow_steps"].split(";")))
        assert codes(tool.capabilities) == set(row["capabilities"].split(";"))
        assert Counter(tool.fact_sources.values_list("group", "url", "checked_on", "confidence")) == Counter(
            (group, row["source_url"], row["checked_on"], row["confidence"]) for group in FactGroup.values
        )
        assert tool.live
        assert tool.slug == tool.code
        assert tool.latest_revision == tool.live_revision is not None
    assert lost == []


def check_records() -> None:
    tools = {tool.code: tool for tool in Tool.objects.all()}
    lost = []
    for row in rows("implementation"):
        implementation = tools[row["tool"]].implementation
        lost += missing(row, IMPLEMENTATION, implementation)
        prerequisites = [part.strip() for part in row["prerequisites_en"].split(";")]
        assert implementation.prerequisites_en.split("\n") == prerequisites
    for row in rows("data_flows"):
        lost += missing(row, DATA_FLOW, tools[row["tool"]].data_flow)
    for row in rows("mentions"):
        alias = tools[row["tool"]].aliases.get(name=row["alias"])
        assert (alias.language, alias.source_url) == (row["language"], row["source_url"])
    for row in rows("cautions"):
        caution = tools[row["tool"]].cautions.get(text_en=row["caution_en"])
        lost += missing(row, {**SOURCED, **attributes("kind", "issued_by", "issued_on")}, caution)
    for row in rows("capabilities"):
        capability = Capability.objects.get(code=row["code"])
        assert (capability.label_en, capability.definition_en) == (row["label_en"], row["definition_en"])
    measures = {
        tuple(found(measure) for found in MEASURE.values())
        for tool in tools.values()
        for measure in tool.error_measures.select_related("capability", "tool")
    }
    assert measures == {tuple(row[name] for name in MEASURE) for row in rows("error_measures")}
    assert lost == []


def check_duties() -> None:
    """What saving each record would have done, done once for each tool."""
    keys = OutboxEntry.objects.filter(topic=INDEX_TOPIC).values_list("key", flat=True)
    assert sorted(keys) == sorted(str(pk) for pk in Tool.objects.values_list("pk", flat=True))
    assert AuditEntry.objects.filter(action="tool.imported").count() == 340
    assert audit.verify_chain() is None
    tool = Tool.objects.get(code="aasist")
    assert ReferenceIndex.objects.filter(object_id=str(tool.pk), to_object_id=str(tool.vendor_id)).exists()


def test_figures_for_the_home_page_name_a_source() -> None:
    for row in rows("case_facts"):
        assert row["source"].startswith(("https://", "http://")) or row["source_title"], row["fact_en"]
        assert row["show"] in {"yes", "no"}
