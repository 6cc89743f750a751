"""Who may see which tool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import FormerSlug, Tool
from catalogue.queries.tools import (
    latest_cautions_visible_to,
    present_slug,
    published,
    similar_tools,
    visible_to,
    with_facts,
    with_record,
)
from hub.core.enums import MembershipState
from hub.core.models import User
from tests.factories.catalogue import CautionFactory, ToolFactory
from tests.factories.people import make_account, make_member

pytestmark = pytest.mark.django_db


def applicant() -> User:
    user = make_account()
    user.membership_state = MembershipState.APPLICANT
    user.save()
    return user


def suspended() -> User:
    user = make_member()
    user.membership_state = MembershipState.SUSPENDED
    user.save()
    return user


def expired() -> User:
    user = make_member()
    user.membership_valid_until = timezone.now() - timedelta(seconds=1)
    user.save()
    return user


def inactive() -> User:
    user = make_member()
    user.is_active = False
    user.save()
    return user


OUTSIDERS: list[Callable[[], User | AnonymousUser]] = [
    AnonymousUser,
    make_account,
    applicant,
    suspended,
    expired,
    inactive,
]
outsiders = pytest.mark.parametrize("outsider", OUTSIDERS, ids=lambda outsider: outsider.__name__)


@pytest.fixture
def shown() -> Tool:
    return ToolFactory(code="shown", with_caution=True)


@pytest.fixture
def hidden() -> Tool:
    return ToolFactory(code="hidden", draft=True, with_caution=True)


class TestVisibleTo:
    def test_a_member_sees_published_tools_only(self, shown: Tool, hidden: Tool, member: User) -> None:
        assert list(visible_to(member)) == [shown]

    @outsiders
    def test_anybody_else_sees_none(
        self, shown: Tool, hidden: Tool, outsider: Callable[[], User | AnonymousUser]
    ) -> None:
        assert list(visible_to(outsider())) == []

    def test_a_draft_changes_nothing_that_members_see(self, member: User) -> None:
        tool = ToolFactory(changed=True, summary="What members read.")
        assert visible_to(member).get(pk=tool.pk).summary_en == "What members read."

    def test_the_published_ones_are_those_that_the_index_may_hold(self, shown: Tool, hidden: Tool) -> None:
        assert list(published()) == [shown]


class TestLoading:
    @staticmethod
    def make(number: int) -> None:
        for _ in range(number):
            ToolFactory(
                stages=["analysis", "intake"],
                capabilities=["ocr"],
                with_sources=True,
                with_alias=True,
                with_caution=True,
                with_implementation=True,
                with_data_flow=True,
                with_error_measure=True,
            )

    @pytest.mark.parametrize("number", [1, 3])
    def test_facts_take_a_fixed_number_of_queries(self, number: int, member: User) -> None:
        self.make(number)
        with CaptureQueriesContext(connection) as queries:
            for tool in with_facts(visible_to(member)):
                assert tool.vendor is not None
                assert {stage.code for stage in tool.stages.all()} == {"analysis", "intake"}
                assert [capability.code for capability in tool.capabilities.all()] == ["ocr"]
                assert len(tool.fact_sources.all()) == 7
                assert len(tool.cautions.all()) == 1
        assert len(queries) == 5

    @pytest.mark.parametrize("number", [1, 3])
    def test_a_record_takes_a_fixed_number_of_queries(self, number: int, member: User) -> None:
        self.make(number)
        with CaptureQueriesContext(connection) as queries:
            for tool in with_record(visible_to(member)):
                assert len(tool.aliases.all()) == 1
                assert tool.implementation.setup_effort == "hours"
                assert tool.data_flow.data_leaves == "no"
                assert [measure.capability.code for measure in tool.error_measures.all()]
        assert len(queries) == 7

    def test_a_tool_without_supplements_is_loaded_as_well(self, member: User) -> None:
        ToolFactory(unknown=True)
        [tool] = with_record(visible_to(member))
        with CaptureQueriesContext(connection) as queries:
            assert not hasattr(tool, "implementation")
            assert not hasattr(tool, "data_flow")
        assert len(queries) == 0


class TestFormerAddresses:
    def test_a_former_address_leads_to_the_present_one(self, shown: Tool, member: User) -> None:
        for slug in ("second", "third"):
            shown.slug = slug
            shown.save()
        assert present_slug("shown", member) == "third"
        assert present_slug("second", member) == "third"
        assert present_slug("third", member) is None
        assert present_slug("never", member) is None

    def test_an_unpublished_tool_is_revealed_to_nobody(self, shown: Tool, member: User) -> None:
        shown.slug = "second"
        shown.save()
        assert present_slug("shown", member) == "second"
        shown.live = False
        shown.save()
        assert present_slug("shown", member) is None

    @outsiders
    def test_anybody_else_learns_nothing(
        self, shown: Tool, outsider: Callable[[], User | AnonymousUser]
    ) -> None:
        shown.slug = "second"
        shown.save()
        assert present_slug("shown", outsider()) is None

    def test_an_address_that_came_back_is_no_former_one_of_another(self, shown: Tool, member: User) -> None:
        shown.slug = "second"
        shown.save()
        other = ToolFactory(code="other", slug="shown")
        other.slug = "moved"
        other.save()
        assert present_slug("shown", member) == "moved"
        assert FormerSlug.objects.count() == 1


class TestSimilar:
    def test_the_order_is_that_of_the_keys(self, member: User) -> None:
        first, second, third = (ToolFactory() for _ in range(3))
        found = similar_tools([third.pk, 0, first.pk, second.pk], member)
        assert [tool.name for tool in found] == [third.name, first.name, second.name]

    def test_hidden_ones_are_left_out(self, shown: Tool, hidden: Tool, member: User) -> None:
        assert similar_tools([hidden.pk, shown.pk], member) == [shown]
        assert similar_tools([hidden.pk, shown.pk], AnonymousUser()) == []


class TestLatestCautions:
    def test_the_newest_check_comes_first_and_rulings_before_other_cautions_of_the_day(
        self, shown: Tool, member: User
    ) -> None:
        shown.cautions.all().delete()
        old = CautionFactory(tool=shown, checked_on="2026-01-01")
        plain = CautionFactory(tool=shown, checked_on="2026-05-01")
        ruling = CautionFactory(tool=shown, checked_on="2026-05-01", kind="regulator-decision")
        assert latest_cautions_visible_to(member, 5) == [ruling, plain, old]
        assert latest_cautions_visible_to(member, 1) == [ruling]

    def test_cautions_of_hidden_tools_are_hidden(self, hidden: Tool, member: User) -> None:
        assert latest_cautions_visible_to(member, 5) == []

    @outsiders
    def test_anybody_else_reads_none(self, shown: Tool, outsider: Callable[[], User | AnonymousUser]) -> None:
        assert latest_cautions_visible_to(outsider(), 5) == []
