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
    """Counts over the published catalogue; they name no tool.

    `by_stage` holds (code, tools) of each stage in order; `not_known` holds (fact, tools) of facts with gaps, the
    largest gap first; `checked_on` is the newest day on which a fact was checked.
    """

    total: int
    with_ai: int
    beside_ai: int
    open_source: int
    offline: int
    with_cautions: int
    by_stage: tuple[tuple[str, int], ...]
    without_stage: int
    not_known: tuple[tuple[str, int], ...]
    checked_on: str


@dataclass(frozen=True, slots=True)
class StageLink:
    """A stage as a way into the catalogue."""

    code: str
    label: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class CautionNews:
    """A caution as a piece of news; `kind` is "caution" or "ruling", `language` that of the text."""

    tool_name: str
    tool_url: str
    kind: str
    text: str
    language: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class SpecimenRow:
    """One fact of the specimen; an empty value is not known."""

    label: str
    value: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class Specimen:
    """One real record, as the public home page shows it; `stages` holds the codes of the stages it serves."""

    name: str
    vendor: str
    summary: str
    summary_language: str
    caution: str
    caution_kind: str
    caution_language: str
    caution_source: str
    caution_checked_on: str
    rows: tuple[SpecimenRow, ...]
    stages: tuple[str, ...]
