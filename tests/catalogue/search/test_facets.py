"""The facets: what a tool has in each of them, and that nothing is guessed where nothing is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalogue.enums import CODES, NOT_KNOWN, Vocabulary
from catalogue.models import Tool
from catalogue.queries.tools import published, with_facts
from catalogue.search.facets import COUNTRY, FACETS, FACETS_BY_NAME, LANGUAGE, checked_on, values_of
from catalogue.search.values import is_value_of
from tests.factories.catalogue import (
    CautionFactory,
    FactSourceFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


def values(**fields: Any) -> dict[str, tuple[str, ...]]:
    made = ToolFactory(**fields)
    return values_of(with_facts(published()).get(pk=made.pk), TODAY)


def test_there_are_the_fifteen_facets_that_addresses_know() -> None:
    assert [facet.name for facet in FACETS] == [
        "stage", "capability", "ai", "readiness", "data", "offline", "cost", "access", "deployment", "system",
        "licence", "country", "language", "freshness", "cautions",
    ]  # fmt: skip
    assert len(FACETS_BY_NAME) == 15


def test_a_tool_has_its_facts_in_every_facet() -> None:
    tool = ToolFactory(
        stages=["analysis", "victim-identification"],
        capabilities=["face-recognition"],
        ai_role="ai-assisted",
        readiness="administrator",
        data_types=["video", "image"],
        offline_capable="no",
        cost_model="free",
        access="vetted-organisations",
        deployment=["saas", "desktop"],
        operating_systems=["web"],
        licence="MIT OR GPL-3.0-only",
        vendor=VendorFactory(country="AE"),
        interface_languages=["ar", "pt-BR"],
        with_caution=True,
    )
    FactSourceFactory(tool=tool, checked_on="2026-11-01")
    assert values_of(with_facts(published()).get(pk=tool.pk), TODAY) == {
        "stage": ("analysis", "victim-identification"),
        "capability": ("face-recognition",),
        "ai": ("ai-assisted",),
        "readiness": ("administrator",),
        "data": ("video", "image"),
        "offline": ("no",),
        "cost": ("free",),
        "access": ("vetted-organisations",),
        "deployment": ("saas", "desktop"),
        "system": ("web",),
        "licence": ("permissive", "strong-copyleft"),
        "country": ("AE",),
        "language": ("ar", "pt-BR"),
        "freshness": ("within-90-days",),
        "cautions": ("yes",),
    }


def test_what_nobody_knows_is_not_known_in_every_facet_but_cautions() -> None:
    found = values(unknown=True)
    assert found.pop("cautions") == ("no",)
    assert len(found) == 14
    assert set(found.values()) == {(NOT_KNOWN,)}


def test_a_vendor_without_a_country_leaves_the_country_unknown() -> None:
    assert values(vendor=VendorFactory(country=""))["country"] == (NOT_KNOWN,)


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        (["2026-08-27"], "within-90-days"),
        (["2026-08-26"], "within-12-months"),
        (["2025-11-25"], "overdue"),
        (["2025-01-01", "2026-11-20", ""], "within-90-days"),
        (["2025", "2025-12"], "within-12-months"),
        ([""], NOT_KNOWN),
    ],
)
def test_a_tool_is_as_fresh_as_its_newest_check(checked: list[str], expected: str) -> None:
    tool = ToolFactory()
    for group, day in zip(("identity", "purpose", "licence"), checked, strict=False):
        FactSourceFactory(tool=tool, group=group, checked_on=day)
    loaded = with_facts(published()).get(pk=tool.pk)
    assert values_of(loaded, TODAY)["freshness"] == (expected,)
    assert checked_on(loaded) == max(checked)


def test_a_tool_without_sources_was_never_checked() -> None:
    assert checked_on(ToolFactory()) == ""


@pytest.mark.parametrize(
    ("facet", "field", "vocabulary"),
    [
        ("ai", "ai_role", Vocabulary.AI_ROLE),
        ("readiness", "readiness", Vocabulary.READINESS),
        ("cost", "cost_model", Vocabulary.COST_MODEL),
        ("offline", "offline_capable", Vocabulary.OFFLINE_CAPABLE),
        ("access", "access", Vocabulary.ACCESS),
        ("data", "data_types", Vocabulary.DATA_TYPE),
        ("deployment", "deployment", Vocabulary.DEPLOYMENT),
        ("system", "operating_systems", Vocabulary.OPERATING_SYSTEM),
    ],
)
def test_every_code_of_a_fact_is_a_value_of_its_facet(facet: str, field: str, vocabulary: Vocabulary) -> None:
    several = isinstance(Tool._meta.get_field(field).get_default(), list)
    for code in CODES[vocabulary]:
        tool = Tool(**{field: [code] if several else code})
        assert FACETS_BY_NAME[facet].values(tool, TODAY) == (code,)
        assert is_value_of(FACETS_BY_NAME[facet], code)


def test_whatever_a_tool_has_can_be_chosen() -> None:
    StageFactory(code="case-building")
    tools = [
        ToolFactory(unknown=True),
        ToolFactory(
            licence="GPL-2.0-only WITH Classpath-exception-2.0", interface_languages=["zh-hans", "sr-Latn"]
        ),
        ToolFactory(stages=["case-building"], capabilities=["ocr"], with_sources=True),
    ]
    CautionFactory(tool=tools[0])
    for tool in with_facts(published()):
        for name, found in values_of(tool, TODAY).items():
            assert all(is_value_of(FACETS_BY_NAME[name], value) for value in found), name


def test_a_facet_takes_its_words_from_the_taxonomy_or_from_cldr() -> None:
    kinds = {str(facet.kind) for facet in FACETS}
    assert kinds - {"stage", "capability", COUNTRY, LANGUAGE} <= set(map(str, Vocabulary))
