"""Which tools somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Prefetch, QuerySet

from catalogue.models import Capability, Caution, ErrorMeasure, FormerSlug, Stage, Tool
from hub.core.access import is_member
from hub.core.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def visible_to(user: User | AnonymousUser) -> QuerySet[Tool]:
    """Return the tools that somebody may see: published ones for members, none for anybody else."""
    tools = Tool.objects.filter(live=True)
    return tools if is_member(user) else tools.none()


def published() -> QuerySet[Tool]:
    """Return the published tools, for figures that name none of them and for the search index."""
    return Tool.objects.filter(live=True)


def with_facts(tools: QuerySet[Tool]) -> QuerySet[Tool]:
    """Load with each tool what a list of tools shows, in a fixed number of queries."""
    return tools.select_related("vendor").prefetch_related(
        Prefetch("stages", Stage.objects.only("pk", "code")),
        Prefetch("capabilities", Capability.objects.only("pk", "code")),
        "fact_sources",
        "cautions",
    )


def with_record(tools: QuerySet[Tool]) -> QuerySet[Tool]:
    """Load with each tool everything that its page shows."""
    return (
        with_facts(tools)
        .select_related("implementation", "data_flow")
        .prefetch_related(
            "aliases", Prefetch("error_measures", ErrorMeasure.objects.select_related("capability"))
        )
    )


def present_slug(slug: str, user: User | AnonymousUser) -> str | None:
    """Return the address that a tool has now, if it once had this one and this person may see it."""
    former = FormerSlug.objects.filter(slug=slug, tool__in=visible_to(user)).select_related("tool").first()
    return former.tool.slug if former else None


def similar_tools(keys: Sequence[int], user: User | AnonymousUser) -> list[Tool]:
    """Return the tools of these primary keys that somebody may see, in the order of the keys."""
    found = {tool.pk: tool for tool in visible_to(user).filter(pk__in=keys).only("pk", "slug", "name")}
    return [found[key] for key in keys if key in found]


def latest_cautions_visible_to(user: User | AnonymousUser, limit: int) -> list[Caution]:
    """Return the cautions that were checked last, decisions by authorities first, of tools that somebody may see."""
    cautions = Caution.objects.filter(tool__in=visible_to(user)).select_related("tool")
    rulings_first = models.Case(models.When(kind="regulator-decision", then=0), default=1)
    return list(cautions.order_by("-checked_on", rulings_first, "-issued_on", "pk")[:limit])
