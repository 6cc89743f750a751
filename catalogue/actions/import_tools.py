"""Imports tables of tools: all or nothing, and nothing that a person has changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from django.db import transaction

from catalogue.actions.importing.cells import Known
from catalogue.actions.importing.claims import Claims, Source, codes_in, read_claims, recognise
from catalogue.actions.importing.disagreement import settle
from catalogue.actions.importing.ledger import Ledger
from catalogue.actions.importing.plan import Plan, reconcile
from catalogue.actions.importing.present import (
    PresentRecords,
    find_cautions,
    held_tools,
    load_present,
    lock,
    plain,
)
from catalogue.actions.importing.report import ImportResult, Problems, TableCounts
from catalogue.actions.importing.tables import RECORDS, TABLES
from catalogue.actions.importing.writes import Progress, write
from catalogue.actions.load_vocabulary import load_vocabulary, shipped_codes
from catalogue.models import Capability, Stage, Tool
from hub.core.models import User


def _silent(what: str, done: int, total: int) -> None:
    pass


def import_tools(
    files: Sequence[Path], *, by: User | None = None, dry_run: bool = False, progress: Progress = _silent
) -> ImportResult:
    """Import CSV files, in any order, and return what came of it.

    A bad cell anywhere means that nothing is written. A cell is written only if it still holds what the last
    import wrote; other cells are left alone and kept as conflicts for an editor. With `dry_run` nothing is
    written at all.
    """
    problems = Problems()
    sources = []
    for done, path in enumerate(files):
        progress("Reading", done, len(files))
        source = recognise(path, problems)
        if source:
            sources.append(source)
    progress("Reading", len(files), len(files))
    with nullcontext() if dry_run else transaction.atomic():
        if not dry_run:
            lock()
            if not problems.total and not Stage.objects.exists():
                load_vocabulary(by=by)
        known, lost = _known(sources)
        claims = read_claims(sources, known, problems)
        plan, ledger = Plan(), None
        if not problems.total:
            plan, ledger = _plan(claims, known, lost, problems)
        if not dry_run and problems.total:
            transaction.set_rollback(True)
        elif not dry_run and ledger is not None:
            if plan.changes:
                write(plan, by=by, progress=progress)
            ledger.flush()
    return _result(sources, claims, plan, ledger, problems, dry_run=dry_run)


def _known(sources: Sequence[Source]) -> tuple[Known, frozenset[str]]:
    """Return the codes that cells may name, and those of imported tools that somebody has removed since."""
    tools = set(plain(Tool).values_list("code", flat=True))
    lost = Ledger(["tools"]).rows("tools") - tools
    stages = set(plain(Stage).values_list("code", flat=True))
    capabilities = set(plain(Capability).values_list("code", flat=True))
    if not stages:
        stages, capabilities = shipped_codes("stage"), shipped_codes("capability")
    return (
        Known(
            tools=frozenset(tools | lost | codes_in(sources, "tools")),
            capabilities=frozenset(capabilities | codes_in(sources, "capabilities")),
            stages=frozenset(stages),
        ),
        frozenset(lost),
    )


def _plan(claims: Claims, known: Known, lost: frozenset[str], problems: Problems) -> tuple[Plan, Ledger]:
    ledger = Ledger(list(RECORDS))
    present = load_present(RECORDS)
    plan = Plan()
    _check_addresses(claims, present, problems)
    settle(claims, present, ledger)
    for conflict in ledger.conflicts:
        plan.conflicts[conflict.table] = plan.conflicts.get(conflict.table, 0) + 1
    held = held_tools(present["tools"])
    present["tool_cautions"] = find_cautions(claims.by_record["tool_cautions"], ledger)
    for name, found in claims.by_record.items():
        if name == "vendors":
            continue
        # What belongs to a removed tool has gone with it; the tool itself is reported.
        staying = [claim for claim in found if name == "tools" or claim.tool not in lost]
        reconcile(staying, present[name], ledger, held, plan)
    used = {change.values.get("vendor") for change in plan.changes.get("tools", [])}
    vendors = [
        claim
        for claim in claims.by_record["vendors"]
        if claim.key in present["vendors"] or claim.key[0] in used
    ]
    reconcile(vendors, present["vendors"], ledger, held, plan)
    return plan, ledger


def _check_addresses(claims: Claims, present: PresentRecords, problems: Problems) -> None:
    """Report new tools whose code is the address of another tool."""
    taken = {tool.values["slug"]: code for (code,), tool in present["tools"].items()}
    for claim in claims.by_record["tools"]:
        if claim.key not in present["tools"] and claim.tool in taken:
            table, file, row = claim.place
            problems.add(table, file, row, "code", f"the address is that of the tool {taken[claim.tool]}")


def _result(
    sources: Sequence[Source],
    claims: Claims,
    plan: Plan,
    ledger: Ledger | None,
    problems: Problems,
    *,
    dry_run: bool,
) -> ImportResult:
    counts = []
    for table in TABLES:
        if any(source.table is table for source in sources) or problems.by_table[table.name]:
            places = [place for place in claims.places if place[0] == table.name]
            created = sum(place in plan.created for place in places)
            changed = sum(place in plan.changed and place not in plan.created for place in places)
            done = not problems.total
            counts.append(
                TableCounts(
                    table.name,
                    created=created if done else 0,
                    changed=changed if done else 0,
                    unchanged=len(places) - created - changed if done else 0,
                    conflicts=plan.conflicts.get(table.name, 0),
                    errors=problems.by_table[table.name],
                )
            )
    return ImportResult(
        tables=tuple(counts),
        problems=tuple(problems.kept),
        errors=problems.total,
        conflicts=tuple(ledger.conflicts) if ledger is not None and not problems.total else (),
        dry_run=dry_run,
    )
