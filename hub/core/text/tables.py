"""The tables that editors can extend: ``overrides/*.csv``.

``<language>.csv`` (form,term) names words whose stem fails; for Chinese it is also the list of words that a
query is cut into. ``equivalents.csv`` (language,form,term) names different words for one thing; a form may
have several words, and ``*`` stands for every language. ``stop_words.csv`` (language,word) names words that
carry nothing. ``generic_words.csv`` (language,word) names words that are indexed, but need not be found when they
stand beside others in a query: "software" says nothing in a catalogue of tools. ``near_words.csv``
(language,form,term) names words that mean nearly the same, so that names of concepts are recognised in other words; a
text is not found by them. Files are read once, on first use.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from threading import RLock
from typing import TypeVar
from unicodedata import unidata_version

from hub.core.text.folding import fold

OVERRIDES = Path(__file__).parent / "overrides"
EVERY_LANGUAGE = "*"

_lock = RLock()
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def once(build: Callable[[_Key], _Value]) -> Callable[[_Key], _Value]:
    """Build a value at most once for each key, also when several threads ask at the same time."""
    built: dict[_Key, _Value] = {}

    @wraps(build)
    def get(key: _Key) -> _Value:
        try:
            return built[key]
        except KeyError:
            with _lock:
                if key not in built:
                    built[key] = build(key)
                return built[key]

    return get


def read_rows(name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Read one table.

    Raises ValueError, with file and line, for a missing column or an empty cell: a table that is read
    half would change results silently.
    """
    path = OVERRIDES / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise ValueError(f"{path}: the first line must be {','.join(columns)}")
        rows = []
        for row in reader:
            cells = tuple((row[column] or "").strip() for column in columns)
            if not all(cells) or None in row:
                raise ValueError(f"{path}, line {reader.line_num}: expected {len(columns)} filled cells")
            rows.append(cells)
    return rows


@once
def override_rows(language: str) -> list[tuple[str, str]]:
    """Folded (form, term) pairs of one language."""
    return [(fold(form), fold(term)) for form, term in read_rows(f"{language}.csv", ("form", "term"))]


@once
def _all_equivalents(_: None) -> dict[str, list[tuple[str, str]]]:
    rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for language, form, term in read_rows("equivalents.csv", ("language", "form", "term")):
        rows[language].append((fold(form), fold(term)))
    return dict(rows)


def equivalent_rows(language: str) -> list[tuple[str, str]]:
    """Folded (form, term) pairs that hold in one language; its own rows come last."""
    rows = _all_equivalents(None)
    return rows.get(EVERY_LANGUAGE, []) + rows.get(language, [])


@once
def stop_words(language: str) -> frozenset[str]:
    """Folded words that are neither indexed nor asked for."""
    rows = read_rows("stop_words.csv", ("language", "word"))
    return frozenset(fold(word) for code, word in rows if code == language)


@once
def generic_words(language: str) -> tuple[str, ...]:
    """Words that need not be found when they stand beside others."""
    return tuple(
        word for code, word in read_rows("generic_words.csv", ("language", "word")) if code == language
    )


@once
def near_rows(language: str) -> tuple[tuple[str, str], ...]:
    """(form, term) pairs of words that mean nearly the same."""
    rows = read_rows("near_words.csv", ("language", "form", "term"))
    return tuple((form, term) for code, form, term in rows if code == language)


def analysis_version() -> str:
    """Twelve hexadecimal digits over all that decides the output: this code, the tables, the libraries.

    A number that somebody has to raise by hand is forgotten; a needless rebuild of an index is cheap.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted([*package.glob("*.py"), *OVERRIDES.glob("*.csv")]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    for library in ("snowballstemmer", "opencc"):
        digest.update(version(library).encode())
    digest.update(unidata_version.encode())
    return digest.hexdigest()[:12]
