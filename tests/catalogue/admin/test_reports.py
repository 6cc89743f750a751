"""Reports of wrong facts at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.actions.report_fact import report_fact
from catalogue.enums import FactGroup, ReportState
from catalogue.models import FactReport, Tool
from hub.core.models import AuditEntry, User
from tests.factories.catalogue import ToolFactory
from tests.factories.people import make_member
from tests.forms import form_of

pytestmark = pytest.mark.django_db

LIST = "/cms/factreport/"


def report(
    tool: Tool, text: str, *, days_ago: int = 0, state: str = "open", language: str = "en"
) -> FactReport:
    made = report_fact(
        tool,
        by=make_member(name="Reporter Unseen"),
        group=FactGroup.LICENCE,
        text=text,
        source_url="https://example.org/licence",
        language=language,
    )
    FactReport.objects.filter(pk=made.pk).update(
        created_at=timezone.now() - timedelta(days=days_ago), state=state
    )
    return made


def edit(made: FactReport) -> str:
    return reverse("factreport:edit", args=[made.pk])


def test_open_reports_come_first_and_the_oldest_of_them_on_top(desk: Client) -> None:
    tool = ToolFactory()
    closed = report(tool, "Closed long ago.", days_ago=90, state="corrected")
    new = report(tool, "Reported today.")
    old = report(tool, "Reported last month.", days_ago=30)
    page = desk.get(LIST)
    assert list(page.context["object_list"]) == [old, new, closed]
    assert "month" in page.content.decode() or "weeks" in page.content.decode()


def test_the_list_is_narrowed_by_state(desk: Client) -> None:
    tool = ToolFactory()
    report(tool, "Reported today.")
    closed = report(tool, "Closed long ago.", state="declined")
    page = desk.get(LIST, {"state": "declined"})
    assert list(page.context["object_list"]) == [closed]


def test_an_editor_reads_it_in_its_own_language_and_answers(desk: Client, editor: User) -> None:
    made = report(ToolFactory(name="Face Finder"), "الرخصة تغيرت <b>اليوم</b>.", language="ar")
    page = desk.get(edit(made))
    text = page.content.decode()
    assert "Face Finder" in text
    assert 'lang="ar" dir="rtl"' in text
    assert "<b>اليوم</b>" not in text
    form = form_of(page) | {"state": "corrected", "answer": "Corrected from the repository."}
    assert desk.post(edit(made), form).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.answer) == (ReportState.CORRECTED, "Corrected from the repository.")
    assert AuditEntry.objects.get(action="fact.answered").actor == editor


def test_who_reported_is_not_shown(desk: Client) -> None:
    made = report(ToolFactory(), "The licence has changed.")
    assert made.reporter is not None
    for url in (LIST, edit(made), reverse("factreport:history", args=[made.pk])):
        text = desk.get(url).content.decode()
        assert "Reporter Unseen" not in text
        assert made.reporter.email not in text


def test_a_report_is_not_closed_without_a_word(desk: Client) -> None:
    made = report(ToolFactory(), "The licence has changed.")
    form = form_of(desk.get(edit(made))) | {"state": "declined", "answer": ""}
    assert "answer" in desk.post(edit(made), form).context["form"].errors
    made.refresh_from_db()
    assert made.state == ReportState.OPEN


def test_what_a_member_wrote_cannot_be_changed(desk: Client) -> None:
    made = report(ToolFactory(), "The licence has changed.")
    other = ToolFactory()
    form = form_of(desk.get(edit(made))) | {"text": "Forged.", "tool": str(other.pk), "group": "identity"}
    desk.post(edit(made), form)
    made.refresh_from_db()
    assert (made.text, made.group) == ("The licence has changed.", "licence")
    assert made.tool != other


def test_nobody_makes_or_deletes_reports_here(desk: Client) -> None:
    made = report(ToolFactory(), "The licence has changed.")
    assert desk.get(reverse("factreport:add")).status_code == 302
    desk.post(reverse("factreport:delete", args=[made.pk]))
    assert FactReport.objects.filter(pk=made.pk).exists()


def test_a_translator_reads_none(translator: User, desk_of: Callable[[User], Client]) -> None:
    made = report(ToolFactory(), "The licence has changed.")
    client = desk_of(translator)
    for url in (LIST, edit(made)):
        page = client.get(url, follow=True)
        assert "The licence has changed." not in page.content.decode()
    client.post(edit(made), {"state": "declined", "answer": "No."})
    made.refresh_from_db()
    assert made.state == ReportState.OPEN


def test_the_first_page_counts_what_waits(desk: Client) -> None:
    tool = ToolFactory()
    report(tool, "Reported today.")
    report(tool, "Reported yesterday.", days_ago=1)
    report(tool, "Closed long ago.", state="declined")
    text = desk.get("/cms/").content.decode()
    assert "2 open reports of wrong facts" in text
    assert "1 tool<" in text
