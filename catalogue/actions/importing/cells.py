"""What kinds of cells there are: how each is read, and how a value of the database looks as a cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError

from catalogue.actions.importing.report import BadCellError, shown
from catalogue.enums import CODES, Vocabulary
from catalogue.validators import (
    validate_language_tags,
    validate_licence,
    validate_reduced_date,
    validate_source_url,
)

SEVERAL = ";"
"""Separates the values of a cell that holds several."""

_NOT_UTF8 = re.compile("[\ud800-\udfff]")
# All of Unicode's class Cc but the line break, what else ends a line, and what reverses the order of letters.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ufffe\uffff]")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIGURE = re.compile(r"-?[0-9]{1,8}(?:\.[0-9]{1,6})?")
_COUNT = re.compile(r"[0-9]{1,9}")
_TERRITORIES = frozenset(
    code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)
) - {"ZZ"}


@dataclass(frozen=True, slots=True)
class Known:
    """Codes to which cells may refer."""

    tools: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _as_sorted(values: Any) -> str:
    return SEVERAL.join(sorted(values or ()))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cell.

    `read` makes a value of a text that is not empty, or raises BadCellError; `show` makes one text of equal
    values, whichever order they have; `empty` is the value of an empty cell.
    """

    read: Callable[[str, Known], Any]
    show: Callable[[Any], str] = field(default=_as_text)
    empty: Any = ""

    def restore(self, text: str) -> Any:
        """Return the value of which `show` made this text."""
        if not text:
            return self.empty
        if isinstance(self.empty, frozenset | list):
            return type(self.empty)(text.split(SEVERAL))
        return int(text) if self.empty is None else text


def clean(text: str) -> str:
    """Return a cell's text with single line breaks and without spaces around it.

    Raises BadCellError if it is not UTF-8 or holds control characters.
    """
    if _NOT_UTF8.search(text):
        raise BadCellError("not UTF-8")
    text = text.replace("\r\n", "\n").strip(" \t\r\n")
    control = _CONTROL.search(text)
    if control:
        name = "a NUL character" if control[0] == "\x00" else f"the control character U+{ord(control[0]):04X}"
        raise BadCellError(f"contains {name}")
    return text


def _split(text: str) -> list[str]:
    values = [value.strip() for value in text.split(SEVERAL)]
    if "" in values:
        raise BadCellError(f"an empty value between two “{SEVERAL}”")
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise BadCellError(f"twice in one cell: {', '.join(twice)}")
    return values


def _validated(validate: Callable[[Any], None], value: Any) -> Any:
    try:
        validate(value)
    except ValidationError as error:
        raise BadCellError(f"{shown(str(value))}: {' '.join(error.messages)}") from error
    return value


def _line(text: str, known: Known) -> str:
    if "\n" in text:
        raise BadCellError("contains a line break")
    return text


def _paragraphs(text: str, known: Known) -> str:
    return text


def _own_code(text: str, known: Known) -> str:
    if not _CODE.fullmatch(text):
        raise BadCellError(f"{shown(text)} is not a code: lower-case letters and digits, joined by hyphens")
    return text


def _require(values: list[str], allowed: frozenset[str] | tuple[str, ...]) -> None:
    unknown = [value for value in values if value not in allowed]
    if unknown:
        raise BadCellError(f"unknown code: {', '.join(map(shown, unknown[:5]))}")


def _tool(text: str, known: Known) -> str:
    _require([text], known.tools)
    return text


def _capability(text: str, known: Known) -> str:
    _require([text], known.capabilities)
    return text


def _capabilities(text: str, known: Known) -> frozenset[str]:
    values = _split(text)
    _require(values, known.capabilities)
    return frozenset(values)


def _stages(text: str, known: Known) -> frozenset[str]:
    values = _split(text)
    _require(values, known.stages)
    return frozenset(values)


def _address(text: str, known: Known) -> Any:
    return _validated(validate_source_url, text)


def _date(text: str, known: Known) -> Any:
    if not text.isascii():
        raise BadCellError(f"{shown(text)}: write a date in the digits 0 to 9")
    return _validated(validate_reduced_date, text)


def _licence(text: str, known: Known) -> str:
    fault = _licence_fault(_line(text, known))
    if fault:
        raise BadCellError(fault)
    return text


@lru_cache(maxsize=1_000)
def _licence_fault(text: str) -> str:
    # Reading an expression costs many milliseconds, and few licences serve many tools.
    try:
        _validated(validate_licence, text)
    except BadCellError as error:
        return str(error)
    return ""


def _languages(text: str, known: Known) -> Any:
    return _validated(validate_language_tags, _split(text))


def _language(text: str, known: Known) -> str:
    _validated(validate_language_tags, [text])
    return text


def _country(text: str, known: Known) -> str:
    if text not in _TERRITORIES:
        raise BadCellError(f"{shown(text)} is not a country code of ISO 3166")
    return text


def _count(text: str, known: Known) -> int:
    if not _COUNT.fullmatch(text):
        raise BadCellError(f"{shown(text)} is not a whole number")
    return int(text)


def _figure(text: str, known: Known) -> str:
    if not _FIGURE.fullmatch(text):
        raise BadCellError(f"{shown(text)} is not a number such as 99.5")
    return text


LINE = Kind(_line)
PARAGRAPHS = Kind(_paragraphs)
OWN_CODE = Kind(_own_code)
TOOL = Kind(_tool)
CAPABILITY = Kind(_capability)
CAPABILITIES = Kind(_capabilities, _as_sorted, frozenset())
STAGES = Kind(_stages, _as_sorted, frozenset())
ADDRESS = Kind(_address)
DATE = Kind(_date)
LICENCE = Kind(_licence)
LANGUAGES = Kind(_languages, _as_sorted, [])
LANGUAGE = Kind(_language)
COUNTRY = Kind(_country)
COUNT = Kind(_count, empty=None)
FIGURE = Kind(_figure)
"""A number as printed: `99.50` stays what it is."""


def code(vocabulary: Vocabulary) -> Kind:
    """Return the kind of a cell with one code of a vocabulary."""

    def read(text: str, known: Known) -> str:
        _require([text], CODES[vocabulary])
        return text

    return Kind(read)


def codes(vocabulary: Vocabulary) -> Kind:
    """Return the kind of a cell with several codes of a vocabulary."""

    def read(text: str, known: Known) -> list[str]:
        values = _split(text)
        _require(values, CODES[vocabulary])
        return values

    return Kind(read, _as_sorted, [])


def lines(separator: str) -> Kind:
    """Return the kind of a cell with several texts, which the database keeps one a line."""

    def read(text: str, known: Known) -> str:
        return "\n".join(part for part in map(str.strip, _line(text, known).split(separator)) if part)

    return Kind(read)
