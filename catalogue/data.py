"""Plain records that the catalogue hands to pages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of an address that was not understood: which parameter, which value."""

    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What somebody asked the catalogue, in the terms of its addresses.

    `filters` holds the chosen values of each facet in the order of the address; `exact` switches the correction of
    typing errors and the widening to concepts off; `page` counts from 1.
    """

    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    exact: bool = False
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the published catalogue; they name no tool."""

    total: int
    with_ai: int
    beside_ai: int
    open_source: int
    offline: int
    with_cautions: int
    by_stage: tuple[tuple[str, str, int], ...]
    not_known: tuple[tuple[str, int], ...]
    checked_on: str
