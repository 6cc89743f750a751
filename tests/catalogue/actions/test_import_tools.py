"""Importing tables: what is written, what is left alone, what is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.log_actions import registry as log_registry

from catalogue.actions.import_tools import import_tools
from catalogue.actions.importing.present import plain
from catalogue.actions.importing.report import MAX_LINES, ConflictReason, ImportResult
from catalogue.actions.importing.tables import TABLES
from catalogue.enums import FactGroup
from catalogue.models import (
    Capability,
    Caution,
    ErrorMeasure,
    ImportConflict,
    ImportedCell,
    Stage,
    Tool,
    Vendor,
)
from catalogue.models.vocabulary import EVERY_TOOL, INDEX_TOPIC
from hub.core import audit
from hub.core.models import AuditEntry, OutboxEntry, TextProvenance
from tests.catalogue.actions.tables import ROWS, TOOL, import_changed, write_all, write_table
from tests.factories.catalogue import StageFactory, ToolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stages() -> None:
    StageFactory(code="analysis")
    StageFactory(code="victim-identification")


@pytest.fixture
def imported(tmp_path: Path) -> Tool:
    """Import the seven small tables and return their tool."""
    assert import_tools(write_all(tmp_path)).ok
    OutboxEntry.objects.all().delete()
    return Tool.objects.get(code="face-finder")


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def conflict(result: ImportResult) -> tuple[str, str, str, str, ConflictReason]:
    [one] = result.conflicts
    return one.table, one.column, one.present_value, one.imported_value, one.reason


class TestWriting:
    def test_every_table(self, imported: Tool) -> None:
        assert imported.live
        assert imported.slug == "face-finder"
        assert imported.vendor is not None
        assert (imported.vendor.name, imported.vendor.country) == ("Example Works", "NL")
        assert {stage.code for stage in imported.stages.all()} == {"analysis", "victim-identification"}
        assert [capability.code for capability in imported.capabilities.all()] == ["face-recognition"]
        assert imported.interface_languages == ["en", "zh-hans"]
        assert imported.summary_en == "Finds faces in images."
        assert imported.implementation.steps_en == "Download it; check the hash\nRun it"
        assert imported.implementation.prerequisites_en == "Windows 11\n8 GB of memory"
        assert imported.implementation.model_download_mb == 142
        assert imported.data_flow.offline_mode == "yes"
        measure = imported.error_measures.get()
        assert (measure.value, measure.printed_value) == (99.5, "99.50")
        assert {caution.kind: caution.text_en for caution in imported.cautions.all()} == {
            "general": "Errs more often with children; check by hand.",
            "bias": "Tested on adults only.",
        }
        assert imported.aliases.get().name == "FaceFinder"

    def test_one_source_for_each_group_of_facts(self, imported: Tool) -> None:
        sources = {source.group: source for source in imported.fact_sources.all()}

        assert set(sources) == set(FactGroup.values)
        assert {(source.url, source.checked_on, source.checked_by) for source in sources.values()} == {
            ("https://example.org/source", "2026-11-20", "")
        }

    def test_each_tool_is_told_once(self, tmp_path: Path) -> None:
        OutboxEntry.objects.all().delete()
        import_tools(write_all(tmp_path))
        tool = Tool.objects.get(code="face-finder")

        assert sorted(OutboxEntry.objects.filter(topic=INDEX_TOPIC).values_list("key", flat=True)) == sorted(
            [EVERY_TOOL, str(tool.pk)]
        )
        [entry] = AuditEntry.objects.filter(action="tool.imported")
        assert entry.subject_id == str(tool.pk)
        assert entry.details["created"]
        assert audit.verify_chain() is None

    def test_a_change_is_a_revision_marked_import(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "tools", {"summary_en": "Finds faces in videos, too."})
        imported.refresh_from_db()

        assert imported.revisions.count() == 2
        assert imported.live_revision == imported.latest_revision
        assert not imported.has_unpublished_changes
        assert imported.live_revision.content["summary_en"] == "Finds faces in videos, too."
        assert imported.live_revision.content["summary"] == "Finds faces in videos, too."
        newest = log_registry.get_logs_for_instance(imported).first()
        assert newest.action == "catalogue.import"
        assert newest.revision == imported.live_revision

    def test_saving_an_imported_tool_changes_nothing(self, imported: Tool) -> None:
        before = plain(Tool).filter(pk=imported.pk).values().get()

        Tool.objects.get(pk=imported.pk).save()

        assert plain(Tool).filter(pk=imported.pk).values().get() == before
        assert before["summary"] == before["summary_en"]
        assert before["name_sort"]

    def test_english_texts_are_noted_as_source_texts(self, imported: Tool) -> None:
        noted = TextProvenance.objects.filter(object_id=imported.pk, content_type__model="tool")

        assert {(text.field, text.language, text.origin) for text in noted} == {("summary", "en", "source")}

    def test_a_renamed_tool_keeps_code_and_address(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "tools", {"name": "Face Finder Pro"})
        imported.refresh_from_db()

        assert (imported.code, imported.slug, imported.name) == (
            "face-finder",
            "face-finder",
            "Face Finder Pro",
        )
        assert imported.name_sort.startswith("face finder pro")

    def test_links_follow_the_file(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "tools", {"workflow_steps": "analysis"})

        assert [stage.code for stage in Tool.objects.get(pk=imported.pk).stages.all()] == ["analysis"]

    def test_a_cell_that_became_empty_is_not_known_again(self, imported: Tool, tmp_path: Path) -> None:
        result = import_changed(tmp_path, "tools", {"licence_spdx": "", "vendor": "", "vendor_country": ""})
        imported.refresh_from_db()

        assert not result.conflicts
        assert (imported.licence, imported.vendor) == ("", None)

    def test_a_new_country_is_news_about_all_tools_of_the_vendor(
        self, imported: Tool, tmp_path: Path
    ) -> None:
        other = ToolFactory(vendor=imported.vendor)
        OutboxEntry.objects.all().delete()

        import_changed(tmp_path, "tools", {"vendor_country": "BE"})

        assert Vendor.objects.get(name="Example Works").country == "BE"
        assert str(other.pk) in OutboxEntry.objects.values_list("key", flat=True)

    def test_a_new_caution_text_replaces_the_imported_one(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "tools", {"cautions_en": "Was withdrawn in 2026."})

        assert [caution.text_en for caution in imported.cautions.filter(kind="general")] == [
            "Was withdrawn in 2026."
        ]

    def test_a_figure_is_kept_as_printed(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "error_measures", {"value": "98.250"})

        measure = imported.error_measures.get()
        assert (f"{measure.value:f}", measure.printed_value) == ("98.250000", "98.250")

    def test_the_vocabulary_is_loaded_first_if_nobody_has(self, tmp_path: Path) -> None:
        Tool.objects.all().delete()
        Stage.objects.all().delete()

        assert import_tools(write_all(tmp_path)).ok
        assert Capability.objects.count() > 40


class TestRepeating:
    def test_a_second_run_writes_nothing(self, imported: Tool, tmp_path: Path) -> None:
        with CaptureQueriesContext(connection) as queries:
            result = import_tools(write_all(tmp_path))

        assert writes(queries) == []
        assert (result.created, result.changed, result.unchanged) == (0, 0, len(ROWS))

    def test_a_dry_run_writes_nothing_and_tells_the_same(self, tmp_path: Path) -> None:
        files = write_all(tmp_path)
        with CaptureQueriesContext(connection) as queries:
            foreseen = import_tools(files, dry_run=True)

        assert writes(queries) == []
        assert foreseen.dry_run
        assert foreseen.tables == import_tools(files).tables

    def test_a_part_of_a_table_leaves_the_rest(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "tools", {"code": "other", "name": "Other"})

        assert Tool.objects.filter(code="face-finder").exists()
        assert Tool.objects.filter(code="other").exists()

    def test_values_in_another_order_are_the_same(self, imported: Tool, tmp_path: Path) -> None:
        result = import_changed(tmp_path, "tools", {"data_types": "video;image"})

        assert result.changed == 0


class TestConflicts:
    def test_an_editors_change_stays(self, imported: Tool, tmp_path: Path) -> None:
        imported.readiness = "developer"
        imported.save()

        result = import_changed(tmp_path, "tools", {"readiness": "research"})
        imported.refresh_from_db()

        assert imported.readiness == "developer"
        assert conflict(result) == ("tools", "readiness", "developer", "research", ConflictReason.CHANGED)
        assert result.ok
        kept = ImportConflict.objects.get()
        assert (kept.row_key, kept.present_value, kept.imported_value) == (
            "face-finder",
            "developer",
            "research",
        )

    def test_other_cells_of_the_row_are_written(self, imported: Tool, tmp_path: Path) -> None:
        imported.readiness = "developer"
        imported.save()

        import_changed(tmp_path, "tools", {"readiness": "research", "access": "law-enforcement-only"})
        imported.refresh_from_db()

        assert imported.access == "law-enforcement-only"

    def test_a_standing_conflict_is_written_once(self, imported: Tool, tmp_path: Path) -> None:
        imported.readiness = "developer"
        imported.save()
        import_changed(tmp_path, "tools")

        with CaptureQueriesContext(connection) as queries:
            result = import_changed(tmp_path, "tools")

        assert writes(queries) == []
        assert len(result.conflicts) == 1

    def test_a_settled_conflict_disappears(self, imported: Tool, tmp_path: Path) -> None:
        imported.readiness = "developer"
        imported.save()
        import_changed(tmp_path, "tools")
        assert ImportConflict.objects.exists()

        import_changed(tmp_path, "tools", {"readiness": "developer"})
        assert not ImportConflict.objects.exists()

        import_changed(tmp_path, "tools", {"readiness": "research"})
        imported.refresh_from_db()
        assert imported.readiness == "research"

    def test_what_an_editor_filled_where_the_file_knows_nothing_stays(
        self, imported: Tool, tmp_path: Path
    ) -> None:
        imported.readiness_note_en = "Needs a licence key."
        imported.save()

        assert import_changed(tmp_path, "tools").conflicts == ()

        result = import_changed(tmp_path, "tools", {"readiness_note_en": "Needs nothing."})
        assert conflict(result)[2:] == ("Needs a licence key.", "Needs nothing.", ConflictReason.CHANGED)

    def test_a_tool_that_an_editor_made(self, tmp_path: Path) -> None:
        ToolFactory(
            code="face-finder", name="Face Finder", capabilities=["face-recognition"], licence="GPL-3.0-only"
        )

        result = import_changed(tmp_path, "tools")

        columns = {one.column for one in result.conflicts if one.table == "tools"}
        assert "licence_spdx" in columns
        assert "name" not in columns
        assert Tool.objects.get(code="face-finder").licence == "GPL-3.0-only"

    def test_records_of_other_tables(self, imported: Tool, tmp_path: Path) -> None:
        imported.implementation.gpu = "required"
        imported.implementation.save()

        result = import_changed(tmp_path, "implementation", {"gpu": "optional", "setup_effort": "days"})

        imported.implementation.refresh_from_db()
        assert (imported.implementation.gpu, imported.implementation.setup_effort) == ("required", "days")
        assert conflict(result)[:2] == ("implementation", "gpu")

    @pytest.mark.parametrize(
        "name", ["mentions", "implementation", "data_flows", "error_measures", "cautions"]
    )
    def test_a_removed_record_stays_away(self, imported: Tool, tmp_path: Path, name: str) -> None:
        records: dict[str, Any] = {
            "mentions": imported.aliases,
            "error_measures": imported.error_measures,
            "cautions": imported.cautions.filter(kind="bias"),
        }
        for record in records[name].all() if name in records else [getattr(imported, name.removesuffix("s"))]:
            record.delete()

        result = import_changed(tmp_path, name)

        assert conflict(result)[-1] is ConflictReason.REMOVED
        assert result.created == 0

    def test_a_removed_tool_stays_away_with_all_that_belongs_to_it(
        self, imported: Tool, tmp_path: Path
    ) -> None:
        imported.delete()

        result = import_tools(write_all(tmp_path))

        assert result.ok
        assert conflict(result)[-1] is ConflictReason.REMOVED
        assert not Tool.objects.exists()
        assert not ErrorMeasure.objects.exists()

    def test_a_caution_that_the_file_no_longer_has_stays(self, imported: Tool, tmp_path: Path) -> None:
        result = import_changed(tmp_path, "tools", {"cautions_en": "", "cautions_source_url": ""})

        assert conflict(result)[-1] is ConflictReason.WITHDRAWN
        assert imported.cautions.filter(kind="general").exists()

    def test_a_caution_that_an_editor_reworded_stays(self, imported: Tool, tmp_path: Path) -> None:
        caution = imported.cautions.get(kind="general")
        caution.text_en = "Errs with children."
        caution.save()

        result = import_changed(tmp_path, "tools")

        assert conflict(result)[-1] is ConflictReason.REMOVED
        assert imported.cautions.filter(kind="general").get().text_en == "Errs with children."

    def test_an_address_that_an_editor_changed_stays_and_the_old_one_leads_there(
        self, imported: Tool, tmp_path: Path
    ) -> None:
        imported.slug = "ff"
        imported.save()

        import_changed(tmp_path, "tools", {"name": "Another name"})
        imported.refresh_from_db()

        assert imported.slug == "ff"
        assert imported.former_slugs.get().slug == "face-finder"


class TestDrafts:
    def test_a_draft_is_not_touched(self, imported: Tool, tmp_path: Path) -> None:
        imported.summary_en = "A draft."
        draft = imported.save_revision()
        imported.refresh_from_db()
        newer = {"summary_en": "From the file.", "readiness": "research", "checked_on": "2026-11-23"}

        result = import_changed(tmp_path, "tools", newer)
        imported.refresh_from_db()

        assert imported.latest_revision == draft
        assert imported.has_unpublished_changes
        assert draft.content["summary_en"] == "A draft."
        assert (imported.summary_en, imported.readiness) == ("Finds faces in images.", "turnkey")
        assert {one.reason for one in result.conflicts} == {ConflictReason.DRAFT}

        draft.publish()
        import_changed(tmp_path, "tools", newer)
        imported.refresh_from_db()
        assert imported.readiness == "research"
        assert imported.summary_en == "A draft."

    def test_what_a_draft_does_not_hold_is_written(self, imported: Tool, tmp_path: Path) -> None:
        imported.summary_en = "A draft."
        draft = imported.save_revision()

        result = import_changed(tmp_path, "implementation", {"gpu": "optional"})
        imported.refresh_from_db()

        assert result.conflicts == ()
        assert imported.implementation.gpu == "optional"
        assert imported.latest_revision == draft

    def test_a_tool_that_is_not_live_is_not_published(self, imported: Tool, tmp_path: Path) -> None:
        imported.unpublish()

        result = import_changed(tmp_path, "tools", {"readiness": "research"})
        imported.refresh_from_db()

        assert not imported.live
        assert conflict(result)[-1] is ConflictReason.DRAFT

    def test_no_other_name_comes_into_a_draft(self, imported: Tool, tmp_path: Path) -> None:
        imported.save_revision()

        result = import_changed(tmp_path, "mentions", {"alias": "FF"})

        assert conflict(result)[-1] is ConflictReason.DRAFT
        assert not imported.aliases.filter(name="FF").exists()


class TestDisagreement:
    def test_the_newer_file_wins_and_an_editor_sees_both(self, tmp_path: Path) -> None:
        files = write_all(tmp_path)
        write_table(tmp_path, "data_flows", {"offline_mode": "no", "checked_on": "2026-11-22"})

        result = import_tools(files)

        assert Tool.objects.get().offline_capable == "no"
        assert Tool.objects.get().data_flow.offline_mode == "no"
        assert conflict(result) == ("tools", "offline_capable", "no", "yes", ConflictReason.DISAGREEMENT)
        assert ImportConflict.objects.get().imported_value == "yes"
        with CaptureQueriesContext(connection) as queries:
            import_tools(files)
        assert writes(queries) == []

    def test_on_the_same_day_the_table_of_tools_wins(self, tmp_path: Path) -> None:
        files = write_all(tmp_path)
        write_table(tmp_path, "data_flows", {"offline_mode": "no"})

        result = import_tools(files)

        assert Tool.objects.get().offline_capable == "yes"
        assert conflict(result)[2:] == ("yes", "no", ConflictReason.DISAGREEMENT)

    def test_a_newer_data_flow_that_comes_alone(self, imported: Tool, tmp_path: Path) -> None:
        import_changed(tmp_path, "data_flows", {"offline_mode": "no", "checked_on": "2026-11-22"})
        imported.refresh_from_db()

        assert imported.offline_capable == "no"


class Terminal(io.StringIO):
    """Says of itself that it is a terminal."""

    def isatty(self) -> bool:
        return True


PIECES = [b",", b"\n", b'"', b"a", b"\x00", b"\xff", b";", b"face-finder"]
BAD_CELLS = [
    ("tools", {"code": "Face Finder"}, "code", "is not a code"),
    ("tools", {"code": ""}, "code", "must not be empty"),
    ("tools", {"name": ""}, "name", "must not be empty"),
    ("tools", {"name": "x" * 121}, "name", "longer than 120"),
    ("tools", {"name": "two\nlines"}, "name", "line break"),
    ("tools", {"vendor": "x" * 161}, "vendor", "longer than 160"),
    ("tools", {"vendor_country": "XX"}, "vendor_country", "not a country"),
    ("tools", {"vendor": ""}, "vendor_country", "without a vendor"),
    ("tools", {"url": "example.org"}, "url", "URL"),
    ("tools", {"url": "javascript:alert(1)"}, "url", "URL"),
    ("tools", {"url": "https://user:secret@example.org/"}, "url", "address"),
    ("tools", {"source_url": "https://example.org/" + "x" * 500}, "source_url", "longer than 500"),
    ("tools", {"summary_en": ""}, "summary_en", "must not be empty"),
    ("tools", {"summary_en": "nul\x00"}, "summary_en", "NUL"),
    ("tools", {"summary_en": "bell\x07"}, "summary_en", "U+0007"),
    ("tools", {"summary_en": "right\u202eleft"}, "summary_en", "U+202E"),
    ("tools", {"summary_en": "x" * 25_000}, "summary_en", "longer than 20000"),
    ("tools", {"workflow_steps": "analysis;dreaming"}, "workflow_steps", "dreaming"),
    ("tools", {"workflow_steps": "analysis;;analysis"}, "workflow_steps", "empty value"),
    ("tools", {"workflow_steps": "analysis;analysis"}, "workflow_steps", "twice"),
    ("tools", {"capabilities": "mind-reading"}, "capabilities", "unknown code"),
    ("tools", {"data_types": "smell"}, "data_types", "unknown code"),
    ("tools", {"ai_role": "unknown"}, "ai_role", "unknown code"),
    ("tools", {"licence_spdx": "My own licence"}, "licence_spdx", "SPDX"),
    ("tools", {"licence_spdx": "MIT AND"}, "licence_spdx", "SPDX"),
    ("tools", {"interface_languages": "en;tlh-made-up-x"}, "interface_languages", "language"),
    ("tools", {"checked_on": "22.11.2026"}, "checked_on", "date"),
    ("tools", {"checked_on": "2026-02-30"}, "checked_on", "date"),
    ("tools", {"checked_on": "٢٠٢٦"}, "checked_on", "digits"),
    ("tools", {"confidence": "sure"}, "confidence", "unknown code"),
    ("tools", {"cautions_en": ""}, "cautions_source_url", "without a caution"),
    ("capabilities", {"label_en": ""}, "label_en", "must not be empty"),
    ("mentions", {"tool": "nobody"}, "tool", "unknown code"),
    ("mentions", {"language": "klingon!"}, "language", "language"),
    ("implementation", {"model_download_mb": "-3"}, "model_download_mb", "whole number"),
    ("implementation", {"gpu": "maybe"}, "gpu", "unknown code"),
    ("implementation", {"skills": "wizard"}, "skills", "unknown code"),
    ("data_flows", {"telemetry": "a bit"}, "telemetry", "unknown code"),
    ("error_measures", {"value": "NaN"}, "value", "number"),
    ("error_measures", {"value": "1e9"}, "value", "number"),
    ("error_measures", {"value": "99,5"}, "value", "number"),
    ("error_measures", {"capability": "mind-reading"}, "capability", "unknown code"),
    ("error_measures", {"unit": ""}, "unit", "must not be empty"),
    ("cautions", {"kind": ""}, "kind", "must not be empty"),
    ("cautions", {"issued_on": "soon"}, "issued_on", "date"),
]


class TestRefusing:
    @pytest.mark.parametrize(("table", "cells", "column", "reason"), BAD_CELLS)
    def test_a_bad_cell(
        self, tmp_path: Path, table: str, cells: dict[str, str], column: str, reason: str
    ) -> None:
        files = write_all(tmp_path)
        write_table(tmp_path, table, cells)

        result = import_tools(files)

        told = {(problem.file, problem.row, problem.column): problem.reason for problem in result.problems}
        assert reason in told[f"{table}.csv", 2, column]
        assert not Tool.objects.exists()
        assert not Capability.objects.exists()
        assert not ImportedCell.objects.exists()

    def test_not_even_the_vocabulary_is_loaded(self, tmp_path: Path) -> None:
        Stage.objects.all().delete()
        files = write_all(tmp_path)
        write_table(tmp_path, "tools", {"readiness": "soon"})

        assert not import_tools(files).ok
        assert not Stage.objects.exists()

    def test_one_bad_row_among_good_ones_writes_nothing(self, tmp_path: Path) -> None:
        files = write_all(tmp_path)
        write_table(tmp_path, "tools", {}, {"code": "other", "ai_role": "magic"})

        with CaptureQueriesContext(connection) as queries:
            result = import_tools(files)

        assert writes(queries) == []
        assert [(problem.row, problem.column) for problem in result.problems] == [(3, "ai_role")]

    @pytest.mark.parametrize("table", ROWS)
    def test_the_same_row_twice(self, tmp_path: Path, table: str) -> None:
        files = write_all(tmp_path)
        write_table(tmp_path, table, {}, {})

        [problem] = import_tools(files).problems

        assert (problem.file, problem.row) == (f"{table}.csv", 3)
        assert "row 2" in problem.reason

    def test_the_same_row_in_two_files(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()

        [problem] = import_tools([*write_all(tmp_path), write_table(other, "tools")]).problems

        assert "the same as row 2 of tools.csv" in problem.reason

    def test_two_countries_of_one_vendor(self, tmp_path: Path) -> None:
        rows = ({}, {"code": "other", "vendor_country": "BE"})

        result = import_tools([write_table(tmp_path, "capabilities"), write_table(tmp_path, "tools", *rows)])

        assert [(problem.row, problem.column) for problem in result.problems] == [(3, "vendor_country")]

    def test_an_address_that_another_tool_has(self, tmp_path: Path) -> None:
        ToolFactory(code="another", slug="face-finder", capabilities=["face-recognition"])

        [problem] = import_changed(tmp_path, "tools").problems

        assert (problem.column, "another" in problem.reason) == ("code", True)

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_a_missing_column(self, tmp_path: Path, table: Any) -> None:
        for missing in table.headings:
            path = tmp_path / "table.csv"
            path.write_text(",".join(name for name in table.headings if name != missing) + "\n")

            [problem] = import_tools([path]).problems

            assert (problem.column, problem.reason) == (missing, "the column is missing")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b"\n\r\n\n", "empty"),
            (b"\xef\xbb\xbf", "empty"),
            (b"a,b,c\n1,2,3\n", "no table"),
            (",".join(TOOL).encode("utf-16"), "headings"),
            (b"\x00\x01\x02", "headings"),
            (",".join([*TOOL, "colour"]).encode(), "no such column"),
            (",".join([*TOOL, "code"]).encode(), "twice"),
            (",".join(TOOL).encode() + b"\na,b\n", "2 cells instead of 24"),
            (",".join(TOOL).encode() + b'\n"a,b\n', "never closed"),
        ],
    )
    def test_a_bad_file(self, tmp_path: Path, content: bytes, reason: str) -> None:
        path = tmp_path / "table.csv"
        path.write_bytes(content)

        result = import_tools([path])

        assert any(reason in problem.reason for problem in result.problems), result.problems

    def test_a_cell_that_is_not_utf8(self, tmp_path: Path) -> None:
        path = write_table(tmp_path, "capabilities", {"label_en": "Café"})
        path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe9"))

        [problem] = import_tools([path]).problems

        assert (problem.row, problem.column, problem.reason) == (2, "label_en", "not UTF-8")

    def test_a_cell_of_ten_megabytes(self, tmp_path: Path) -> None:
        path = write_table(tmp_path, "capabilities", {"definition_en": "x" * 10_000_000})

        [problem] = import_tools([path]).problems

        assert (problem.row, problem.column) == (2, "definition_en")
        assert "longer than" in problem.reason

    def test_byte_order_mark_and_windows_lines_are_accepted(self, tmp_path: Path) -> None:
        path = write_table(tmp_path, "capabilities")
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

        assert import_tools([path]).created == 1

    def test_columns_in_another_order(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.csv"
        path.write_text("definition_en,label_en,code\nCompares faces.,Face recognition,face-recognition\n")

        assert import_tools([path]).created == 1

    def test_many_bad_cells_are_told_in_part(self, tmp_path: Path) -> None:
        rows = [{"code": f"BAD {number}"} for number in range(700)]

        result = import_changed(tmp_path, "capabilities", *rows)

        assert result.errors == 700
        assert len(result.problems) == MAX_LINES
        assert "and 200 more" in list(result.lines())

    @settings(
        max_examples=80,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        table=st.sampled_from([*ROWS, ""]),
        content=st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=80).map(b"".join),
    )
    def test_no_bytes_raise_anything(self, tmp_path: Path, table: str, content: bytes) -> None:
        path = tmp_path / "any.csv"
        heading = ",".join(ROWS[table]).encode() + b"\n" if table else b""
        path.write_bytes(heading + content)

        result = import_tools([path])

        assert result.ok or result.errors >= len(result.problems) > 0
        assert all(isinstance(line, str) and "\n" not in line for line in result.lines())


class TestCommand:
    def test_shows_a_bar_on_a_terminal(self, tmp_path: Path) -> None:
        terminal = Terminal()

        call_command("import_tools", *map(str, write_all(tmp_path)), stdout=terminal, skip_checks=True)

        assert "\rWriting ░░" in terminal.getvalue()
        assert "██ 7/7\n" in terminal.getvalue()

    def test_reports_and_fails(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write_table(tmp_path, "mentions")

        with pytest.raises(CommandError, match="Nothing was written: 1 bad cells"):
            call_command("import_tools", str(path), skip_checks=True)

        assert "mentions.csv, row 2, column tool: unknown code" in capsys.readouterr().err

    def test_tells_progress_in_plain_lines(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        files = [str(path) for path in write_all(tmp_path)]

        call_command("import_tools", *files, "--dry-run", skip_checks=True)
        call_command("import_tools", *files, skip_checks=True)

        told = capsys.readouterr().out
        assert "This was a dry run" in told
        assert "Reading: 7" in told
        assert "\r" not in told
        assert "tools: 1 new, 0 changed, 0 unchanged, 0 conflicts, 0 errors" in told
        assert Caution.objects.count() == 2
