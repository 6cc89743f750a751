"""Agencies and their domains from a CSV file: all or nothing, as often as one likes, and never confirmed by the import."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from community.actions.agencies import add_agency, propose_domain
from community.enums import AgencyKind
from community.models import Agency, AgencyDomain
from community.rules import RuleError
from community.validators import canonical_domain
from hub.core.countries import COUNTRIES
from hub.core.models import User

COLUMNS = ("name", "country", "kind", "domain", "source_url")
"""Of these the last two may be empty, both or neither."""
_LONGEST_NAME, _LONGEST_CELL = 200, 500
_FILE_BYTES = 20 * 1024 * 1024
_is_url = URLValidator(schemes=["http", "https"])


@dataclass(slots=True)
class AgencyImport:
    """What an import did, or why it did nothing: `problems` name row, column and reason."""

    agencies: int = 0
    domains: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was left as it is though the file says something else."""


class _UndoneError(Exception):
    """Takes everything back."""


def import_agencies(file: Path, *, by: User | None, dry_run: bool = False) -> AgencyImport:
    """Add the agencies of a file, and propose their domains; an administrator confirms each of these.

    Nothing is written if one cell is wrong, or with `dry_run`.
    """
    result = AgencyImport()
    try:
        with transaction.atomic():
            for number, row in _rows(file, result):
                _import_row(number, row, result, by)
            if result.problems or dry_run:
                raise _UndoneError
    except _UndoneError:
        pass
    return result


def _rows(file: Path, result: AgencyImport) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        if file.stat().st_size > _FILE_BYTES:
            result.problems.append(f"{file.name} is larger than {_FILE_BYTES // 1024 // 1024} MB")
            return
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        result.problems.append(f"{file.name} cannot be read: {error.strerror}")
        return
    except UnicodeDecodeError as error:
        result.problems.append(f"{file.name} is not UTF-8 (byte {error.start})")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        headings = list(reader.fieldnames or ())
        if missing := [name for name in COLUMNS if name not in headings]:
            result.problems.append(f"Columns are missing: {', '.join(missing)}")
        if unknown := [name for name in headings if name not in COLUMNS]:
            result.problems.append(f"Columns are not known: {', '.join(map(repr, unknown))}")
        if len(set(headings)) < len(headings):
            result.problems.append("A column stands there twice")
        if result.problems:
            return
        for row in reader:
            if None in row or None in row.values():
                result.problems.append(f"row {reader.line_num}: it does not have {len(COLUMNS)} cells")
                continue
            yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except csv.Error as error:
        result.problems.append(f"row {reader.line_num}: {error}")


def _import_row(number: int, row: dict[str, str], result: AgencyImport, by: User | None) -> None:
    wrong = list(_wrong_cells(row))
    result.problems += [f"row {number}, {column}: {reason}" for column, reason in wrong]
    if wrong:
        return
    agency = Agency.objects.filter(name__iexact=row["name"], country=row["country"]).first()
    if agency is None:
        agency = add_agency(row["name"], country=row["country"], kind=row["kind"], by=by)
        result.agencies += 1
    elif agency.kind != row["kind"]:
        result.notes.append(f"row {number}, kind: stays {agency.kind}, the file says {row['kind']}")
    if not row["domain"]:
        return
    domain = canonical_domain(row["domain"])
    listed = AgencyDomain.objects.filter(domain=domain, withdrawn_at__isnull=True).first()
    if listed is not None and listed.agency_id == agency.pk:
        result.unchanged += 1
        return
    try:
        propose_domain(agency, domain, source_url=row["source_url"], by=by)
    except RuleError as error:
        result.problems.append(f"row {number}, domain: {error}")
    else:
        result.domains += 1


def _wrong_cells(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        if len(value) > _LONGEST_CELL:
            yield column, f"it has {len(value)} characters"
            return
        if any(ord(character) < 32 or character == "\x7f" for character in value):
            yield column, "it has characters that nobody sees"
            return
    if not 0 < len(row["name"]) <= _LONGEST_NAME:
        yield "name", f"1 to {_LONGEST_NAME} characters are needed"
    if row["country"] not in COUNTRIES:
        yield "country", f"{row['country']!r} is no code of a country, such as KE"
    if row["kind"] not in AgencyKind.values:
        yield "kind", f"{row['kind']!r} is none of {', '.join(AgencyKind.values)}"
    if bool(row["domain"]) != bool(row["source_url"]):
        yield "source_url", "a domain has a page that shows that it is theirs, and only a domain has one"
        return
    if row["domain"]:
        try:
            canonical_domain(row["domain"])
        except ValueError:
            yield "domain", f"{row['domain']!r} is no domain"
        try:
            _is_url(row["source_url"])
        except ValidationError:
            yield "source_url", f"{row['source_url']!r} is no address of a page"
