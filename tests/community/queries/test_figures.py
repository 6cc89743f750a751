"""Figures of the desk are right, cost the same for three as for one, and are about nobody in particular."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.actions.applications import withdraw_application
from community.actions.members import suspend_member, withdraw_role
from community.actions.vetting import decide_application, recuse_vetter
from community.enums import ApplicationState, Choice, Gender, Reason, SuspensionReason
from community.models import Application
from community.queries.figures import applications_short_of_vetters, desk_figures
from community.rules import SMALLEST_CELL, suppress_small_cells
from hub.core.enums import Role
from tests.factories.community import make_agency, make_application, make_vetter, prove
from tests.factories.people import make_member, sign_in


@pytest.mark.django_db
def test_figures_count_what_there_is() -> None:
    make_agency(domain="police.example")
    with time_machine.travel(timezone.now() - timedelta(days=10)):
        make_application()
    make_application()
    withdraw_application(make_application())
    disputed, agreed, asked = make_application(), make_application(), make_application()
    first, second = make_vetter(), make_vetter()
    for one in (disputed, agreed):
        prove(one, first)
        decide_application(one, Choice.APPROVE, Reason.CONFIRMED, by=first)
    decide_application(disputed, Choice.REFUSE, Reason.NOT_FOR, by=second)
    decide_application(agreed, Choice.APPROVE, Reason.CONFIRMED, by=second)
    decide_application(asked, Choice.ASK, Reason.UNREACHABLE, by=second)
    figures = desk_figures()
    waiting = Application.objects.filter(state__in=("submitted", "in-review")).count()
    assert (figures.waiting, figures.oldest_days, figures.more_wanted) == (waiting, 10, 1)
    assert sum(figures.ages) == figures.waiting
    assert (figures.decided_twice, figures.disagreed) == (2, 1)
    assert figures.outcomes[ApplicationState.WITHDRAWN] == 1


@pytest.mark.django_db
def test_figures_cost_the_same_for_three_as_for_one() -> None:
    counts = []
    for _ in range(2):
        make_application()
        with CaptureQueriesContext(connection) as queries:
            desk_figures()
        counts.append(len(queries))
        make_application()
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_case_is_short_of_vetters_while_fewer_can_decide_than_have_to() -> None:
    make_agency(domain="police.example")
    application = make_application()
    Application.objects.update(third_review=False)
    assert applications_short_of_vetters() == 1
    first, second = make_vetter(), make_vetter()
    assert applications_short_of_vetters() == 0
    recuse_vetter(application, by=second)
    assert applications_short_of_vetters() == desk_figures().short_of_vetters == 1
    third = make_vetter()
    prove(application, first)
    decide_application(application, Choice.REFUSE, Reason.NOT_FOR, by=first)
    assert applications_short_of_vetters() == 0
    decide_application(application, Choice.APPROVE, Reason.CONFIRMED, by=third)
    assert applications_short_of_vetters() == 1
    decide_application(application, Choice.REFUSE, Reason.NOT_FOR, by=make_vetter())
    assert applications_short_of_vetters() == 0


@pytest.mark.django_db
def test_nobody_counts_who_may_not_decide_now() -> None:
    agency = make_agency()
    make_application(agency=agency)
    make_vetter()
    suspended, former, colleague = make_vetter(), make_vetter(), make_vetter(agency)
    assert applications_short_of_vetters() == 0
    suspend_member(suspended, by=None, reason=SuspensionReason.INQUIRY)
    assert applications_short_of_vetters() == 0
    withdraw_role(former, Role.VETTER, by=None)
    assert applications_short_of_vetters() == 1
    colleague.officer.delete()
    assert applications_short_of_vetters() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
def test_vetters_read_them_and_nobody_else(client: Client, language: str) -> None:
    path = f"/{language}/vetting/figures/"
    assert client.get(path).status_code == 302
    sign_in(client, make_vetter())
    assert client.get(path).status_code == 200
    make_application()
    assert client.get(path).status_code == 200
    other = Client()
    sign_in(other, make_member(Role.ADMINISTRATOR))
    assert other.get(path).status_code == 404


@pytest.mark.django_db
def test_a_single_person_is_never_counted(client: Client) -> None:
    application = make_application(gender=Gender.ANOTHER)
    sign_in(client, make_vetter())
    Application.objects.filter(pk=application.pk).update(
        state=ApplicationState.APPROVED, user=make_member(), closed_at=timezone.now()
    )
    assert desk_figures().genders[Gender.ANOTHER] is None
    assert "too few to be shown" in client.get("/en/vetting/figures/").content.decode()


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1))
def test_small_cells_are_hidden_and_cannot_be_computed(counts: dict[str, int]) -> None:
    shown = suppress_small_cells(counts)
    hidden = [key for key, number in shown.items() if number is None]
    assert all(number == counts[key] for key, number in shown.items() if number is not None)
    assert not [key for key, number in shown.items() if number and number < SMALLEST_CELL]
    large = [key for key, number in counts.items() if number >= SMALLEST_CELL]
    if hidden and large:
        assert len(hidden) >= 2
