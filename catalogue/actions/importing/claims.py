"""Turns files into claims: what a file says about one record of the hub."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalogue.actions.importing import cells
from catalogue.actions.importing.cells import Kind, Known, clean
from catalogue.actions.importing.report import BadCellError, Problems, shown
from catalogue.actions.importing.rows import MAX_CELL_CHARACTERS, Row, read_text, rows
from catalogue.actions.importing.tables import FACT_GROUPS, RECORDS, TABLES, Column, Record, Table

RowPlace = tuple[str, str, int]
"""Table, file, number of the row."""


@dataclass(frozen=True, slots=True)
class Source:
    """A recognised file: its table and, for each column, where the column stands in the file."""

    file: str
    table: Table
    order: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Claim:
    """What a row says about a record. `values` are by field, `tool` is the code of the tool it belongs to."""

    record: Record
    key: tuple[str, ...]
    tool: str
    place: RowPlace
    values: dict[str, Any]


@dataclass(slots=True)
class Claims:
    """All claims of all files, by the names of their records, and the rows that they come from."""

    by_record: dict[str, list[Claim]] = field(default_factory=lambda: {name: [] for name in RECORDS})
    places: list[RowPlace] = field(default_factory=list)


def recognise(path: Path, problems: Problems) -> Source | None:
    """Read a file and find out by its headings which table it is; what is wrong goes to `problems`."""
    file = path.name.encode("utf-8", "backslashreplace").decode()
    try:
        found = list(rows(read_text(path)))
    except BadCellError as error:
        problems.add("", file, 0, "", str(error))
        return None
    if not found:
        problems.add("", file, 0, "", "the file is empty")
        return None
    try:
        headings = [clean(cell) for cell in found[0].cells]
    except BadCellError as error:
        problems.add("", file, 1, "", f"the headings cannot be read: {error}")
        return None
    table = max(TABLES, key=lambda table: _likeness(headings, table))
    if found[0].faults or _likeness(headings, table) < 0.5:
        listed = ", ".join(shown(heading) for heading in headings[:5])
        problems.add("", file, 1, "", f"no table of the hub has these headings: {listed}")
        return None
    missing = [name for name in table.headings if name not in headings]
    for name in missing:
        problems.add(table.name, file, 1, name, "the column is missing")
    surplus = [heading for heading in dict.fromkeys(headings) if heading not in table.headings]
    for heading in surplus:
        problems.add(table.name, file, 1, shown(heading), "the table has no such column")
    twice = sorted({heading for heading in headings if headings.count(heading) > 1})
    for heading in twice:
        problems.add(table.name, file, 1, shown(heading), "the column stands there twice")
    if missing or surplus or twice:
        return None
    columns = {column.name: column for column in table.columns}
    return Source(file, table, tuple(columns[heading] for heading in headings), tuple(found[1:]))


def codes_in(sources: Collection[Source], table: str) -> set[str]:
    """Return the codes that the files give to rows of a table, whatever else is wrong in these rows."""
    return {
        row.cells[index].strip()
        for source in sources
        if source.table.name == table
        for index in [[column.name for column in source.order].index("code")]
        for row in source.rows
        if index < len(row.cells)
    }


def read_claims(sources: Sequence[Source], known: Known, problems: Problems) -> Claims:
    """Check every cell of the files, in the order of the tables, and return what they claim."""
    claims = Claims()
    seen: dict[tuple[str, ...], RowPlace] = {}
    countries: dict[str, tuple[str, RowPlace]] = {}
    for table in TABLES:
        for source in sources:
            if source.table is table:
                for row in source.rows:
                    _read_row(source, row, known, problems, claims, seen, countries)
    for name, (country, place) in countries.items():
        values = {"country": country}
        claims.by_record["vendors"].append(Claim(RECORDS["vendors"], (name,), "", place, values))
    return claims


def _likeness(headings: Sequence[str], table: Table) -> float:
    return len(set(headings) & set(table.headings)) / len(set(headings) | set(table.headings))


def _read_row(
    source: Source,
    row: Row,
    known: Known,
    problems: Problems,
    claims: Claims,
    seen: dict[tuple[str, ...], RowPlace],
    countries: dict[str, tuple[str, RowPlace]],
) -> None:
    table = source.table
    before = problems.total

    def bad(column: str, reason: str) -> None:
        problems.add(table.name, source.file, row.number, column, reason)

    if len(row.cells) != len(source.order):
        for index, reason in row.faults.items():
            bad(source.order[index].name if index < len(source.order) else "", reason)
        if not row.faults:
            bad("", f"{len(row.cells)} cells instead of {len(source.order)}")
        return
    values: dict[str, Any] = {}
    for index, column in enumerate(source.order):
        try:
            if index in row.faults:
                raise BadCellError(row.faults[index])
            values[column.name] = _read_cell(row.cells[index], column, known)
        except BadCellError as error:
            bad(column.name, str(error))
    if any(name not in values for name in table.key):
        return
    place = (table.name, source.file, row.number)
    key = tuple(str(values[name]) for name in table.key)
    first = seen.setdefault((table.name, *key), place)
    if first is not place:
        bad(table.key[-1] if len(table.key) < 3 else "", f"the same as row {first[2]} of {first[1]}")
    if table.name == "tools":
        _check_tool(values, place, countries, bad)
    if problems.total == before:
        claims.places.append(place)
        for claim in _claims_of(table, place, key, values):
            claims.by_record[claim.record.name].append(claim)


def _check_tool(
    values: dict[str, Any], place: RowPlace, countries: dict[str, tuple[str, RowPlace]], bad: Any
) -> None:
    vendor, country = values.get("vendor"), values.get("vendor_country")
    if country and not vendor:
        bad("vendor_country", "a country without a vendor")
    if vendor and country is not None:
        present, first = countries.setdefault(vendor, (country, place))
        if country and not present:
            countries[vendor] = (country, place)
        elif country and country != present:
            bad("vendor_country", f"row {first[2]} of {first[1]} says {present} for the same vendor")
    if values.get("cautions_source_url") and values.get("cautions_en") == "":
        bad("cautions_source_url", "a source without a caution")


def _read_cell(text: str, column: Column, known: Known) -> Any:
    text = clean(text)
    if not text:
        if column.required:
            raise BadCellError("must not be empty")
        return column.kind.empty
    limit = longest(column)
    if len(text) > limit:
        raise BadCellError(f"longer than {limit} characters")
    return column.kind.read(text, known)


def longest(column: Column) -> int:
    """Return how many characters the database takes for a column."""
    limits = [
        getattr(RECORDS[record].model._meta.get_field(field), "max_length", None)
        for record, field in column.fields.items()
        if (record, field) != ("tools", "vendor")
    ]
    several: tuple[Kind, ...] = (cells.CAPABILITIES, cells.STAGES, cells.LANGUAGES)
    if column.kind in several:
        return MAX_CELL_CHARACTERS
    return min((limit for limit in limits if limit), default=MAX_CELL_CHARACTERS)


def _claims_of(
    table: Table, place: RowPlace, key: tuple[str, ...], values: dict[str, Any]
) -> Iterator[Claim]:
    tool = key[0] if table.name != "capabilities" else ""
    if table.name != "tools":
        record = RECORDS[table.name]
        yield Claim(record, key, tool, place, _fields(record, values))
        return
    yield Claim(RECORDS["tools"], key, tool, place, _fields(RECORDS["tools"], values))
    sources = RECORDS["fact_sources"]
    for group in FACT_GROUPS:
        yield Claim(sources, (tool, group), tool, place, _fields(sources, values))
    yield Claim(RECORDS["tool_cautions"], key, tool, place, _fields(RECORDS["tool_cautions"], values))


def _fields(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    return {field: values[column.name] for field, column in record.fields.items() if field not in record.key}
