"""Reporting a wrong fact."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from catalogue.actions.report_fact import report_fact
from catalogue.enums import FactGroup, ReportState
from catalogue.models import FactReport, Tool
from hub.core.audit import verify_chain
from hub.core.enums import MembershipState
from hub.core.models import AuditEntry, User
from tests.catalogue.views.pages import Page, has, values, words
from tests.factories.catalogue import ToolFactory
from tests.factories.people import make_account, make_member, sign_in

pytestmark = pytest.mark.django_db

GOOD = {
    "group": "licence",
    "text": "The licence is AGPL-3.0 since version 2.",
    "source_url": "https://example.org/LICENSE",
}


@pytest.fixture
def tool() -> Tool:
    return ToolFactory(slug="griffeye", name="Griffeye")


ADDRESS = "/en/catalogue/griffeye/report/"


class TestTheForm:
    def test_it_is_empty_at_first(self, member_client: Client, tool: Tool) -> None:
        page = Page(member_client.get(ADDRESS))
        assert "Griffeye" in page.text
        assert words(page.one("textarea")) == ""
        assert not [box for box in page.all("input", type="radio") if has(box, "checked")]
        assert len(page.all("input", type="radio")) == len(FactGroup.values)
        assert not page.all("div", css="summary")

    def test_the_facts_in_question_are_chosen_beforehand(self, member_client: Client, tool: Tool) -> None:
        page = Page(member_client.get(ADDRESS + "?group=licence"))
        assert [values(box, "value") for box in page.all("input", type="radio") if has(box, "checked")] == [
            "licence"
        ]

    @pytest.mark.parametrize("group", ["nonsense", "", "<script>", "licence&group=x"])
    def test_an_unknown_choice_is_none(self, member_client: Client, tool: Tool, group: str) -> None:
        response = member_client.get(ADDRESS + f"?group={group}")
        assert response.status_code == 200
        assert b"<script>" not in response.content

    def test_it_says_not_to_write_about_cases(self, member_client: Client, tool: Tool) -> None:
        assert "Never write about a case, a victim or a suspect." in Page(member_client.get(ADDRESS)).text


class TestSending:
    def test_a_report_is_kept_and_the_sender_thanked_on_the_tools_page(
        self, member_client: Client, member: User, tool: Tool
    ) -> None:
        response = member_client.post(ADDRESS.replace("/en/", "/fr/"), GOOD)
        assert (response.status_code, response["Location"]) == (302, "/fr/catalogue/griffeye/")
        report = FactReport.objects.get()
        assert (report.tool, report.reporter, report.language, report.state) == (
            tool,
            member,
            "fr",
            ReportState.OPEN,
        )
        assert {name: getattr(report, name) for name in GOOD} == GOOD
        shown = Page(member_client.get("/en/catalogue/griffeye/"))
        assert shown.all("div", role="status")

    def test_a_report_is_recorded_without_its_words(
        self, member_client: Client, member: User, tool: Tool
    ) -> None:
        member_client.post(ADDRESS, GOOD)
        entry = AuditEntry.objects.get(action="fact.reported")
        assert entry.actor == member
        assert entry.details == {"tool": tool.pk, "group": "licence"}
        assert verify_chain() is None

    def test_a_form_that_is_sent_twice_is_kept_once(self, member_client: Client, tool: Tool) -> None:
        for _ in range(2):
            assert member_client.post(ADDRESS, GOOD).status_code == 302
        assert FactReport.objects.count() == 1
        assert AuditEntry.objects.filter(action="fact.reported").count() == 1

    def test_another_text_or_another_person_is_another_report(
        self, member_client: Client, client: Client, tool: Tool
    ) -> None:
        member_client.post(ADDRESS, GOOD)
        member_client.post(ADDRESS, {**GOOD, "text": "The licence is MIT, as the file says."})
        other = Client()
        sign_in(other, make_member())
        other.post(ADDRESS, GOOD)
        assert FactReport.objects.count() == 3

    def test_the_source_is_optional(self, member_client: Client, tool: Tool) -> None:
        assert member_client.post(ADDRESS, {**GOOD, "source_url": ""}).status_code == 302
        assert FactReport.objects.get().source_url == ""


class TestBadInput:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"text": ""}, "Write what is wrong."),
            ({"text": "   \n "}, "Write what is wrong."),
            ({"text": "Wrong."}, "Write at least 10 characters, so that an editor can check it."),
            ({"text": "x" * 2_001}, "Write at most 2000 characters; these are 2001."),
            ({"group": ""}, "Choose the facts that are wrong."),
            ({"group": "colour"}, "Select a valid choice. colour is not one of the available choices."),
            ({"source_url": "javascript:alert(1)"}, "Enter a valid URL."),
            ({"source_url": "https://intranet/x"}, "Enter a valid URL."),
            ({"source_url": "https://user:secret@example.org/"}, "Write the whole public address"),
            ({"source_url": "http://10.0.0.1/"}, "Write the whole public address"),
        ],
    )
    def test_what_was_typed_stays_and_the_error_is_named_twice(
        self, member_client: Client, tool: Tool, changes: dict[str, str], message: str
    ) -> None:
        sent = {**GOOD, **changes}
        response = member_client.post(ADDRESS, sent)
        assert response.status_code == 422
        page = Page(response)
        assert message in words(page.one("div", css="summary"))
        assert page.text.count(message) == 2
        assert words(page.one("textarea")) == words(sent["text"])
        assert values(page.one("input", type="url"), "value") == sent["source_url"]
        checked = [values(box, "value") for box in page.all("input", type="radio") if has(box, "checked")]
        assert checked == ([sent["group"]] if sent["group"] in FactGroup.values else [])
        targets = [href[1:] for href in page.links(page.one("div", css="summary")).values()]
        assert targets
        assert set(targets) <= set(page.ids)
        assert "Error:" in words(page.one("title"))
        assert not FactReport.objects.exists()

    def test_an_empty_form_has_two_errors(self, member_client: Client, tool: Tool) -> None:
        response = member_client.post(ADDRESS, {})
        assert response.status_code == 422
        assert len(Page(response).links(Page(response).one("div", css="summary"))) == 2

    def test_html_stays_text(self, member_client: Client, tool: Tool) -> None:
        response = member_client.post(
            ADDRESS, {**GOOD, "text": "</textarea><script>alert(1)</script>", "group": ""}
        )
        assert b"<script>alert" not in response.content

    def test_a_form_needs_its_token(self, member: User, tool: Tool) -> None:
        careful = Client(enforce_csrf_checks=True)
        sign_in(careful, member)
        assert careful.post(ADDRESS, GOOD).status_code == 403
        assert not FactReport.objects.exists()


class TestWhoMay:
    def test_members_only(self, client: Client, tool: Tool) -> None:
        assert client.get(ADDRESS).status_code == 302
        assert client.post(ADDRESS, GOOD).status_code == 302
        sign_in(client, make_account())
        assert client.get(ADDRESS).status_code == 404
        assert client.post(ADDRESS, GOOD).status_code == 404
        assert not FactReport.objects.exists()

    def test_a_tool_that_one_may_not_see_cannot_be_reported(self, member_client: Client) -> None:
        ToolFactory(slug="griffeye", draft=True)
        assert member_client.get(ADDRESS).status_code == 404
        assert member_client.post(ADDRESS, GOOD).status_code == 404

    def test_the_action_refuses_whatever_the_page_did(self, member: User, tool: Tool) -> None:
        member.membership_state = MembershipState.SUSPENDED
        member.save()
        with pytest.raises(PermissionDenied):
            report_fact(tool, by=member, group=FactGroup.LICENCE, text="It is another licence.")
        assert not FactReport.objects.exists()
        assert not AuditEntry.objects.filter(action="fact.reported").exists()

    def test_other_methods_are_refused(self, member_client: Client, tool: Tool) -> None:
        assert member_client.put(ADDRESS).status_code == 405
        assert member_client.head(ADDRESS).status_code == 200
