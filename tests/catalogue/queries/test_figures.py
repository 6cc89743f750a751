"""Figures of the catalogue: equal to what somebody would count by hand."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import api
from catalogue.enums import CODES, Vocabulary
from catalogue.models import Tool
from catalogue.queries.figures import GAPS, count_figures
from catalogue.queries.taxonomy import current_taxonomy
from tests.factories.catalogue import (
    CautionFactory,
    FactSourceFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def _many() -> None:
    dice = random.Random(7)
    for code in ("prevention", "analysis", "wellbeing"):
        StageFactory(code=code)
    vendors: list[Any] = [None, VendorFactory(name="A", country=""), VendorFactory(name="B", country="NL")]
    for number in range(40):
        tool = ToolFactory(
            live=dice.random() < 0.8,
            ai_role=dice.choice(["", *CODES[Vocabulary.AI_ROLE]]),
            cost_model=dice.choice(["", *CODES[Vocabulary.COST_MODEL]]),
            offline_capable=dice.choice(["", "yes", "no"]),
            access=dice.choice(["", "public"]),
            operating_systems=dice.choice([[], ["linux"]]),
            interface_languages=dice.choice([[], ["en"]]),
            vendor=dice.choice(vendors),
            stages=dice.sample(["prevention", "analysis", "wellbeing"], dice.randint(0, 3)),
        )
        for _ in range(dice.choice([0, 0, 1, 2])):
            CautionFactory(tool=tool)
        if dice.random() < 0.5:
            FactSourceFactory(tool=tool, checked_on=f"2026-01-{number % 28 + 1:02d}")


@pytest.mark.usefixtures("_many")
def test_figures_are_what_a_naive_count_gives() -> None:
    figures = count_figures(current_taxonomy())
    tools = list(Tool.objects.filter(live=True))
    known = {
        "interface_languages": lambda tool: tool.interface_languages,
        "country": lambda tool: tool.vendor and tool.vendor.country,
        "operating_systems": lambda tool: tool.operating_systems,
        "offline_capable": lambda tool: tool.offline_capable,
        "access": lambda tool: tool.access,
        "cost_model": lambda tool: tool.cost_model,
    }
    assert 0 < figures.total < 40
    assert figures.total == len(tools) == figures.with_ai + figures.beside_ai
    assert figures.with_ai == len(
        [one for one in tools if one.ai_role in ("core-ai", "ai-assisted", "about-ai")]
    )
    assert figures.open_source == len([one for one in tools if one.cost_model == "open-source"])
    assert figures.offline == len([one for one in tools if one.offline_capable == "yes"])
    assert figures.with_cautions == len([one for one in tools if one.cautions.exists()])
    assert figures.without_stage == len([one for one in tools if not one.stages.exists()])
    assert dict(figures.by_stage) == {
        code: len([one for one in tools if one.stages.filter(code=code).exists()])
        for code in ("prevention", "analysis", "wellbeing")
    }
    assert dict(figures.not_known) == {
        name: len([one for one in tools if not is_known(one)]) for name, is_known in known.items()
    }
    assert {name for name, _ in figures.not_known} == set(GAPS)
    counts = [count for _, count in figures.not_known]
    assert counts == sorted(counts, reverse=True)
    assert figures.checked_on == max(source.checked_on for one in tools for source in one.fact_sources.all())


def test_an_empty_catalogue_has_figures() -> None:
    ToolFactory(draft=True, stages=["analysis"], with_caution=True, with_sources=True)
    figures = count_figures(current_taxonomy())
    assert (figures.total, figures.with_cautions, figures.without_stage, figures.checked_on) == (0, 0, 0, "")
    assert figures.by_stage == (("analysis", 0),)


@pytest.mark.parametrize("number", [1, 3])
def test_figures_take_five_queries(number: int) -> None:
    for _ in range(number):
        ToolFactory(stages=["analysis"], with_caution=True, with_sources=True)
    taxonomy = current_taxonomy()
    with CaptureQueriesContext(connection) as queries:
        count_figures(taxonomy)
    assert len(queries) == 5


def test_kept_figures_are_counted_anew_after_a_change() -> None:
    tool = ToolFactory(ai_role="no-ai")
    assert (api.figures().total, api.figures().with_ai) == (1, 0)
    tool.ai_role = "core-ai"
    tool.save()
    assert api.figures().with_ai == 1
    tool.live = False
    tool.save()
    assert api.figures().total == 0


def test_every_gap_that_is_counted_has_a_name() -> None:
    assert set(api.gap_labels()) == set(GAPS)
