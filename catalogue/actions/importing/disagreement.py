"""Two files that disagree about one fact: the one checked later is believed, an editor sees both."""

from __future__ import annotations

from collections.abc import Iterable

from catalogue.actions.importing.claims import Claim, Claims
from catalogue.actions.importing.ledger import Ledger, row_key
from catalogue.actions.importing.present import PresentRecords
from catalogue.actions.importing.report import Conflict, ConflictReason
from catalogue.actions.importing.tables import RECORDS
from catalogue.enums import FactGroup

# Whether a tool works without a network stands in tools.csv and in data_flows.csv.
_FIELD, _OTHER_FIELD = "offline_capable", "offline_mode"


def settle(claims: Claims, present: PresentRecords, ledger: Ledger) -> None:
    """Give claims about tools the value of the newer file where two disagree, and note it for an editor."""
    own = _by_tool(claims.by_record["tools"])
    sources = {
        claim.tool: claim
        for claim in claims.by_record["fact_sources"]
        if claim.key[1] == FactGroup.DEPLOYMENT.value
    }
    others = _by_tool(claims.by_record["data_flows"])
    for tool in [*own, *(tool for tool in others if tool not in own)]:
        value, checked_on = _said(tool, own, sources, present)
        other, other_checked_on = _other(tool, others, present)
        if not value or not other or value == other:
            continue
        newer = other if other_checked_on > checked_on else value
        key = row_key((tool,))
        column = RECORDS["tools"].fields[_FIELD].name
        conflict = Conflict(
            "tools", key, column, newer, other if newer == value else value, ConflictReason.DISAGREEMENT
        )
        ledger.examine("tools", key)
        cell = (conflict.table, conflict.row_key, conflict.column)
        if not any(ledger.refuses(cell, said) for said in (value, other)):
            ledger.conflict(conflict)
        if tool in own:
            own[tool].values[_FIELD] = newer
        else:
            place = others[tool].place
            claims.by_record["tools"].append(Claim(RECORDS["tools"], (tool,), tool, place, {_FIELD: newer}))


def _by_tool(claims: Iterable[Claim]) -> dict[str, Claim]:
    return {claim.tool: claim for claim in claims}


def _said(
    tool: str, own: dict[str, Claim], sources: dict[str, Claim], present: PresentRecords
) -> tuple[str, str]:
    if tool in own:
        return own[tool].values[_FIELD], sources[tool].values["checked_on"]
    record = present["tools"].get((tool,))
    source = present["fact_sources"].get((tool, FactGroup.DEPLOYMENT.value))
    return record.values[_FIELD] if record else "", source.values["checked_on"] if source else ""


def _other(tool: str, others: dict[str, Claim], present: PresentRecords) -> tuple[str, str]:
    if tool in others:
        return others[tool].values[_OTHER_FIELD], others[tool].values["checked_on"]
    record = present["data_flows"].get((tool,))
    return (record.values[_OTHER_FIELD], record.values["checked_on"]) if record else ("", "")
