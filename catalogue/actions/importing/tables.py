"""The tables that can be imported, column by column: which record and field each column writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.db import models

from catalogue.actions.importing import cells
from catalogue.actions.importing.cells import Kind
from catalogue.enums import FactGroup, Vocabulary
from catalogue.models import (
    Capability,
    Caution,
    DataFlow,
    ErrorMeasure,
    FactSource,
    Implementation,
    Tool,
    ToolAlias,
    Vendor,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the kind of its cells and, for each record that it writes, the field there."""

    name: str
    kind: Kind
    fields: dict[str, str]
    required: bool = False


@dataclass(frozen=True)
class Record:
    """A record that an import writes. `name` stands in the list of what was imported and in conflicts.

    `key` are the fields that identify it; `needs` those of which one must be known for the record to make
    sense; `in_draft` tells that a tool's drafts hold it too; `marks` are values that every record of the kind
    has; `comes_back` that it is made again if somebody has removed it.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    needs: tuple[str, ...] = ()
    in_draft: bool = False
    comes_back: bool = False
    marks: dict[str, str] = field(default_factory=dict)

    @cached_property
    def fields(self) -> dict[str, Column]:
        """Return the columns that write the record, by the field that they write."""
        return {
            column.fields[self.name]: column
            for table in TABLES
            for column in table.columns
            if self.name in column.fields
        }


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be imported; `key` are the columns that no two rows have alike."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings in their usual order."""
        return tuple(column.name for column in self.columns)


def _column(name: str, kind: Kind, record: str, attribute: str = "", *, required: bool = False) -> Column:
    return Column(name, kind, {record: attribute or name}, required)


def _source(record: str) -> tuple[Column, ...]:
    return (
        _column("source_url", cells.ADDRESS, record),
        _column("checked_on", cells.DATE, record),
        _column("confidence", cells.code(Vocabulary.CONFIDENCE), record),
    )


_CAPABILITIES = Table(
    "capabilities",
    ("code",),
    (
        _column("code", cells.OWN_CODE, "capabilities", required=True),
        _column("label_en", cells.LINE, "capabilities", required=True),
        _column("definition_en", cells.PARAGRAPHS, "capabilities"),
    ),
)

_TOOLS = Table(
    "tools",
    ("code",),
    (
        _column("code", cells.OWN_CODE, "tools", required=True),
        _column("name", cells.LINE, "tools", required=True),
        Column("vendor", cells.LINE, {"tools": "vendor", "vendors": "name"}),
        _column("vendor_country", cells.COUNTRY, "vendors", "country"),
        _column("url", cells.ADDRESS, "tools"),
        _column("summary_en", cells.PARAGRAPHS, "tools", required=True),
        _column("workflow_steps", cells.STAGES, "tools", "stages"),
        _column("capabilities", cells.CAPABILITIES, "tools"),
        _column("data_types", cells.codes(Vocabulary.DATA_TYPE), "tools"),
        _column("ai_role", cells.code(Vocabulary.AI_ROLE), "tools"),
        _column("readiness", cells.code(Vocabulary.READINESS), "tools"),
        _column("readiness_note_en", cells.LINE, "tools"),
        _column("cost_model", cells.code(Vocabulary.COST_MODEL), "tools"),
        _column("licence_spdx", cells.LICENCE, "tools", "licence"),
        _column("deployment", cells.codes(Vocabulary.DEPLOYMENT), "tools"),
        _column("operating_systems", cells.codes(Vocabulary.OPERATING_SYSTEM), "tools"),
        _column("offline_capable", cells.code(Vocabulary.OFFLINE_CAPABLE), "tools"),
        _column("access", cells.code(Vocabulary.ACCESS), "tools"),
        _column("interface_languages", cells.LANGUAGES, "tools"),
        _column("source_url", cells.ADDRESS, "fact_sources", "url"),
        Column("checked_on", cells.DATE, {"fact_sources": "checked_on", "tool_cautions": "checked_on"}),
        Column(
            "confidence",
            cells.code(Vocabulary.CONFIDENCE),
            {"fact_sources": "confidence", "tool_cautions": "confidence"},
        ),
        _column("cautions_en", cells.PARAGRAPHS, "tool_cautions", "text_en"),
        _column("cautions_source_url", cells.ADDRESS, "tool_cautions", "source_url"),
    ),
)

_MENTIONS = Table(
    "mentions",
    ("tool", "alias"),
    (
        _column("tool", cells.TOOL, "mentions", required=True),
        _column("alias", cells.LINE, "mentions", "name", required=True),
        _column("language", cells.LANGUAGE, "mentions"),
        _column("source_url", cells.ADDRESS, "mentions"),
    ),
)

_IMPLEMENTATION = Table(
    "implementation",
    ("tool",),
    (
        _column("tool", cells.TOOL, "implementation", required=True),
        _column("install_kind", cells.code(Vocabulary.INSTALL_KIND), "implementation"),
        _column("steps_en", cells.lines(" | "), "implementation"),
        _column("prerequisites_en", cells.lines(";"), "implementation"),
        _column("hardware_en", cells.LINE, "implementation"),
        _column("gpu", cells.code(Vocabulary.GPU), "implementation"),
        _column("setup_effort", cells.code(Vocabulary.SETUP_EFFORT), "implementation"),
        _column("skills", cells.codes(Vocabulary.SKILL), "implementation"),
        _column("air_gapped_install", cells.code(Vocabulary.AIR_GAPPED_INSTALL), "implementation"),
        _column("model_download_mb", cells.COUNT, "implementation"),
        _column("price_note_en", cells.LINE, "implementation"),
        _column("support_en", cells.LINE, "implementation"),
        _column("training_en", cells.LINE, "implementation"),
        _column("last_release", cells.LINE, "implementation"),
        _column("last_release_on", cells.DATE, "implementation"),
        _column("note_en", cells.PARAGRAPHS, "implementation"),
        *_source("implementation"),
    ),
)

_DATA_FLOWS = Table(
    "data_flows",
    ("tool",),
    (
        _column("tool", cells.TOOL, "data_flows", required=True),
        _column("data_leaves", cells.code(Vocabulary.DATA_LEAVES), "data_flows"),
        _column("what_leaves", cells.LINE, "data_flows", "what_leaves_en"),
        _column("where_to", cells.LINE, "data_flows", "where_to_en"),
        _column("retention", cells.LINE, "data_flows", "retention_en"),
        _column("vendor_training_use", cells.code(Vocabulary.VENDOR_TRAINING_USE), "data_flows"),
        _column("telemetry", cells.code(Vocabulary.TELEMETRY), "data_flows"),
        _column("offline_mode", cells.code(Vocabulary.OFFLINE_CAPABLE), "data_flows"),
        _column("note_en", cells.PARAGRAPHS, "data_flows"),
        *_source("data_flows"),
    ),
)

_ERROR_MEASURES = Table(
    "error_measures",
    (
        "tool",
        "capability",
        "measure",
        "threshold",
        "version",
        "test_set",
        "group",
        "measured_by",
        "source_url",
    ),
    (
        _column("tool", cells.TOOL, "error_measures", required=True),
        _column("capability", cells.CAPABILITY, "error_measures"),
        _column("measure", cells.code(Vocabulary.MEASURE), "error_measures", required=True),
        _column("value", cells.FIGURE, "error_measures", "printed_value", required=True),
        _column("unit", cells.code(Vocabulary.UNIT), "error_measures", required=True),
        _column("threshold", cells.LINE, "error_measures"),
        _column("version", cells.LINE, "error_measures"),
        _column("test_set", cells.LINE, "error_measures"),
        _column("test_set_size", cells.LINE, "error_measures"),
        _column("group", cells.LINE, "error_measures"),
        _column("measured_by", cells.code(Vocabulary.MEASURED_BY), "error_measures"),
        _column("published_on", cells.DATE, "error_measures"),
        _column("note_en", cells.PARAGRAPHS, "error_measures"),
        *_source("error_measures"),
    ),
)

_CAUTIONS = Table(
    "cautions",
    ("tool", "caution_en"),
    (
        _column("tool", cells.TOOL, "cautions", required=True),
        _column("kind", cells.code(Vocabulary.CAUTION_KIND), "cautions", required=True),
        _column("caution_en", cells.PARAGRAPHS, "cautions", "text_en", required=True),
        _column("issued_by", cells.LINE, "cautions"),
        _column("issued_on", cells.DATE, "cautions"),
        *_source("cautions"),
    ),
)

TABLES = (_CAPABILITIES, _TOOLS, _MENTIONS, _IMPLEMENTATION, _DATA_FLOWS, _ERROR_MEASURES, _CAUTIONS)
"""In the order in which they refer to one another."""

RECORDS = {
    record.name: record
    for record in (
        Record("capabilities", Capability, ("code",), comes_back=True),
        Record("vendors", Vendor, ("name",), comes_back=True),
        Record("tools", Tool, ("code",), in_draft=True),
        Record("fact_sources", FactSource, ("tool", "group"), needs=("url", "checked_on"), in_draft=True),
        Record("mentions", ToolAlias, ("tool", "name"), in_draft=True),
        Record("implementation", Implementation, ("tool",)),
        Record("data_flows", DataFlow, ("tool",)),
        Record("error_measures", ErrorMeasure, tuple(_ERROR_MEASURES.key)),
        Record("tool_cautions", Caution, ("tool",), needs=("text_en",), marks={"kind": "general"}),
        Record("cautions", Caution, ("tool", "text_en")),
    )
}

FACT_GROUPS = tuple(FactGroup.values)
