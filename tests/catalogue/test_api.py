"""The front door of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from catalogue import api
from hub.core.enums import MembershipState
from hub.core.models import User
from tests.factories.catalogue import (
    CautionFactory,
    FactSourceFactory,
    ImplementationFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
)

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]


class TestSearchHealth:
    def test_it_says_why_there_is_no_search(self) -> None:
        state = api.search_health()
        assert (state["engine"], state["healthy"], state["documents"]) == ("", False, 0)
        assert state["reason"]
        assert api.index_needs_rebuild()
        json.dumps(state)

    def test_it_says_how_many_tools_there_are(self, index: Deliver) -> None:
        ToolFactory()
        index()
        state = api.search_health()
        assert (state["healthy"], state["reason"], state["documents"]) == (True, "", 1)
        assert state["generation"]
        assert not api.index_needs_rebuild()

    def test_a_rebuild_holds_what_is_published_and_names_no_problem(self) -> None:
        ToolFactory()
        ToolFactory(draft=True)
        assert api.rebuild_index() == []
        assert api.search_health()["documents"] == 1


class TestStageLinks:
    def test_eight_stages_lead_into_the_list_with_their_numbers(self, member: User) -> None:
        for position, code in enumerate(("prevention", "analysis", "wellbeing")):
            StageFactory(code=code, label=code.capitalize(), label_fr=f"{code} (fr)", position=position)
        ToolFactory(stages=["analysis", "wellbeing"])
        ToolFactory(stages=["analysis"])
        ToolFactory(stages=["prevention"], draft=True)
        with override("fr"):
            links = api.stage_links(member)
        assert [(link.code, link.label, link.count) for link in links] == [
            ("prevention", "prevention (fr)", 0),
            ("analysis", "analysis (fr)", 2),
        ]
        assert links[1].url == "/fr/catalogue/?stage=analysis"

    def test_who_is_no_member_learns_no_number(self, member: User) -> None:
        ToolFactory(stages=["analysis"])
        member.membership_state = MembershipState.SUSPENDED
        for user in (member, AnonymousUser()):
            assert [link.count for link in api.stage_links(user)] == [0]


class TestLatestCautions:
    def test_a_caution_is_news_in_the_language_of_the_reader(self, member: User) -> None:
        tool = ToolFactory(name="Griffeye")
        CautionFactory(
            tool=tool, text="Errs with children.", text_ar="يخطئ مع الأطفال.", checked_on="2026-11-01"
        )
        CautionFactory(tool=tool, text="Forbidden.", kind="regulator-decision", checked_on="2026-11-02")
        with override("ar"):
            ruling, caution = api.latest_cautions(member, 5)
        assert (ruling.kind, ruling.text, ruling.language) == ("ruling", "Forbidden.", "en")
        assert (caution.kind, caution.text, caution.language) == ("caution", "يخطئ مع الأطفال.", "ar")
        assert (caution.tool_name, caution.tool_url) == ("Griffeye", f"/ar/catalogue/{tool.slug}/")

    def test_nobody_else_reads_it(self) -> None:
        ToolFactory(with_caution=True)
        assert api.latest_cautions(AnonymousUser(), 5) == []


class TestSpecimen:
    def test_an_empty_catalogue_has_none(self) -> None:
        ToolFactory(draft=True)
        ToolFactory(ai_role="no-ai")
        assert api.specimen() is None

    def test_it_is_a_real_record_with_its_gaps(self) -> None:
        tool = ToolFactory(
            name="Griffeye",
            vendor=VendorFactory(name="Magnet", country="CA"),
            licence="MIT",
            access="",
            stages=["analysis"],
        )
        FactSourceFactory(tool=tool, group="access-cost", checked_on="2026-11-01")
        ImplementationFactory(tool=tool, setup_effort="hours")
        CautionFactory(tool=tool, text="Errs.")
        specimen = api.specimen()
        assert specimen is not None
        assert (specimen.name, specimen.vendor, specimen.stages) == ("Griffeye", "Magnet", ("analysis",))
        assert (specimen.caution, specimen.caution_kind, specimen.caution_language) == (
            "Errs.",
            "caution",
            "en",
        )
        assert [(row.label, row.value, row.checked_on) for row in specimen.rows] == [
            ("Cost", "open-source, MIT", "2026-11-01"),
            ("Works offline", "Yes", ""),
            ("Where it runs", "desktop", ""),
            ("Who may have it", "", ""),
            ("Time to set up", "hours", ""),
        ]

    def test_a_record_with_nothing_known_is_one_too(self) -> None:
        ToolFactory(unknown=True, ai_role="core-ai")
        specimen = api.specimen()
        assert specimen is not None
        assert (specimen.vendor, specimen.caution, specimen.caution_source) == ("", "", "")
        assert {row.value for row in specimen.rows} == {""}


def test_the_shipped_tables_change_nothing_a_second_time() -> None:
    api.load_demo_tables()
    with_tables = api.figures()
    told: list[str] = []
    lines = api.load_demo_tables(lambda what, done, total: told.append(what))
    assert lines
    assert told
    assert api.figures() == with_tables
