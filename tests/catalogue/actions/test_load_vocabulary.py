"""Loading the words of the vocabulary."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.actions.load_vocabulary import HEADINGS, VOCABULARY_DIR, load_vocabulary, vocabulary_problems
from catalogue.enums import CODES
from catalogue.models import Capability, ImportConflict, Stage, VocabularyValue
from catalogue.models.vocabulary import EVERY_TOOL, TAXONOMY_COUNTER
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import AuditEntry, Counter, OutboxEntry, TextProvenance
from hub.core.translation import text_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the English and the French file."""
    for language in ("en", "fr"):
        shutil.copy(VOCABULARY_DIR / f"terms.{language}.csv", tmp_path)
    return tmp_path


def change(folder: Path, language: str, code: str, **cells: str) -> None:
    """Change cells of one row of a file."""
    path = folder / f"terms.{language}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        if row["code"] == code:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        writer.writerows(rows)


def test_all_words_arrive_in_order(folder: Path) -> None:
    result = load_vocabulary(folder=folder)

    assert result.ok
    assert result.created == 173
    assert [stage.code for stage in Stage.objects.all()][:2] == ["prevention", "intake-triage"]
    for vocabulary, codes in CODES.items():
        values = VocabularyValue.objects.filter(vocabulary=vocabulary)
        assert set(values.values_list("code", flat=True)) == set(codes)
    capability = Capability.objects.get(code="hash-matching")
    assert capability.label_en == "Known-file hash matching"
    assert capability.label_fr
    assert not capability.label_ru
    assert "hash set" in capability.synonyms_en.split("\n")


def test_caches_index_and_audit_learn_of_it_once(folder: Path) -> None:
    load_vocabulary(folder=folder)

    assert Counter.stamp(TAXONOMY_COUNTER)
    assert list(OutboxEntry.objects.values_list("key", flat=True)) == [EVERY_TOOL]
    assert AuditEntry.objects.filter(action="taxonomy.imported").count() == 173


def test_a_second_run_writes_nothing(folder: Path) -> None:
    load_vocabulary(folder=folder)

    with CaptureQueriesContext(connection) as queries:
        result = load_vocabulary(folder=folder)

    assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (result.created, result.changed, result.unchanged) == (0, 0, 173)


def test_an_editors_words_stay(folder: Path) -> None:
    load_vocabulary(folder=folder)
    stage = Stage.objects.get(code="analysis")
    stage.label_fr = "Examen"
    stage.save()
    change(folder, "fr", "analysis", label="Analyses", definition="Une autre définition.")

    result = load_vocabulary(folder=folder)

    stage.refresh_from_db()
    assert (stage.label_fr, stage.definition_fr) == ("Examen", "Une autre définition.")
    assert result.changed == 1
    kept = ImportConflict.objects.get()
    assert (kept.table, kept.column, kept.imported_value) == ("stages", "label_fr", "Analyses")


def test_a_reviewed_translation_stays(folder: Path) -> None:
    load_vocabulary(folder=folder)
    stage = Stage.objects.get(code="analysis")
    TextProvenance.objects.filter(
        object_id=stage.pk, content_type__model="stage", field="label", language="fr"
    ).update(origin="reviewed")
    before = stage.label_fr
    change(folder, "fr", "analysis", label="Analyses")

    assert len(load_vocabulary(folder=folder).conflicts) == 1
    stage.refresh_from_db()
    assert stage.label_fr == before


def test_provenance_tells_which_english_text_was_translated(folder: Path) -> None:
    load_vocabulary(folder=folder)
    stage = Stage.objects.get(code="analysis")
    noted = TextProvenance.objects.filter(content_type__model="stage", object_id=stage.pk, field="label")

    assert {(one.language, one.origin, one.source_hash) for one in noted} == {
        ("en", "source", ""),
        ("fr", "machine", text_hash(stage.label_en)),
    }


def test_a_changed_english_text_makes_translations_stale(folder: Path) -> None:
    load_vocabulary(folder=folder)
    change(folder, "en", "analysis", label="Examination")

    load_vocabulary(folder=folder)

    stage = Stage.objects.get(code="analysis")
    french = TextProvenance.objects.get(
        content_type__model="stage", object_id=stage.pk, field="label", language="fr"
    )
    assert stage.label_en == "Examination"
    assert french.source_hash != text_hash(stage.label_en)


def test_the_base_column_follows_english(folder: Path) -> None:
    load_vocabulary(folder=folder)
    change(folder, "en", "analysis", label="Examination")
    load_vocabulary(folder=folder)

    with connection.cursor() as cursor:
        cursor.execute("SELECT label FROM catalogue_stage WHERE code = 'analysis'")
        assert cursor.fetchone() == ("Examination",)


def test_a_missing_language_is_a_warning_here_and_an_error_in_the_check(folder: Path) -> None:
    result = load_vocabulary(folder=folder)

    assert any("terms.ru.csv is missing" in warning for warning in result.warnings)
    assert "terms.ru.csv is missing" in vocabulary_problems(folder)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "headings"),
        ("a,b\n", "headings"),
        (",".join(HEADINGS) + "\nstage,analysis,,,\n", "must not be empty"),
        (",".join(HEADINGS) + "\nstage,analysis,x\n", "3 cells instead of 5"),
        (",".join(HEADINGS) + f"\nstage,analysis,{'x' * 121},,\n", "longer than 120"),
        (",".join(HEADINGS) + "\nstage,dreaming,Rêver,,\n", "unknown code"),
        (",".join(HEADINGS) + "\nstage,analysis,A,,\nstage,analysis,A,,\n", "twice"),
        (",".join(HEADINGS) + "\nstage,analysis,A\x00,,\n", "NUL"),
    ],
)
def test_a_bad_file_writes_nothing(folder: Path, content: str, reason: str) -> None:
    (folder / "terms.fr.csv").write_text(content, encoding="utf-8")

    result = load_vocabulary(folder=folder)

    assert any(reason in problem.reason for problem in result.problems)
    assert not Stage.objects.exists()


def test_the_command() -> None:
    call_command("load_vocabulary", skip_checks=True)

    assert Stage.objects.count() == 9


def test_the_command_checks_files(folder: Path) -> None:
    call_command("load_vocabulary", "--check", skip_checks=True)

    with pytest.raises(CommandError, match="not complete"):
        call_command("load_vocabulary", "--check", "--folder", str(folder), skip_checks=True)


def test_the_command_refuses_bad_files(folder: Path) -> None:
    change(folder, "fr", "analysis", label="")

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("load_vocabulary", "--folder", str(folder), skip_checks=True)


def test_all_six_languages_are_shipped_and_complete() -> None:
    assert vocabulary_problems() == []
    assert {path.name for path in VOCABULARY_DIR.glob("*.csv")} == {
        f"terms.{code}.csv" for code in LANGUAGE_CODES
    }
