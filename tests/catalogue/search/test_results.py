"""From a query to what its page shows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from catalogue.data import CatalogueQuery
from catalogue.enums import NOT_KNOWN
from catalogue.models import Tool
from catalogue.search import indexing
from catalogue.search.facets import FACETS
from catalogue.search.results import PAGE_SIZE, Found, find_tools
from hub.core.enums import MembershipState
from hub.core.models import User
from tests.factories.catalogue import (
    CapabilityFactory,
    FactSourceFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
    VocabularyValueFactory,
)

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]


def find(user: User, language: str = "en", **query: Any) -> Found:
    with override(language):
        return find_tools(CatalogueQuery(**query), user, language)


def codes(found: Found) -> list[str]:
    return [tool.code for tool in found.tools]


def counts(found: Found, facet: str) -> dict[str, int]:
    assert found.counts is not None
    return {value: count for value, count in found.counts[facet].items() if count}


class TestOrder:
    def test_without_words_ai_comes_first_then_what_is_ready_then_the_name(
        self, index: Deliver, member: User
    ) -> None:
        for code, role, readiness in (
            ("z-ready", "core-ai", "turnkey"),
            ("b-ready", "about-ai", "administrator"),
            ("c-code", "ai-assisted", "developer"),
            ("a-code", "core-ai", ""),
            ("a-plain", "no-ai", "turnkey"),
            ("d-plain", "", "administrator"),
            ("b-plain", "no-ai", "research"),
        ):
            ToolFactory(code=code, name=code, ai_role=role, readiness=readiness)
        index()
        assert codes(find(member)) == [
            "b-ready",
            "z-ready",
            "a-code",
            "c-code",
            "a-plain",
            "d-plain",
            "b-plain",
        ]

    def test_the_order_goes_on_across_the_border_of_a_page(self, index: Deliver, member: User) -> None:
        for number in range(PAGE_SIZE + 5):
            ToolFactory(
                code=f"tool-x{number:02d}", ai_role="core-ai" if number % 2 else "no-ai", readiness="turnkey"
            )
        index()
        first, second = find(member), find(member, page=2)
        assert (first.pages, first.page, second.page) == (2, 1, 2)
        assert (len(first.tools), len(second.tools)) == (PAGE_SIZE, 5)
        everything = [*first.tools, *second.tools]
        assert len({tool.pk for tool in everything}) == PAGE_SIZE + 5
        expected = sorted(everything, key=lambda tool: (tool.ai_role == "no-ai", tool.name_sort))
        assert everything == expected

    def test_names_are_sorted_as_people_read_them(self, index: Deliver, member: User) -> None:
        for name in ("Zebra", "éclair", "Apple", "Ébène", "banana"):
            ToolFactory(name=name, ai_role="no-ai" if name == "Apple" else "core-ai")
        index()
        found = find(member, sort="name")
        assert [tool.name for tool in found.tools] == ["Apple", "banana", "Ébène", "éclair", "Zebra"]

    def test_the_newest_check_comes_first_and_what_was_never_checked_last(
        self, index: Deliver, member: User
    ) -> None:
        for code, day in (("never", ""), ("old", "2024"), ("new", "2026-11-20"), ("middle", "2026-02")):
            FactSourceFactory(tool=ToolFactory(code=code), checked_on=day)
        Tool.objects.get(code="new").save()
        for tool in Tool.objects.all():
            tool.save()
        index()
        assert codes(find(member, sort="newest")) == ["new", "middle", "old", "never"]

    def test_with_words_the_name_counts_more_than_the_summary(self, index: Deliver, member: User) -> None:
        ToolFactory(code="in-summary", name="Other", summary="A companion of griffeye.", ai_role="core-ai")
        ToolFactory(code="in-name", name="Griffeye", summary="Sorts.", ai_role="no-ai", readiness="developer")
        index()
        assert codes(find(member, text="griffeye")) == ["in-name", "in-summary"]
        assert codes(find(member, text="griffeye", sort="name")) == ["in-name", "in-summary"]

    @pytest.mark.parametrize("page", [3, 1_000, 100_000])
    def test_a_page_behind_the_last_is_the_last(self, index: Deliver, member: User, page: int) -> None:
        for _ in range(PAGE_SIZE + 1):
            ToolFactory()
        index()
        found = find(member, page=page)
        assert (found.page, found.pages, len(found.tools)) == (2, 2, 1)

    def test_an_empty_list_has_one_page(self, index: Deliver, member: User) -> None:
        found = find(member, page=7)
        assert (found.page, found.pages, found.total, found.tools) == (1, 1, 0, ())


@pytest.fixture
def shelf(index: Deliver) -> None:
    """Six tools with different facts."""
    for code, cost, offline, data in (
        ("one", "free", "yes", ["image"]),
        ("two", "free", "no", ["image", "video"]),
        ("three", "commercial", "yes", ["video"]),
        ("four", "commercial", "", ["audio"]),
        ("five", "", "yes", []),
        ("six", "open-source", "no", ["image"]),
    ):
        ToolFactory(code=code, name=code, cost_model=cost, offline_capable=offline, data_types=data)
    index()


@pytest.mark.usefixtures("shelf")
class TestFilters:
    def test_values_of_one_facet_are_alternatives(self, member: User) -> None:
        assert set(codes(find(member, filters={"cost": ("free",)}))) == {"one", "two"}
        assert set(codes(find(member, filters={"cost": ("free", "commercial")}))) == {
            "one",
            "two",
            "three",
            "four",
        }

    def test_facets_narrow_each_other_down(self, member: User) -> None:
        filters = {"cost": ("free", "commercial"), "offline": ("yes",)}
        assert set(codes(find(member, filters=filters))) == {"one", "three"}
        assert set(codes(find(member, filters={**filters, "data": ("video",)}))) == {"three"}

    def test_not_known_is_a_value(self, member: User) -> None:
        assert codes(find(member, filters={"cost": (NOT_KNOWN,)})) == ["five"]
        assert set(codes(find(member, filters={"offline": (NOT_KNOWN, "no")}))) == {"two", "four", "six"}

    def test_words_and_filters_narrow_each_other_down(self, member: User) -> None:
        assert codes(find(member, text="three", filters={"cost": ("commercial",)})) == ["three"]
        assert codes(find(member, text="three", filters={"cost": ("free",)})) == []

    def test_counts_ignore_the_selection_of_their_own_facet(self, member: User) -> None:
        everything = find(member)
        chosen = find(member, filters={"cost": ("free",)})
        assert counts(chosen, "cost") == counts(everything, "cost")
        assert counts(chosen, "offline") == {"yes": 1, "no": 1}
        assert counts(chosen, "data") == {"image": 2, "video": 1}
        both = find(member, filters={"cost": ("free",), "offline": ("yes",)})
        assert counts(both, "cost") == {"free": 1, "commercial": 1, NOT_KNOWN: 1}
        assert counts(both, "offline") == {"yes": 1, "no": 1}

    @pytest.mark.parametrize("text", ["", "one"])
    @pytest.mark.parametrize("facet", [facet.name for facet in FACETS])
    def test_each_count_is_what_choosing_the_value_gives(self, member: User, facet: str, text: str) -> None:
        filters = {"offline": ("yes",)}
        found = find(member, text=text, filters=filters)
        for value, count in counts(found, facet).items():
            assert find(member, text=text, filters={**filters, facet: (value,)}).total == count

    def test_a_selected_value_never_vanishes(self, member: User) -> None:
        found = find(member, filters={"cost": ("free-for-law-enforcement",)})
        assert found.counts is not None
        assert found.total == 0
        assert found.counts["cost"]["free-for-law-enforcement"] == 0

    def test_a_filter_never_widens(self, member: User) -> None:
        everything = set(codes(find(member)))
        narrowed = [
            set(codes(find(member, filters={"data": (value,)}))) for value in ("image", "smell", NOT_KNOWN)
        ]
        assert all(found <= everything for found in narrowed)
        assert narrowed[1] == set()


class TestTheDatabaseDecides:
    def test_a_withdrawn_tool_that_the_index_still_shows_is_not_listed(
        self, index: Deliver, member: User
    ) -> None:
        ToolFactory(code="shown")
        hidden = ToolFactory(code="hidden")
        index()
        hidden.live = False
        hidden.save()
        assert indexing.health().documents == 2
        assert codes(find(member)) == ["shown"]
        assert codes(find(member, text="hidden")) == []
        hidden.delete()
        assert codes(find(member)) == ["shown"]

    def test_facts_are_those_of_the_database(self, index: Deliver, member: User) -> None:
        tool = ToolFactory(summary="Before.")
        index()
        tool.summary_en = "After."
        tool.save()
        assert [shown.summary_en for shown in find(member).tools] == ["After."]

    @pytest.mark.parametrize(
        "state", [MembershipState.SUSPENDED, MembershipState.EXPIRED, MembershipState.APPLICANT]
    )
    def test_who_is_no_member_learns_nothing_not_even_a_number(
        self, index: Deliver, member: User, state: MembershipState
    ) -> None:
        ToolFactory(code="shown")
        index()
        assert find(member).total == 1
        member.membership_state = state
        member.save()
        for query in ({}, {"text": "shown"}, {"filters": {"ai": ("core-ai",)}}):
            assert find(member, **query) == Found((), 0, 1, 1, {})
        assert find_tools(CatalogueQuery(), AnonymousUser(), "en").total == 0

    def test_nor_without_an_index(self, member: User) -> None:
        ToolFactory()
        member.membership_state = MembershipState.SUSPENDED
        member.save()
        assert find(member).total == 0


class TestWithoutAnIndex:
    @pytest.fixture(autouse=True)
    def _tools(self) -> None:
        vendor = VendorFactory(name="Magnet Forensics", country="CA")
        ToolFactory(
            code="b",
            name="Beta",
            cost_model="free",
            vendor=vendor,
            summary="Finds faces.",
            summary_ar="يجد الوجوه.",
        )
        ToolFactory(code="a", name="alpha", cost_model="commercial", ai_role="no-ai", with_alias=True)
        ToolFactory(code="c", name="Gamma", cost_model="", capabilities=["ocr"], with_caution=True)
        ToolFactory(draft=True)

    def test_tools_are_listed_by_name_and_nothing_is_counted(self, member: User) -> None:
        found = find(member)
        assert codes(found) == ["a", "b", "c"]
        assert (found.total, found.pages, found.counts) == (3, 1, None)

    def test_filters_hold_the_same(self, member: User) -> None:
        assert codes(find(member, filters={"cost": ("free", NOT_KNOWN)})) == ["b", "c"]
        assert codes(find(member, filters={"cost": ("free",), "country": ("CA",)})) == ["b"]
        assert codes(find(member, filters={"capability": ("ocr",), "cautions": ("yes",)})) == ["c"]
        assert codes(find(member, filters={"cost": ("freemium",)})) == []

    def test_words_are_looked_for_in_names_vendors_and_summaries(self, member: User) -> None:
        assert codes(find(member, text="gamma")) == ["c"]
        assert codes(find(member, text="magnet")) == ["b"]
        assert codes(find(member, text="other name")) == ["a"]
        assert codes(find(member, text="faces", filters={"cost": ("free",)})) == ["b"]
        assert codes(find(member, "ar", text="الوجوه")) == ["b"]
        assert codes(find(member, text="no such thing")) == []

    def test_pages_end_as_well(self, member: User) -> None:
        for number in range(PAGE_SIZE):
            ToolFactory(name=f"Delta {number:02d}")
        assert find(member).pages == 2
        last = find(member, page=1_000)
        assert (last.page, len(last.tools)) == (2, 3)

    def test_each_answer_is_the_same_as_with_an_index(self, member: User) -> None:
        queries: list[dict[str, Any]] = [
            {},
            *({"filters": {facet.name: (NOT_KNOWN,)}} for facet in FACETS if facet.has_unknown),
            {"filters": {"cautions": ("no",)}},
            {"text": "beta"},
        ]
        without = [set(codes(find(member, **query))) for query in queries]
        indexing.rebuild()
        assert [set(codes(find(member, **query))) for query in queries] == without


class TestWords:
    def test_a_typing_error_is_corrected_and_the_way_back_leads_to_the_words(
        self, index: Deliver, member: User
    ) -> None:
        ToolFactory(code="griffeye", name="Griffeye")
        index()
        found = find(member, text="grifeye")
        assert codes(found) == ["griffeye"]
        assert found.correction is not None
        assert (found.correction.original, found.correction.corrected) == ("grifeye", "griffeye")
        exact = find(member, text="grifeye", exact=True)
        assert (codes(exact), exact.correction, exact.suggestion) == ([], None, "griffeye")

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "face matching"),
            ("fr", "reconnaissance faciale"),
            ("zh-hans", "人脸识别"),
            ("ar", "التعرف على الوجوه"),
            ("en", "人脸识别"),
            ("ru", "reconnaissance faciale"),
        ],
    )
    def test_a_concept_is_found_in_whichever_language_it_is_named(
        self, index: Deliver, member: User, language: str, text: str
    ) -> None:
        face = CapabilityFactory(
            code="face-recognition",
            label="Face recognition",
            synonyms="face matching",
            label_fr="Reconnaissance faciale",
            label_zh_hans="人脸识别",
            label_ar="التعرف على الوجوه",
        )
        ToolFactory(code="one", name="One", summary="Compares portraits.", capabilities=[face])
        ToolFactory(code="two", name="Two", summary="Transcribes interviews.")
        index()
        found = find(member, language, text=text)
        assert codes(found) == ["one"]
        assert [concept.value for concept in found.concepts] == ["face-recognition"]

    def test_a_concept_is_not_used_where_words_alone_are_asked_for(
        self, index: Deliver, member: User
    ) -> None:
        face = CapabilityFactory(code="face-recognition", label="Face recognition", synonyms="visage kinship")
        ToolFactory(code="one", summary="Compares portraits.", capabilities=[face])
        index()
        assert codes(find(member, text="visage kinship")) == ["one"]
        assert codes(find(member, text="visage kinship", exact=True)) == []

    def test_matches_are_named_for_each_language(self, index: Deliver, member: User) -> None:
        ToolFactory(summary="Finds faces in images.")
        index()
        assert find(member, text="faces").matched_terms["en"]


@pytest.mark.usefixtures("shelf")
class TestWaysOn:
    def test_an_empty_result_names_the_filter_to_drop_and_what_that_gives(self, member: User) -> None:
        filters = {"cost": ("open-source",), "offline": ("yes",)}
        found = find(member, filters=filters)
        assert found.total == 0
        assert {(one.facet, one.value): one.total for one in found.relaxations} == {
            ("cost", "open-source"): 3,
            ("offline", "yes"): 1,
        }
        totals = [one.total for one in found.relaxations]
        assert all(first >= second for first, second in pairwise(totals))
        for one in found.relaxations:
            kept = {name: values for name, values in filters.items() if name != one.facet}
            assert find(member, filters=kept).total == one.total

    def test_it_names_the_words_too(self, member: User) -> None:
        found = find(member, text="three", filters={"cost": ("free",)})
        assert {(one.facet, one.value): one.total for one in found.relaxations} == {
            ("cost", "free"): 1,
            ("text", ""): 2,
        }

    def test_what_would_find_nothing_is_not_offered(self, member: User) -> None:
        found = find(member, text="zzzzqqqq", filters={"cost": ("free",)})
        assert [one.facet for one in found.relaxations] == ["text"]

    def test_a_result_needs_no_way_on(self, member: User) -> None:
        found = find(member, text="three")
        assert (found.relaxations, found.offers) == ((), ())

    def test_concepts_are_offered_to_words_that_find_nothing(self, index: Deliver, member: User) -> None:
        CapabilityFactory(code="ocr", label="Optical reading of text")
        StageFactory(code="analysis", label="Analysis")
        VocabularyValueFactory(vocabulary="cost_model", code="freemium", label="Optional payment")
        found = find(member, text="opti", filters={"cost": ("free-for-law-enforcement",)})
        offered = {(offer.concept.facet, offer.concept.value) for offer in found.offers if offer.concept}
        assert {("capability", "ocr"), ("cost", "freemium")} <= offered
        assert len(found.offers) <= 6
