"""What the hub holds now, in the terms of the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from catalogue.actions.importing.claims import Claim
from catalogue.actions.importing.ledger import Ledger, row_key, value_hash
from catalogue.actions.importing.tables import RECORDS, Record
from catalogue.models import Caution, DataFlow, ErrorMeasure, Implementation, Tool

_PATHS = {"tool": "tool__code", "capability": "capability__code", "vendor": "vendor__name"}
_LINKS = ("stages", "capabilities")


@dataclass(slots=True)
class Present:
    """A record as it stands: its id and its values by field."""

    pk: int
    values: dict[str, Any]


PresentRecords = dict[str, dict[tuple[str, ...], Present]]


def plain(model: type[Model]) -> QuerySet[Any]:
    """Return the rows of a model by the names of their columns; the manager would translate the names."""
    return QuerySet(model=model)


def lock() -> None:
    """Make editors' saves wait until the transaction ends, where the database can do so row by row."""
    if connection.features.has_select_for_update:
        for model in (Tool, Implementation, DataFlow, ErrorMeasure, Caution):
            list(plain(model).select_for_update().order_by("pk").values_list("pk", flat=True))


def load_present(names: Iterable[str]) -> PresentRecords:
    """Return the records of these names by their keys."""
    found: PresentRecords = {}
    for name in names:
        record = RECORDS[name]
        if name != "tool_cautions":
            found[name] = _load(record)
    if "tools" in found:
        _add_links(found["tools"])
    return found


def find_cautions(claims: Iterable[Claim], ledger: Ledger) -> dict[tuple[str, ...], Present]:
    """Return, for each tool, the caution that an import of tools.csv wrote, or one that says the same."""
    record = RECORDS["tool_cautions"]
    by_tool: dict[str, list[Present]] = defaultdict(list)
    for pk, values in _rows(record, [*record.fields]):
        by_tool[values["tool"]].append(Present(pk, values))
    found = {}
    for claim in claims:
        last = ledger.last((record.name, row_key(claim.key), record.fields["text_en"].name))
        candidates = by_tool.get(claim.tool, [])
        written = [one for one in candidates if value_hash(one.values["text_en"]) == last]
        same = [one for one in candidates if one.values["text_en"] == claim.values["text_en"]]
        if written or same:
            found[claim.key] = [*written, *same][0]
    return found


def held_tools(tools: dict[tuple[str, ...], Present]) -> frozenset[str]:
    """Return the codes of tools that are an editor's for now: with a draft, not live, or locked."""
    return frozenset(
        code
        for (code,), tool in tools.items()
        if tool.values["has_unpublished_changes"] or not tool.values["live"] or tool.values["locked"]
    )


def _load(record: Record) -> dict[tuple[str, ...], Present]:
    fields = [field for field in record.fields if record.name != "tools" or field not in _LINKS]
    if record.name == "tools":
        fields += ["slug", "live", "has_unpublished_changes", "locked"]
    return {
        tuple(str(values[part] or "") for part in record.key): Present(pk, values)
        for pk, values in _rows(record, fields)
    }


def _rows(record: Record, fields: list[str]) -> Iterable[tuple[int, dict[str, Any]]]:
    names = list(dict.fromkeys([*record.key, *fields]))
    paths = [_PATHS.get(name, name) for name in names]
    printed = record.model is ErrorMeasure
    for pk, number, *row in (
        plain(record.model).order_by("pk").values_list("pk", "value" if printed else "pk", *paths)
    ):
        values = dict(zip(names, row, strict=True))
        if printed and not _same_number(values["printed_value"], number):
            values["printed_value"] = f"{number.normalize():f}"
        yield pk, values


def _same_number(printed: str, number: Decimal) -> bool:
    try:
        return Decimal(printed) == number
    except ArithmeticError:
        return False


def _add_links(tools: dict[tuple[str, ...], Present]) -> None:
    by_pk = {tool.pk: tool for tool in tools.values()}
    for link in _LINKS:
        field = Tool._meta.get_field(link)
        linked: dict[int, set[str]] = defaultdict(set)
        through = field.remote_field.through  # type: ignore[union-attr]
        target = field.m2m_reverse_field_name()  # type: ignore[union-attr]
        for tool_id, code in plain(through).values_list("tool_id", f"{target}__code"):
            linked[tool_id].add(code)
        for pk, tool in by_pk.items():
            tool.values[link] = frozenset(linked[pk])
