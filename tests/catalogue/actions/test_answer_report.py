"""Answering reports of wrong facts."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from catalogue.actions.answer_report import answer_report
from catalogue.actions.report_fact import report_fact
from catalogue.enums import FactGroup, ReportState
from catalogue.models import FactReport
from hub.core.enums import Role
from hub.core.models import AuditEntry, User
from tests.factories.catalogue import ToolFactory
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> FactReport:
    return report_fact(
        ToolFactory(), by=make_member(), group=FactGroup.LICENCE, text="The licence is GPL-3.0 now."
    )


def answers() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="fact.answered").order_by("number"))


def test_an_answer_is_kept_with_who_gave_it(report: FactReport) -> None:
    editor = make_member(Role.EDITOR)
    answer_report(report, by=editor, state=ReportState.CORRECTED, answer="Corrected from the repository.")
    report.refresh_from_db()
    assert (report.state, report.answer) == ("corrected", "Corrected from the repository.")
    [entry] = answers()
    assert (entry.actor, entry.details["before"], entry.details["after"]) == (editor, "open", "corrected")
    assert "repository" not in str(entry.details)


def test_the_same_answer_twice_is_one(report: FactReport) -> None:
    editor = make_member(Role.EDITOR)
    for _ in range(2):
        answer_report(report, by=editor, state=ReportState.DECLINED, answer="The source says MIT.")
    assert len(answers()) == 1


def test_an_answered_report_can_be_opened_again(report: FactReport) -> None:
    editor = make_member(Role.EDITOR)
    answer_report(report, by=editor, state=ReportState.DECLINED, answer="The source says MIT.")
    answer_report(report, by=editor, state=ReportState.OPEN, answer="The source says MIT.")
    report.refresh_from_db()
    assert report.state == ReportState.OPEN
    assert [entry.details["after"] for entry in answers()] == ["declined", "open"]


@pytest.mark.parametrize("roles", [(), (Role.TRANSLATOR,), (Role.TRAINER,), (Role.ADMINISTRATOR,)])
def test_nobody_but_an_editor_answers(report: FactReport, roles: tuple[Role, ...]) -> None:
    somebody: User = make_member(*roles)
    with pytest.raises(PermissionDenied):
        answer_report(report, by=somebody, state=ReportState.DECLINED, answer="No.")
    report.refresh_from_db()
    assert (report.state, answers()) == (ReportState.OPEN, [])
