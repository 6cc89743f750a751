"""Dated figures from outside, from hub/content/case_facts.csv."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import override

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.translation import column_of
from hub.models import CaseFact
from hub.seed.content import CONTENT_DIR, ContentError
from hub.seed.marks import fingerprint, is_marked, leave_mark

_MARK = "case-facts"
_COLUMNS = ("fact_en", "figure", "as_of", "source", "source_title", "show")
_TRANSLATED = [
    column_of(field, code)
    for field in ("fact", "figure", "as_of")
    for code in LANGUAGE_CODES
    if code != DEFAULT_LANGUAGE
]


def seed_case_facts(path: Path = CONTENT_DIR / "case_facts.csv") -> int:
    """Write the figures that are missing, and translations where there are none; return how many rows changed.

    What editors wrote stays. All or nothing. Raises ContentError for a table that cannot be read.
    """
    try:
        mark = fingerprint([path])
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError(f"{path.name} cannot be read: {error}") from error
    if is_marked(_MARK, mark):
        return 0
    missing = [name for name in _COLUMNS if rows and name not in rows[0]]
    if missing:
        raise ContentError(f"{path.name} lacks the column {missing[0]}")
    with transaction.atomic(), override(DEFAULT_LANGUAGE):
        changed = sum(_write(row, position) for position, row in enumerate(rows, start=1))
        leave_mark(_MARK, mark)
    return changed


def _code(sentence: str) -> str:
    """Return a code that the same sentence always gets: some of its words, and some of its hash."""
    return f"{slugify(sentence)[:48].strip('-')}-{hashlib.sha256(sentence.encode()).hexdigest()[:8]}"


def _write(row: dict[str, str], position: int) -> bool:
    source = row["source"].strip()
    is_address = source.startswith(("https://", "http://"))
    fact, created = CaseFact.objects.get_or_create(
        code=_code(row["fact_en"]),
        defaults={
            "fact_en": row["fact_en"].strip(),
            "figure_en": row["figure"].strip(),
            "as_of_en": row["as_of"].strip(),
            "source_url": source if is_address else "",
            "source_title": row["source_title"].strip(),
            "is_shown": row["show"].strip() == "yes",
            "position": position,
        },
    )
    added = False
    for column in _TRANSLATED:
        text = (row.get(column) or "").strip()
        if text and not getattr(fact, column):
            setattr(fact, column, text)
            added = True
    if added:
        fact.save()
    return created or added
