"""Compares claims with what the hub holds and decides, cell by cell, what is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalogue.actions.importing.claims import Claim, RowPlace
from catalogue.actions.importing.ledger import WHOLE_ROW, Decision, Ledger, row_key
from catalogue.actions.importing.present import Present
from catalogue.actions.importing.report import Conflict, ConflictReason
from catalogue.actions.importing.tables import Record


@dataclass(slots=True)
class Change:
    """A record to be made (`pk` is None) or changed; `values` holds only fields that change."""

    record: Record
    key: tuple[str, ...]
    tool: str
    row: int
    pk: int | None
    values: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """All changes by the names of their records, and what becomes of each row."""

    changes: dict[str, list[Change]] = field(default_factory=dict)
    created: set[RowPlace] = field(default_factory=set)
    changed: set[RowPlace] = field(default_factory=set)
    conflicts: dict[str, int] = field(default_factory=dict)

    def add(self, claim: Claim, change: Change) -> None:
        """Note a change and the row that it comes from."""
        self.changes.setdefault(claim.record.name, []).append(change)
        if change.pk is None and claim.record.name == claim.place[0]:
            self.created.add(claim.place)
        else:
            self.changed.add(claim.place)


def reconcile(
    claims: Iterable[Claim],
    present: dict[tuple[str, ...], Present],
    ledger: Ledger,
    held: frozenset[str],
    plan: Plan,
) -> None:
    """Add to the plan what these claims change; what is left alone goes to the ledger as a conflict."""
    for claim in claims:
        key = row_key(claim.key)
        ledger.examine(claim.record.name, key)
        existing = present.get(claim.key)
        before = len(ledger.conflicts)
        if existing is None:
            _create(claim, key, ledger, held, plan)
        else:
            _update(claim, key, existing, ledger, held, plan)
        table = claim.place[0]
        plan.conflicts[table] = plan.conflicts.get(table, 0) + len(ledger.conflicts) - before


def _create(claim: Claim, key: str, ledger: Ledger, held: frozenset[str], plan: Plan) -> None:
    record = claim.record
    if record.needs and not any(claim.values[field] for field in record.needs):
        return
    whole = (record.name, key, WHOLE_ROW)
    reason = None
    if ledger.knows(record.name, key) and not record.comes_back:
        reason = ConflictReason.REMOVED
    elif record.in_draft and claim.tool in held:
        reason = ConflictReason.DRAFT
    if reason:
        if not ledger.refuses(whole, key):
            ledger.conflict(Conflict(*whole, "", key, reason))
        return
    ledger.wrote(whole, key)
    for field_name, value in claim.values.items():
        column = record.fields[field_name]
        ledger.wrote((record.name, key, column.name), column.kind.show(value))
    values = {**dict(zip(record.key, claim.key, strict=True)), **record.marks, **claim.values}
    plan.add(claim, Change(record, claim.key, claim.tool, claim.place[2], None, values))


def _update(
    claim: Claim, key: str, existing: Present, ledger: Ledger, held: frozenset[str], plan: Plan
) -> None:
    record = claim.record
    if record.needs and not any(claim.values[field] for field in record.needs):
        said = " ".join(str(existing.values[field]) for field in record.needs)
        whole = (record.name, key, WHOLE_ROW)
        if not ledger.refuses(whole, ""):
            ledger.conflict(Conflict(*whole, said, "", ConflictReason.WITHDRAWN))
        return
    ledger.wrote((record.name, key, WHOLE_ROW), key)
    values = {}
    for field_name, value in claim.values.items():
        column = record.fields[field_name]
        cell = (record.name, key, column.name)
        now, wanted = column.kind.show(existing.values[field_name]), column.kind.show(value)
        decision = ledger.decide(cell, now, wanted)
        if decision is Decision.WRITE and record.in_draft and claim.tool in held:
            ledger.conflict(Conflict(*cell, now, wanted, ConflictReason.DRAFT))
        elif decision is Decision.CONFLICT:
            ledger.conflict(Conflict(*cell, now, wanted, ConflictReason.CHANGED))
        elif decision is not Decision.LEAVE:
            ledger.wrote(cell, wanted)
            if decision is Decision.WRITE:
                values[field_name] = value
    if values:
        plan.add(claim, Change(record, claim.key, claim.tool, claim.place[2], existing.pk, values))
