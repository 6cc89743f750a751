"""An editor decides which of two values holds: the hub's or the file's.

The decision is remembered beside what imports wrote: the same file does not ask again.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext

from catalogue.actions.importing.claims import Claim
from catalogue.actions.importing.ledger import NOTHING, WHOLE_ROW, Ledger, row_key, value_hash
from catalogue.actions.importing.plan import Change, Plan
from catalogue.actions.importing.present import Present, find_cautions, held_tools, load_present, lock, plain
from catalogue.actions.importing.provenance import ImportedText, note_provenance
from catalogue.actions.importing.tables import RECORDS, Record
from catalogue.actions.importing.writes import write
from catalogue.models import Capability, ImportConflict, ImportedCell, Stage, Vendor, VocabularyValue
from catalogue.models.vocabulary import Concept
from hub.core import audit
from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.models import User
from hub.core.translation import column_of

_CONCEPTS: dict[str, type[Concept]] = {
    "capabilities": Capability,
    "stages": Stage,
    "vocabulary_values": VocabularyValue,
}


class ConflictError(Exception):
    """The file's value cannot be taken over; the message says why and what to do."""


def can_be_taken(conflict: ImportConflict) -> bool:
    """Tell whether a conflict is about one value; of a whole row the hub does not know what the file says."""
    return conflict.column != WHOLE_ROW


def keep_present(conflict: ImportConflict, *, by: User) -> None:
    """Keep what the hub has. Imports leave the cell alone until a file says something else again.

    Raises PermissionDenied for somebody who is no editor.
    """
    _require_editor(by)
    with transaction.atomic():
        found = _lock(conflict)
        _remember(found, refused=found.imported_value)
        _close(found, "import.kept", by=by)


def take_imported(conflict: ImportConflict, *, by: User) -> None:
    """Write the file's value, as the import would have done.

    Raises ConflictError if it cannot be written now, PermissionDenied for somebody who is no editor.
    """
    _require_editor(by)
    with transaction.atomic():
        found = _lock(conflict)
        if not can_be_taken(found):
            raise ConflictError(
                gettext("This is about a whole row. Make the change yourself, then keep the hub’s.")
            )
        lock()
        record = RECORDS.get(found.table)
        field = record and next(
            (name for name, column in record.fields.items() if column.name == found.column), None
        )
        if record and field:
            _write_cell(found, record, field, by=by)
        else:
            _write_words(found, by=by)
        _remember(found, refused=found.present_value, written=found.imported_value)
        _close(found, "import.taken", by=by)


def _require_editor(by: User) -> None:
    if not has_role(by, Role.EDITOR):
        raise PermissionDenied


def _lock(conflict: ImportConflict) -> ImportConflict:
    found = ImportConflict.objects.select_for_update().filter(pk=conflict.pk).first()
    if found is None:
        raise ConflictError(gettext("Somebody has decided this already."))
    return found


def _remember(conflict: ImportConflict, *, refused: str, written: str | None = None) -> None:
    cell, _ = ImportedCell.objects.get_or_create(
        table=conflict.table,
        row_key=conflict.row_key,
        column=conflict.column,
        defaults={"value_hash": NOTHING},
    )
    cell.refused_hash = value_hash(refused)
    if written is not None:
        cell.value_hash = value_hash(written)
    cell.save()


def _close(conflict: ImportConflict, action: str, *, by: User) -> None:
    audit.record(action, conflict, by=by, table=conflict.table, row=conflict.row_key, column=conflict.column)
    conflict.delete()


def _write_cell(conflict: ImportConflict, record: Record, field: str, *, by: User) -> None:
    key, present = _find(conflict, record)
    kind = record.fields[field].kind
    _same_as_found(conflict, kind.show(present.values[field]))
    tool = key[0] if record.name not in ("capabilities", "vendors") else ""
    if record.in_draft and tool in held_tools(load_present(["tools"])["tools"]):
        raise ConflictError(
            gettext("The tool has a draft, is not published or is locked. Deal with that first.")
        )
    value = kind.restore(conflict.imported_value)
    plan = Plan(changes={record.name: [Change(record, key, tool, 0, present.pk, {field: value})]})
    if field == "vendor" and value and not plain(Vendor).filter(name=value).exists():
        vendors = RECORDS["vendors"]
        plan.changes["vendors"] = [Change(vendors, (value,), "", 0, None, {"name": value})]
    for link, model in (("stages", Stage), ("capabilities", Capability)):
        if field == link and plain(model).filter(code__in=value).count() != len(value):
            raise ConflictError(gettext("The hub no longer has a code that the file names."))
    write(plan, by=by, progress=lambda what, done, total: None)


def _find(conflict: ImportConflict, record: Record) -> tuple[tuple[str, ...], Present]:
    if record.name == "tool_cautions":
        claim = Claim(record, (conflict.row_key,), conflict.row_key, ("", "", 0), {"text_en": ""})
        present = find_cautions([claim], Ledger([record.name]))
    else:
        present = load_present([record.name])[record.name]
    for key, found in present.items():
        if row_key(key) == conflict.row_key:
            return key, found
    raise ConflictError(gettext("The record is no longer there."))


def _write_words(conflict: ImportConflict, *, by: User) -> None:
    model = _CONCEPTS[conflict.table]
    name, language = next(
        (name, language)
        for language in LANGUAGE_CODES
        for name in ("label", "definition", "synonyms")
        if column_of(name, language) == conflict.column
    )
    concept = next((one for one in model._default_manager.all() if _key(one) == conflict.row_key), None)
    if concept is None:
        raise ConflictError(gettext("The record is no longer there."))
    _same_as_found(conflict, getattr(concept, conflict.column) or "")
    setattr(concept, conflict.column, conflict.imported_value)
    with audit.acting_as(by):
        concept.save()
    source = getattr(concept, column_of(name, DEFAULT_LANGUAGE)) or ""
    note_provenance([ImportedText(model, concept.pk, name, language, source)])


def _key(concept: Concept) -> str:
    if isinstance(concept, VocabularyValue):
        return row_key((concept.vocabulary, concept.code))
    return row_key((concept.code,))


def _same_as_found(conflict: ImportConflict, now: str) -> None:
    if now != conflict.present_value:
        raise ConflictError(
            gettext("The hub’s value has changed since the import. The next import will compare again.")
        )
