"""Loads the words of capabilities, stages and vocabulary values in six languages from the shipped files."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import override

from catalogue.actions.importing import cells
from catalogue.actions.importing.cells import Kind, Known, clean
from catalogue.actions.importing.ledger import WHOLE_ROW, Decision, Ledger, row_key
from catalogue.actions.importing.present import plain
from catalogue.actions.importing.provenance import ImportedText, note_provenance
from catalogue.actions.importing.report import (
    BadCellError,
    Conflict,
    ConflictReason,
    ImportResult,
    Problems,
    TableCounts,
    shown,
)
from catalogue.actions.importing.rows import read_text, rows
from catalogue.actions.importing.writes import close_taxonomy
from catalogue.enums import CODES
from catalogue.models import Capability, Concept, Stage, VocabularyValue
from hub.core.enums import TextOrigin
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.models import TextProvenance, User

VOCABULARY_DIR = Path(__file__).resolve().parent.parent / "vocabulary"
HEADINGS = ("vocabulary", "code", "label", "definition", "synonyms")

_FIELDS: dict[str, Kind] = {
    "label": cells.LINE,
    "definition": cells.PARAGRAPHS,
    "synonyms": cells.lines(" | "),
}
_OWN_TABLES: dict[str, tuple[str, type[Concept]]] = {
    "capability": ("capabilities", Capability),
    "stage": ("stages", Stage),
}
_VALUES: tuple[str, type[Concept]] = ("vocabulary_values", VocabularyValue)

Code = tuple[str, str]
"""Vocabulary and code."""
Words = dict[Code, dict[str, str]]
"""The words of one language: by code, the text of each field."""


@dataclass(slots=True)
class _Work:
    """What is to be written of one model."""

    table: str
    model: type[Concept]
    new: list[Any] = field(default_factory=list)
    changed: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    texts: list[tuple[Code, str, str, str]] = field(default_factory=list)
    unchanged: int = 0


def load_vocabulary(*, by: User | None = None, folder: Path = VOCABULARY_DIR) -> ImportResult:
    """Load the shipped words and return what came of it; words that people have changed or reviewed stay.

    A file with a bad cell means that nothing is written; a language without a file is a warning.
    """
    problems = Problems()
    words, missing = _read(folder, problems)
    warnings = tuple(f"terms.{language}.csv is missing: English stands in its place" for language in missing)
    if problems.total:
        return ImportResult((), tuple(problems.kept), problems.total, (), warnings)
    with transaction.atomic(), override(DEFAULT_LANGUAGE):
        ledger = Ledger([*(table for table, _ in _OWN_TABLES.values()), _VALUES[0]])
        works = [_compare(table, model, words, ledger) for table, model in (*_OWN_TABLES.values(), _VALUES)]
        written = [concept for work in works for concept in _write(work, words)]
        if written:
            close_taxonomy(written, by=by)
        ledger.flush()
    conflicts = Tally(conflict.table for conflict in ledger.conflicts)
    counts = tuple(
        TableCounts(work.table, len(work.new), len(work.changed), work.unchanged, conflicts[work.table])
        for work in works
    )
    return ImportResult(counts, (), 0, tuple(ledger.conflicts), warnings)


def vocabulary_problems(folder: Path = VOCABULARY_DIR) -> list[str]:
    """Return what is wrong with the shipped files, missing languages included, without the database."""
    problems = Problems()
    _, missing = _read(folder, problems)
    return [*map(str, problems.kept), *(f"terms.{language}.csv is missing" for language in missing)]


def shipped_codes(vocabulary: str) -> set[str]:
    """Return the codes of capabilities (`capability`) or stages (`stage`) in the shipped English file."""
    words = _read_language(VOCABULARY_DIR / f"terms.{DEFAULT_LANGUAGE}.csv", Problems())
    return {code for name, code in words if name == vocabulary}


def _read(folder: Path, problems: Problems) -> tuple[dict[str, Words], list[str]]:
    words: dict[str, Words] = {}
    missing = []
    english = f"terms.{DEFAULT_LANGUAGE}.csv"
    for language in (DEFAULT_LANGUAGE, *(code for code in LANGUAGE_CODES if code != DEFAULT_LANGUAGE)):
        path = folder / f"terms.{language}.csv"
        if path.is_file():
            words[language] = _read_language(path, problems)
        else:
            missing.append(language)
    if DEFAULT_LANGUAGE in missing:
        problems.add("", english, 0, "", "the file is missing, and the others follow it")
        return words, missing
    expected = {(str(vocabulary), code) for vocabulary, codes in CODES.items() for code in codes}
    own = {code for code in words[DEFAULT_LANGUAGE] if code[0] not in _OWN_TABLES}
    _check_codes(english, own, expected, problems)
    for language, found in words.items():
        _check_codes(f"terms.{language}.csv", found, words[DEFAULT_LANGUAGE], problems)
    return words, missing


def _check_codes(file: str, found: Collection[Code], expected: Collection[Code], problems: Problems) -> None:
    for vocabulary, code in sorted(set(expected) - set(found)):
        problems.add("", file, 0, "code", f"no row for {vocabulary} {code}")
    for vocabulary, code in sorted(set(found) - set(expected)):
        problems.add("", file, 0, "code", f"unknown code: {shown(vocabulary)} {shown(code)}")


def _read_language(path: Path, problems: Problems) -> Words:
    words: Words = {}
    try:
        found = list(rows(read_text(path)))
    except BadCellError as error:
        problems.add("", path.name, 0, "", str(error))
        return words
    if not found or tuple(found[0].cells) != HEADINGS:
        problems.add("", path.name, 1, "", f"the headings must be {', '.join(HEADINGS)}")
        return words
    for row in found[1:]:
        if row.faults or len(row.cells) != len(HEADINGS):
            reason = next(iter(row.faults.values()), f"{len(row.cells)} cells instead of {len(HEADINGS)}")
            problems.add("", path.name, row.number, "", reason)
            continue
        vocabulary, code, *texts = row.cells
        if (vocabulary, code) in words:
            problems.add("", path.name, row.number, "code", "the code stands there twice")
        words[vocabulary, code] = {}
        for (name, kind), text in zip(_FIELDS.items(), texts, strict=True):
            try:
                words[vocabulary, code][name] = _read_text(name, kind, text)
            except BadCellError as error:
                problems.add("", path.name, row.number, name, str(error))
    return words


def _read_text(name: str, kind: Kind, text: str) -> str:
    text = clean(text)
    if not text:
        if name == "label":
            raise BadCellError("must not be empty")
        return ""
    limit = getattr(Capability._meta.get_field(name), "max_length", None)
    if limit and len(text) > limit:
        raise BadCellError(f"longer than {limit} characters")
    return str(kind.read(text, Known()))


def _column(name: str, language: str) -> str:
    return f"{name}_{language.replace('-', '_')}"


def _compare(table: str, model: type[Concept], words: dict[str, Words], ledger: Ledger) -> _Work:
    work = _Work(table, model)
    reviewed = _reviewed(model)
    columns = [_column(name, language) for language in words for name in _FIELDS]
    vocabulary_column = ["vocabulary"] if model is VocabularyValue else []
    present = {
        (row.get("vocabulary", _name_of(model)), row["code"]): row
        for row in plain(model).values("pk", "code", *vocabulary_column, *columns)
    }
    positions: Tally[str] = Tally()
    for code in words[DEFAULT_LANGUAGE]:
        if _OWN_TABLES.get(code[0], _VALUES)[1] is not model:
            continue
        key = row_key(code if model is VocabularyValue else code[1:])
        ledger.examine(table, key)
        ledger.wrote((table, key, WHOLE_ROW), key)
        existing = present.get(code)
        if existing is None:
            work.new.append(_make(model, code, words, positions[code[0]]))
            for language, found in words.items():
                for name, text in found[code].items():
                    ledger.wrote((table, key, _column(name, language)), text)
                    work.texts.append((code, name, language, text))
        elif not _compare_texts(work, key, code, existing, words, ledger, reviewed):
            work.unchanged += 1
        positions[code[0]] += 1
    return work


def _compare_texts(
    work: _Work,
    key: str,
    code: Code,
    existing: dict[str, Any],
    words: dict[str, Words],
    ledger: Ledger,
    reviewed: set[tuple[int, str, str]],
) -> bool:
    changed = False
    for language, found in words.items():
        for name, wanted in found[code].items():
            column = _column(name, language)
            now = existing[column] or ""
            cell = (work.table, key, column)
            decision = ledger.decide(cell, now, wanted)
            if decision is Decision.WRITE and (existing["pk"], name, language) in reviewed:
                decision = Decision.CONFLICT
            if decision is Decision.CONFLICT:
                ledger.conflict(Conflict(*cell, now, wanted, ConflictReason.CHANGED))
            elif decision is not Decision.LEAVE:
                ledger.wrote(cell, wanted)
                if decision is Decision.WRITE:
                    changed = True
                    work.changed[existing["pk"]][column] = wanted
                    work.texts.append((code, name, language, wanted))
    return changed


def _name_of(model: type[Concept]) -> str:
    return next((name for name, (_, own) in _OWN_TABLES.items() if own is model), "")


def _make(model: type[Concept], code: Code, words: dict[str, Words], position: int) -> Concept:
    concept: Any = model(code=code[1], position=position)
    if isinstance(concept, VocabularyValue):
        concept.vocabulary = code[0]
    for language, found in words.items():
        for name, text in found[code].items():
            setattr(concept, _column(name, language), text)
    return concept


def _reviewed(model: type[Concept]) -> set[tuple[int, str, str]]:
    return set(
        TextProvenance.objects.filter(
            content_type=ContentType.objects.get_for_model(model), origin=TextOrigin.REVIEWED
        ).values_list("object_id", "field", "language")
    )


def _write(work: _Work, words: dict[str, Words]) -> Iterable[Concept]:
    """Write what has changed of one model and return the concepts concerned."""
    if not work.new and not work.changed:
        return []
    manager = plain(work.model)
    manager.bulk_create(work.new)
    instances = manager.in_bulk(list(work.changed))
    columns: set[str] = set()
    for pk, values in work.changed.items():
        for column, text in values.items():
            setattr(instances[pk], column, text)
            columns |= {column, column.removesuffix(f"_{DEFAULT_LANGUAGE}")}
    if columns:
        manager.bulk_update(instances.values(), sorted(columns), batch_size=200)
    concepts = [*work.new, *instances.values()]
    ids = {
        (getattr(concept, "vocabulary", _name_of(work.model)), concept.code): concept.pk
        for concept in concepts
    }
    note_provenance(
        ImportedText(work.model, ids[code], name, language, words[DEFAULT_LANGUAGE][code][name])
        for code, name, language, text in work.texts
        if text
    )
    return concepts
