"""The facets of the catalogue, one row a facet: how it is called in addresses, and what a tool has in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue import rules
from catalogue.enums import NOT_KNOWN, Vocabulary
from catalogue.models import Tool
from catalogue.queries.taxonomy import CAPABILITY, STAGE

COUNTRY = "country"
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the list down.

    `kind` names where labels come from: a kind of the taxonomy, or "country" or "language" (CLDR's names).
    `is_open` says whether its values show before anybody opens it.
    """

    name: str
    title: str | Promise
    kind: str
    values: Callable[[Tool, date], tuple[str, ...]]
    is_open: bool = False
    has_unknown: bool = True


def _one(field: str) -> Callable[[Tool, date], tuple[str, ...]]:
    return lambda tool, today: (getattr(tool, field),) if getattr(tool, field) else ()


def _many(field: str) -> Callable[[Tool, date], tuple[str, ...]]:
    return lambda tool, today: tuple(getattr(tool, field))


def checked_on(tool: Tool) -> str:
    """Return the day on which any group of a tool's facts was last checked; empty if never."""
    return max((source.checked_on for source in tool.fact_sources.all()), default="")


FACETS: tuple[Facet, ...] = (
    Facet(
        "stage",
        _("Stage"),
        STAGE,
        lambda tool, today: tuple(stage.code for stage in tool.stages.all()),
        is_open=True,
    ),
    Facet(
        "capability",
        _("What it does"),
        CAPABILITY,
        lambda tool, today: tuple(capability.code for capability in tool.capabilities.all()),
    ),
    Facet("ai", _("Role of AI"), Vocabulary.AI_ROLE, _one("ai_role"), is_open=True),
    Facet("readiness", _("Readiness"), Vocabulary.READINESS, _one("readiness"), is_open=True),
    Facet("data", _("Data it reads"), Vocabulary.DATA_TYPE, _many("data_types")),
    Facet("offline", _("Works offline"), Vocabulary.OFFLINE_CAPABLE, _one("offline_capable"), is_open=True),
    Facet("cost", _("Cost"), Vocabulary.COST_MODEL, _one("cost_model"), is_open=True),
    Facet("access", _("Who may have it"), Vocabulary.ACCESS, _one("access")),
    Facet("deployment", _("Where it runs"), Vocabulary.DEPLOYMENT, _many("deployment")),
    Facet("system", _("Operating system"), Vocabulary.OPERATING_SYSTEM, _many("operating_systems")),
    Facet(
        "licence",
        _("Licence"),
        Vocabulary.LICENCE_FAMILY,
        lambda tool, today: rules.licence_families(tool.licence),
    ),
    Facet(
        "country",
        _("Vendor’s country"),
        COUNTRY,
        lambda tool, today: (tool.vendor.country,) if tool.vendor and tool.vendor.country else (),
    ),
    Facet("language", _("Interface language"), LANGUAGE, _many("interface_languages")),
    Facet(
        "freshness",
        _("Last checked"),
        Vocabulary.FRESHNESS,
        lambda tool, today: _known(rules.freshness(checked_on(tool), today)),
    ),
    Facet(
        "cautions",
        _("Cautions"),
        Vocabulary.HAS_CAUTIONS,
        lambda tool, today: ("yes",) if tool.cautions.all() else ("no",),
        has_unknown=False,
    ),
)
FACETS_BY_NAME = {facet.name: facet for facet in FACETS}


def _known(value: str) -> tuple[str, ...]:
    return () if value == NOT_KNOWN else (value,)


def values_of(tool: Tool, today: date) -> dict[str, tuple[str, ...]]:
    """Return what a tool has in each facet; "not-known" where nothing is known."""
    return {facet.name: facet.values(tool, today) or (NOT_KNOWN,) for facet in FACETS}
