"""Conflicts of imports: an editor keeps the hub's value or takes the file's, and is not asked again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from catalogue.actions.import_tools import import_tools
from catalogue.actions.importing.report import ImportResult
from catalogue.actions.load_vocabulary import load_vocabulary
from catalogue.actions.settle_conflict import ConflictError, keep_present, take_imported
from catalogue.models import Caution, ImportConflict, Stage, Tool, Vendor
from catalogue.models.vocabulary import INDEX_TOPIC
from hub.core.enums import Role, TextOrigin
from hub.core.models import AuditEntry, OutboxEntry, TextProvenance, User
from tests.catalogue.actions.tables import import_changed, write_all
from tests.factories.catalogue import StageFactory
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make_member(Role.EDITOR)


@pytest.fixture
def imported(tmp_path: Path) -> Tool:
    """Import the seven small tables and return their tool."""
    StageFactory(code="analysis")
    StageFactory(code="victim-identification")
    assert import_tools(write_all(tmp_path)).ok
    return Tool.objects.get(code="face-finder")


def correct(tool: Tool, **values: Any) -> None:
    """Change facts as an editor does: a revision, published."""
    for name, value in values.items():
        setattr(tool, name, value)
    tool.save_revision().publish()


def import_row(folder: Path, table: str, **cells: str) -> ImportResult:
    """Import one table whose only row has these cells changed."""
    return import_changed(folder, table, cells)


def conflicts() -> dict[str, ImportConflict]:
    return {conflict.column: conflict for conflict in ImportConflict.objects.all()}


class TestKeeping:
    def test_the_hubs_value_stays_and_the_same_file_does_not_ask_again(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        keep_present(conflicts()["readiness"], by=editor)
        assert not conflicts()
        again = import_row(tmp_path, "tools", readiness="research")
        assert again.conflicts == ()
        assert not conflicts()
        assert Tool.objects.get().readiness == "developer"

    def test_another_value_in_the_file_asks_again(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        keep_present(conflicts()["readiness"], by=editor)
        import_row(tmp_path, "tools", readiness="administrator")
        assert conflicts()["readiness"].imported_value == "administrator"

    def test_it_is_written_down_who_decided(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        keep_present(conflicts()["readiness"], by=editor)
        entry = AuditEntry.objects.get(action="import.kept")
        assert (entry.actor, entry.details["column"]) == (editor, "readiness")

    def test_a_removed_record_stays_removed(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.implementation.delete()
        import_row(tmp_path, "implementation", gpu="required")
        keep_present(conflicts()["*"], by=editor)
        assert import_row(tmp_path, "implementation", gpu="required").conflicts == ()
        assert not hasattr(Tool.objects.get(), "implementation")

    def test_of_two_files_that_disagree_the_newer_stays(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        newer = {"offline_mode": "no", "checked_on": "2026-11-25"}
        import_row(tmp_path, "data_flows", **newer)
        assert Tool.objects.get().offline_capable == "no"
        keep_present(conflicts()["offline_capable"], by=editor)
        assert import_row(tmp_path, "data_flows", **newer).conflicts == ()
        assert Tool.objects.get().offline_capable == "no"


class TestTaking:
    @pytest.mark.parametrize(
        ("column", "field", "mine", "theirs", "expected"),
        [
            ("readiness", "readiness", "developer", "research", "research"),
            ("readiness", "readiness", "developer", "", ""),
            ("data_types", "data_types", ["audio"], "image;text", ["image", "text"]),
            ("interface_languages", "interface_languages", ["fr"], "en;de", ["de", "en"]),
            ("licence_spdx", "licence", "MIT", "GPL-3.0-only", "GPL-3.0-only"),
            ("summary_en", "summary_en", "Mine.", "Theirs.", "Theirs."),
        ],
    )
    def test_the_files_value_is_written_as_the_import_would(
        self,
        imported: Tool,
        editor: User,
        tmp_path: Path,
        column: str,
        field: str,
        mine: Any,
        theirs: str,
        expected: Any,
    ) -> None:
        correct(imported, **{field: mine})
        import_row(tmp_path, "tools", **{column: theirs})
        OutboxEntry.objects.all().delete()
        take_imported(conflicts()[column], by=editor)
        tool = Tool.objects.get()
        value = getattr(tool, field)
        assert (sorted(value) if isinstance(value, list) else value) == expected
        assert tool.live_revision.user == editor
        assert OutboxEntry.objects.filter(topic=INDEX_TOPIC, key=str(tool.pk)).exists()
        assert AuditEntry.objects.get(action="import.taken").actor == editor
        assert not conflicts()

    def test_the_cell_is_the_imports_own_again(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        take_imported(conflicts()["readiness"], by=editor)
        assert import_row(tmp_path, "tools", readiness="research").conflicts == ()
        assert import_row(tmp_path, "tools", readiness="administrator").conflicts == ()
        assert Tool.objects.get().readiness == "administrator"

    def test_a_vendor_that_the_hub_does_not_have_is_made(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        correct(imported, vendor=Vendor.objects.create(name="Mine"))
        import_row(tmp_path, "tools", vendor="Theirs", vendor_country="")
        Vendor.objects.filter(name="Theirs").delete()
        take_imported(conflicts()["vendor"], by=editor)
        assert Tool.objects.get().vendor.name == "Theirs"

    def test_stages_are_linked(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.stages.set([])
        imported.save_revision().publish()
        import_row(tmp_path, "tools", workflow_steps="analysis")
        take_imported(conflicts()["workflow_steps"], by=editor)
        assert [stage.code for stage in Tool.objects.get().stages.all()] == ["analysis"]

    def test_a_code_that_is_gone_cannot_be_taken(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.stages.set([])
        imported.save_revision().publish()
        import_row(tmp_path, "tools", workflow_steps="analysis")
        Stage.objects.get(code="analysis").delete()
        with pytest.raises(ConflictError):
            take_imported(conflicts()["workflow_steps"], by=editor)
        assert conflicts()

    def test_lines_of_steps(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.implementation.steps_en = "Mine"
        imported.implementation.save()
        import_row(tmp_path, "implementation", steps_en="Download | Run")
        take_imported(conflicts()["steps_en"], by=editor)
        assert Tool.objects.get().implementation.steps_en == "Download\nRun"

    def test_a_number(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.implementation.model_download_mb = 1
        imported.implementation.save()
        import_row(tmp_path, "implementation", model_download_mb="900")
        take_imported(conflicts()["model_download_mb"], by=editor)
        assert Tool.objects.get().implementation.model_download_mb == 900

    def test_the_source_of_a_caution_of_the_tools_table(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        [caution] = [one for one in Caution.objects.all() if one.text_en.startswith("Errs more often")]
        caution.source_url = "https://example.org/mine"
        caution.save()
        import_row(tmp_path, "tools", cautions_source_url="https://example.org/theirs")
        take_imported(conflicts()["cautions_source_url"], by=editor)
        caution.refresh_from_db()
        assert caution.source_url == "https://example.org/theirs"

    def test_the_older_of_two_files_holds_from_then_on(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        newer = {"offline_mode": "no", "checked_on": "2026-11-25"}
        import_row(tmp_path, "data_flows", **newer)
        take_imported(conflicts()["offline_capable"], by=editor)
        assert Tool.objects.get().offline_capable == "yes"
        assert import_row(tmp_path, "data_flows", **newer).conflicts == ()
        assert Tool.objects.get().offline_capable == "yes"

    def test_words_of_the_vocabulary(self, editor: User) -> None:
        load_vocabulary()
        stage = Stage.objects.get(code="analysis")
        shipped = stage.label_fr
        stage.label_fr = "Mien"
        stage.save()
        conflict = ImportConflict.objects.create(
            table="stages",
            row_key="analysis",
            column="label_fr",
            present_value="Mien",
            imported_value=shipped,
        )
        take_imported(conflict, by=editor)
        stage.refresh_from_db()
        assert stage.label_fr == shipped
        assert AuditEntry.objects.filter(action="taxonomy.saved").latest("number").actor == editor
        noted = TextProvenance.objects.get(
            content_type__model="stage", object_id=stage.pk, field="label", language="fr"
        )
        assert noted.origin == TextOrigin.MACHINE
        assert load_vocabulary().conflicts == ()


class TestRefusals:
    def test_what_belongs_to_a_draft_is_not_written(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        imported.save_revision()
        with pytest.raises(ConflictError):
            take_imported(conflicts()["readiness"], by=editor)
        assert conflicts()
        assert Tool.objects.get().readiness == "developer"

    def test_what_has_changed_since_is_not_written(
        self, imported: Tool, editor: User, tmp_path: Path
    ) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        correct(Tool.objects.get(), readiness="guidance")
        with pytest.raises(ConflictError):
            take_imported(conflicts()["readiness"], by=editor)
        assert Tool.objects.get().readiness == "guidance"

    def test_a_whole_row_is_not_written(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.implementation.delete()
        import_row(tmp_path, "implementation", gpu="required")
        with pytest.raises(ConflictError):
            take_imported(conflicts()["*"], by=editor)

    def test_a_record_that_is_gone(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        imported.implementation.gpu = "recommended"
        imported.implementation.save()
        import_row(tmp_path, "implementation", gpu="required")
        imported.implementation.delete()
        with pytest.raises(ConflictError):
            take_imported(conflicts()["gpu"], by=editor)

    def test_a_conflict_is_decided_once(self, imported: Tool, editor: User, tmp_path: Path) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        first, second = conflicts()["readiness"], conflicts()["readiness"]
        keep_present(first, by=editor)
        with pytest.raises(ConflictError):
            take_imported(second, by=editor)
        assert Tool.objects.get().readiness == "developer"

    def test_nobody_but_an_editor_decides(self, imported: Tool, tmp_path: Path) -> None:
        correct(imported, readiness="developer")
        import_row(tmp_path, "tools", readiness="research")
        for decide in (keep_present, take_imported):
            with pytest.raises(PermissionDenied):
                decide(conflicts()["readiness"], by=make_member(Role.TRANSLATOR))
        assert conflicts()
