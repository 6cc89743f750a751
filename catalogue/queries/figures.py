"""Figures over the published catalogue. They name no tool, so the public home page may show them."""

from __future__ import annotations

from collections import Counter as Tally

from catalogue.data import Figures
from catalogue.enums import AI_ROLES_SHOWN_FIRST
from catalogue.models import FactSource, Tool
from catalogue.queries.taxonomy import STAGE, Taxonomy
from catalogue.queries.tools import published

GAPS = ("interface_languages", "country", "operating_systems", "offline_capable", "access", "cost_model")
"""The facts whose gaps are counted."""


def count_figures(taxonomy: Taxonomy) -> Figures:
    """Count the catalogue as it is now, in five queries."""
    tools = list(
        published()
        .select_related("vendor")
        .only(
            "pk", "ai_role", "offline_capable", "cost_model", "access", "operating_systems", "interface_languages",
            "vendor__country",
        )
    )  # fmt: skip
    stages = Tally(
        Tool.stages.through.objects.filter(tool__in=published()).values_list("stage__code", flat=True)
    )
    with_stage = Tool.stages.through.objects.filter(tool__in=published()).values("tool_id").distinct().count()
    gaps = Tally(name for tool in tools for name in GAPS if not _known(tool, name))
    checked = (
        FactSource.objects.filter(tool__in=published())
        .order_by("-checked_on")
        .values_list("checked_on", flat=True)
    )
    return Figures(
        total=len(tools),
        with_ai=sum(tool.ai_role in AI_ROLES_SHOWN_FIRST for tool in tools),
        beside_ai=sum(tool.ai_role not in AI_ROLES_SHOWN_FIRST for tool in tools),
        open_source=sum(tool.cost_model == "open-source" for tool in tools),
        offline=sum(tool.offline_capable == "yes" for tool in tools),
        with_cautions=published().filter(cautions__isnull=False).distinct().count(),
        by_stage=tuple((code, stages.get(code, 0)) for code in taxonomy.codes(STAGE)),
        without_stage=len(tools) - with_stage,
        not_known=tuple(sorted(((name, gaps[name]) for name in GAPS), key=lambda pair: -pair[1])),
        checked_on=checked.first() or "",
    )


def _known(tool: Tool, name: str) -> bool:
    if name == "country":
        return bool(tool.vendor and tool.vendor.country)
    return bool(getattr(tool, name))
