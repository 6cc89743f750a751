"""The page of a tool, as a member's browser gets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Tool
from hub.core.languages import LANGUAGE_CODES, direction_of, get_language
from tests.catalogue.views.pages import Page, has, values, walk, words
from tests.factories.catalogue import (
    CapabilityFactory,
    CautionFactory,
    DataFlowFactory,
    ErrorMeasureFactory,
    FactSourceFactory,
    ImplementationFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
)
from tests.factories.people import make_account, sign_in

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]
Open = Callable[..., Page]
STAGES = ("prevention", "intake", "acquisition", "analysis", "victims", "suspects", "case", "reporting")
WHOLE: dict[str, Any] = {
    "with_sources": True,
    "with_alias": True,
    "with_caution": True,
    "with_implementation": True,
    "with_data_flow": True,
    "with_error_measure": True,
}


@pytest.fixture
def show(member_client: Client) -> Open:
    """Return a function that opens the page of a tool in a language."""

    def opened(tool: Tool, language: str = "en") -> Page:
        response = member_client.get(f"/{language}/catalogue/{tool.slug}/")
        assert response.status_code == 200
        return Page(response)

    return opened


def facts(page: Page) -> dict[str, str]:
    """Return the values of the ledgers by their labels."""
    found = {}
    for element in page.all("dt"):
        parent = next(one for one in page.all("div") if any(child is element for child in one.children))
        found[words(element)] = words(
            next(child for child in parent.children if getattr(child, "name", "") == "dd")
        )
    return found


class TestAddresses:
    def test_a_member_reads_a_published_tool(self, member_client: Client) -> None:
        tool = ToolFactory(name="Griffeye")
        response = member_client.get(tool.get_absolute_url())
        assert response.status_code == 200
        assert words(Page(response).one("h1")) == "Griffeye"

    @pytest.mark.parametrize("language", LANGUAGE_CODES)
    def test_an_unknown_tool_is_not_found_in_the_language_of_the_address(
        self, member_client: Client, language: str
    ) -> None:
        response = member_client.get(f"/{language}/catalogue/no-such-tool/")
        assert response.status_code == 404
        html = Page(response).one("html")
        assert values(html, "lang") == get_language(language).html_lang
        assert values(html, "dir") == direction_of(language)

    def test_an_unpublished_tool_is_not_found(self, member_client: Client) -> None:
        tool = ToolFactory(draft=True)
        assert member_client.get(tool.get_absolute_url()).status_code == 404
        assert member_client.get(tool.get_absolute_url() + "report/").status_code == 404

    def test_a_former_address_leads_to_the_present_one_for_good(self, member_client: Client) -> None:
        tool = ToolFactory(slug="old-name")
        tool.slug = "new-name"
        tool.save()
        for language in ("en", "ar"):
            response = member_client.get(f"/{language}/catalogue/old-name/")
            assert (response.status_code, response["Location"]) == (301, f"/{language}/catalogue/new-name/")

    def test_a_former_address_of_a_withdrawn_tool_is_not_found(self, member_client: Client) -> None:
        tool = ToolFactory(slug="old-name")
        tool.slug = "new-name"
        tool.save()
        tool.live = False
        tool.save()
        assert member_client.get("/en/catalogue/old-name/").status_code == 404

    def test_who_is_no_member_learns_nothing(self, client: Client) -> None:
        tool = ToolFactory(slug="griffeye", name="Secretname")
        answers = [client.get(f"/en/catalogue/{slug}/") for slug in ("griffeye", "no-such-tool")]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert all(b"Secretname" not in answer.content for answer in answers)
        sign_in(client, make_account())
        answers = [client.get(f"/en/catalogue/{slug}/") for slug in (tool.slug, "no-such-tool")]
        assert [answer.status_code for answer in answers] == [404, 404]

    def test_only_reading(self, member_client: Client) -> None:
        tool = ToolFactory()
        assert member_client.head(tool.get_absolute_url()).status_code == 200
        assert member_client.post(tool.get_absolute_url()).status_code == 405

    def test_a_draft_is_not_shown(self, show: Open) -> None:
        tool = ToolFactory(changed=True, summary="What members read.")
        text = show(tool).text
        assert "What members read." in text
        assert "A draft that nobody has published." not in text


class TestLanguages:
    @pytest.mark.parametrize("language", LANGUAGE_CODES)
    def test_the_page_has_its_language_and_direction(self, show: Open, language: str) -> None:
        html = show(ToolFactory(**WHOLE), language).one("html")
        assert values(html, "lang") == get_language(language).html_lang
        assert values(html, "dir") == direction_of(language)

    def test_english_texts_on_an_arabic_page_say_so(self, show: Open) -> None:
        tool = ToolFactory(
            summary="Finds faces.",
            readiness_note="Needs a course.",
            cost_note="From 3 seats.",
            with_sources=True,
        )
        CautionFactory(tool=tool, text="Errs with children.")
        ImplementationFactory(
            tool=tool, steps="Download it\nRun it", price_note="Ask the vendor.", note="Runs slowly."
        )
        DataFlowFactory(tool=tool, data_leaves="yes", what_leaves="Whole images.", note="No analytics found.")
        ErrorMeasureFactory(tool=tool, note="On adults only.")
        page = show(tool, "ar")
        for text in (
            "Finds faces.", "Needs a course.", "From 3 seats.", "Errs with children.", "Ask the vendor.", "Runs slowly.",
            "Whole images.", "No analytics found.", "On adults only.", "Download it",
        ):  # fmt: skip
            assert within_english(page, text), text

    @pytest.mark.parametrize(
        "trait", ["unknown", "with_implementation", "with_data_flow", "with_error_measure"]
    )
    def test_what_is_not_known_is_no_english_text(self, show: Open, trait: str) -> None:
        page = show(ToolFactory(**{trait: True}), "ar")
        unknown = page.all("span", css="nk")
        assert unknown
        assert {words(element) for element in unknown} == {"غير معروف"}
        within = [element for english in page.all("", lang="en") for element in walk(english)]
        assert not [element for element in unknown if any(element is other for other in within)]

    def test_translated_texts_are_the_pages_own(self, show: Open) -> None:
        tool = ToolFactory(summary="Finds faces.", summary_ar="يجد الوجوه.")
        CautionFactory(tool=tool, text="Errs with children.", text_ar="يخطئ مع الأطفال.")
        page = show(tool, "ar")
        for text in ("يجد الوجوه.", "يخطئ مع الأطفال."):
            [element] = [one for one in page.all("p") if words(one) == text]
            assert not has(element, "lang")
            assert not has(element, "dir")
        assert "Errs with children." not in page.text

    def test_the_language_bar_keeps_the_tool(self, show: Open) -> None:
        tool = ToolFactory(slug="griffeye")
        page = show(tool)
        assert page.links(page.one("nav", css="langs"))["中文"] == "/zh-hans/catalogue/griffeye/"


def within_english(page: Page, text: str) -> bool:
    return any(
        text in words(element) and values(element, "dir") == "ltr" and element.name != "html"
        for element in page.all("", lang="en")
    )


class TestFacts:
    def test_what_an_officer_asks_first_is_answered_first(self, show: Open) -> None:
        tool = ToolFactory(**WHOLE, licence="GPL-3.0-only", offline_capable="yes")
        page = show(tool)
        assert [
            (words(item.children[0]), words(item.children[1]))
            for item in page.one("dl", css="glance").children
        ] == [
            ("Can we have it?", "public"),
            ("What does it cost?", "open-source"),
            ("What leaves our network?", "no"),
            ("How does it err?", "1 published measure"),
            ("May we use it?", "not known"),
        ]

    def test_what_nobody_knows_is_written_out_everywhere(self, show: Open) -> None:
        page = show(ToolFactory(unknown=True))
        assert [words(item.children[1]) for item in page.one("dl", css="glance").children] == [
            "not known"
        ] * 5
        assert "Vendor: not known" in page.text
        assert "No stage is on record: not known" in page.text
        assert "Nobody has published a rate that we could trace to a version and a test set." in page.text
        assert "No source is on record for this tool." in page.text
        assert "never checked" in page.text
        ledger = [words(row) for row in page.all("dl", css="ledger")]
        assert all("not known" in words(row) for row in page.all("dl", css="ledger"))
        assert len(ledger) == 2

    def test_every_fact_stands_there(self, show: Open) -> None:
        tool = ToolFactory(
            **{**WHOLE, "with_implementation": False},
            data_types=["image", "video"],
            interface_languages=["ar", "pt-BR"],
            capabilities=[CapabilityFactory(code="ocr", label="Reading text")],
            licence="MIT OR GPL-3.0-only",
        )
        ImplementationFactory(
            tool=tool,
            steps="Download it\nRun it",
            prerequisites="Windows 11\n8 GB of memory",
            model_download_mb=142,
            last_release="1.2",
            price_note="Free.",
            support="By mail.",
            training="A course.",
        )
        found = facts(show(tool))
        expected = {
            "What it does": "Reading text",
            "Data it reads": "image, video",
            "Role of AI": "core-ai",
            "Readiness": "turnkey",
            "Where it runs": "desktop",
            "Operating systems": "linux",
            "Works offline": "Yes",
            "Who may have it": "public",
            "Interface languages": "Arabic, Brazilian Portuguese",
            "Cost": "open-source",
            "Licence": "MIT OR GPL-3.0-only permissive / strong-copyleft",
            "Price": "Free.",
            "Way of installation": "installer",
            "Steps": "Download it Run it",
            "What must be there": "Windows 11 8 GB of memory",
            "Graphics processor": "optional",
            "Time to set up": "hours",
            "Skills": "no-special",
            "Download of models": "142 MB",
            "Support": "By mail.",
            "Training": "A course.",
            "Last release": "1.2",
        }
        assert {label: found.get(label) for label in expected} == expected

    def test_many_gaps_share_a_row_that_names_them_and_asks(self, show: Open) -> None:
        page = show(ToolFactory(unknown=True, slug="gaps"))
        found = facts(page)
        assert (
            found[
                "What it does, Data it reads, Role of AI, Readiness, Where it runs, Operating systems, Works offline, Who may have it, Interface languages"
            ]
            == "not known"
        )
        assert "/en/catalogue/gaps/report/?group=deployment" in page.links().values()

    def test_the_page_leads_to_the_list_of_its_capability(self, show: Open) -> None:
        tool = ToolFactory(capabilities=[CapabilityFactory(code="ocr", label="Reading text")])
        assert show(tool).links()["Reading text"] == "/en/catalogue/?capability=ocr"

    def test_stages_are_marked_and_wellbeing_is_said(self, show: Open) -> None:
        for position, code in enumerate((*STAGES, "wellbeing")):
            StageFactory(code=code, label=code.capitalize(), position=position)
        page = show(ToolFactory(stages=["case", "wellbeing"]))
        section = page.one("section", id="stage")
        assert [
            words(item)
            for item in walk(section)
            if item.name == "li" and "on" in values(item, "class").split()
        ] == [
            "Case, served",
            "Wellbeing",
        ]
        assert "not stated for this tool" in words(
            show(ToolFactory(stages=["case"])).one("section", id="stage")
        )

    def test_the_vendor_and_other_names_are_named(self, show: Open) -> None:
        tool = ToolFactory(
            name="Griffeye", vendor=VendorFactory(name="Magnet", country="CA"), with_alias=True
        )
        text = show(tool).text
        assert "Magnet, Canada" in text
        assert f"Also known as {tool.aliases.get().name}" in text


class TestCautions:
    @pytest.mark.parametrize("number", [1, 2, 3, 7])
    def test_cautions_stand_in_full_however_many_there_are(self, show: Open, number: int) -> None:
        tool = ToolFactory()
        for one in range(number):
            CautionFactory(tool=tool, text=f"Caution {one}: " + "errs, " * 120, kind="bias")
        page = show(tool)
        notices = [words(note) for note in page.all("div", css="note")]
        assert len(notices) == number
        for one in range(number):
            assert words(f"Caution {one}: " + "errs, " * 120) in notices[one]
            assert "example.org/source" in notices[one]
            assert "22 Nov 2026" in notices[one]

    def test_a_ruling_is_called_one_and_answers_whether_it_may_be_used(self, show: Open) -> None:
        tool = ToolFactory()
        CautionFactory(
            tool=tool, kind="regulator-decision", text="Forbidden.", issued_by="A court", issued_on="2026-01"
        )
        page = show(tool)
        assert "Decision by an authority" in words(page.one("div", css="ruling"))
        assert "Issued by A court, Jan 2026" in words(page.one("div", css="ruling"))
        assert "An authority has decided" in words(page.one("dl", css="glance"))
        assert "No authority’s decision" not in page.text

    def test_without_a_ruling_nothing_is_permitted(self, show: Open) -> None:
        assert "That is not a permission" in show(ToolFactory(with_caution=True)).text

    def test_a_caution_that_nobody_checked_says_so(self, show: Open) -> None:
        tool = ToolFactory()
        CautionFactory(tool=tool, confidence="known", source_url="")
        assert "not checked against a source" in words(show(tool).one("div", css="note"))


class TestErrors:
    def test_an_independent_rate_is_preferred_and_shown_on_the_card(self, show: Open) -> None:
        tool = ToolFactory()
        ErrorMeasureFactory(tool=tool, measure="false-positive-rate", value="0.1", measured_by="vendor")
        ErrorMeasureFactory(
            tool=tool, measure="false-positive-rate", value="2.5", measured_by="independent", test_set="B"
        )
        section = words(show(tool).one("section", id="errors"))
        card = words(show(tool).one("div", css="errs"))
        assert "2.5%" in card
        assert "One of several published rates; the others are below." in card
        assert "0.1%" in section

    def test_a_rate_that_nobody_published_is_not_known_beside_one_that_is(self, show: Open) -> None:
        tool = ToolFactory()
        ErrorMeasureFactory(tool=tool, measure="false-negative-rate", value="3")
        halves = [words(one) for one in show(tool).one("div", css="errs").children]
        assert halves[0].startswith("False positives")
        assert "not known" in halves[0]
        assert "3%" in halves[1]
        assert "The only published rate." in halves[1]

    def test_measures_of_one_test_stand_together_and_each_value_is_there(self, show: Open) -> None:
        tool = ToolFactory()
        capability = CapabilityFactory(code="age")
        for group, value in (("", "91.5"), ("women", "90"), ("men", "93")):
            ErrorMeasureFactory(
                tool=tool, capability=capability, group=group, value=value, test_set="Adience"
            )
        ErrorMeasureFactory(
            tool=tool, capability=capability, value="4.2", unit="years", measure="mae-years", test_set="UTK"
        )
        ErrorMeasureFactory(
            tool=tool, capability=capability, value="0.97", unit="fraction", measure="auc", test_set="UTK"
        )
        rows = [
            words(row)
            for row in show(tool).one("section", id="errors").children[-1].children[0].children[-1].children
        ]
        assert len(rows) == 3
        for part in ("all 91.5%", "women 90%", "men 93%"):
            assert part in rows[0]
        assert "4.2 years" in rows[1]
        assert "0.97" in rows[2]

    def test_the_words_for_the_whole_test_set_are_of_the_pages_language(self, show: Open) -> None:
        tool = ToolFactory()
        capability = CapabilityFactory(code="age")
        for group in ("", "women"):
            ErrorMeasureFactory(tool=tool, capability=capability, group=group, test_set="Adience")
        groups = show(tool, "fr").one("ul", css="groups")
        assert [
            values(one, "lang")
            for item in groups.children
            for one in item.children[:1]
            if hasattr(one, "name") and has(one, "lang")
        ] == ["en"]


class TestEgress:
    @pytest.mark.parametrize(
        ("leaves", "expected"),
        [("no", "Stays."), ("yes", "Leaves."), ("optional", "Your choice."), ("", "not known")],
    )
    def test_whether_material_leaves_is_said(self, show: Open, leaves: str, expected: str) -> None:
        tool = ToolFactory()
        DataFlowFactory(
            tool=tool,
            data_leaves=leaves,
            vendor_training_use="",
            telemetry="opt-out",
            note="Read in the manual.",
        )
        rows = [
            words(row)
            for row in show(tool).one("section", id="egress").children
            if getattr(row, "name", "") == "div"
        ]
        assert f"The material you examine {expected}" in " ".join(rows)
        assert "Used to train the vendor’s models not known" in " ".join(rows)
        assert "Read in the manual." in words(show(tool).one("section", id="egress"))

    def test_a_tool_without_a_record_has_five_unknowns(self, show: Open) -> None:
        assert words(show(ToolFactory()).one("section", id="egress")).count("not known") == 5


class TestSources:
    def tool(self) -> Tool:
        tool = ToolFactory(capabilities=["ocr"])
        for number, group in enumerate(
            ("purpose", "deployment", "access-cost", "ai-errors", "languages", "licence")
        ):
            FactSourceFactory(tool=tool, group=group, url=f"https://example.org/{number % 4}")
        CautionFactory(tool=tool, source_url="https://example.org/ruling")
        ImplementationFactory(tool=tool, source_url="https://example.org/install")
        DataFlowFactory(tool=tool, source_url="https://example.org/privacy")
        ErrorMeasureFactory(tool=tool, source_url="https://example.org/paper")
        ErrorMeasureFactory(tool=tool, source_url="https://example.org/1", measure="false-positive-rate")
        return tool

    def test_sources_are_numbered_without_gaps_and_every_mark_leads_to_one(self, show: Open) -> None:
        page = show(self.tool())
        numbers = [values(item, "id") for item in page.one("ol", css="srcs").children]
        assert numbers == [f"s{number}" for number in range(1, 9)]
        marks = page.all("a", css="ref")
        assert len(marks) > 12
        assert {values(mark, "href") for mark in marks} <= {f"#{number}" for number in numbers}
        for mark in marks:
            assert words(mark) == f"Source {values(mark, 'href').removeprefix('#s')}"

    def test_numbers_rise_down_the_page(self, show: Open) -> None:
        tool = ToolFactory(capabilities=[], data_types=[])
        for number, group in enumerate(("purpose", "deployment", "access-cost", "licence")):
            FactSourceFactory(tool=tool, group=group, url=f"https://example.org/{number}")
        first: dict[str, None] = {}
        for mark in show(tool).all("a", css="ref"):
            first.setdefault(values(mark, "href"))
        assert list(first) == sorted(first)

    def test_a_title_is_kept_whoever_names_the_address_first(self, show: Open) -> None:
        tool = ToolFactory()
        url = "https://example.org/manual"
        CautionFactory(tool=tool, source_url=url, checked_on="2026-11-25")
        FactSourceFactory(tool=tool, group="deployment", url=url, title="The manual", checked_on="2026-11-01")
        item = words(show(tool).one("ol", css="srcs"))
        assert "The manual" in item
        assert "25 Nov 2026" in item

    def test_ids_are_unique_and_every_link_inside_the_page_leads_somewhere(self, show: Open) -> None:
        for tool in (self.tool(), ToolFactory(unknown=True), ToolFactory(**WHOLE)):
            page = show(tool)
            assert len(set(page.ids)) == len(page.ids)
            inside = {
                values(link, "href")[1:] for link in page.all("a") if values(link, "href").startswith("#")
            }
            assert inside <= set(page.ids)

    def test_no_address_tells_other_sites_where_the_reader_came_from(self, show: Open) -> None:
        for link in show(self.tool()).all("a"):
            if values(link, "href").startswith("http"):
                assert "noreferrer" in values(link, "rel")


class TestSimilar:
    def test_similar_tools_are_named_and_withdrawn_ones_are_not(self, show: Open, index: Deliver) -> None:
        face = [CapabilityFactory(code="face"), CapabilityFactory(code="age")]
        tools = [
            ToolFactory(
                name=f"Face tool {number}", capabilities=face, summary="Compares faces of children in images."
            )
            for number in range(4)
        ]
        for number in range(8):
            ToolFactory(
                name=f"Disk tool {number}",
                summary="Copies whole disks bit by bit.",
                data_types=["disk"],
                ai_role="no-ai",
            )
        index()
        aside = show(tools[0]).links()
        assert {"Face tool 1", "Face tool 2", "Face tool 3"} <= set(aside)
        tools[1].live = False
        tools[1].save()
        assert "Face tool 1" not in show(tools[0]).links()

    def test_without_an_index_the_page_is_whole(self, show: Open) -> None:
        page = show(ToolFactory(**WHOLE))
        assert "Tools like this one" not in page.text


class TestCost:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_a_page_takes_a_fixed_number_of_queries(
        self, member_client: Client, index: Deliver, language: str
    ) -> None:
        small = ToolFactory(stages=["analysis"], capabilities=["ocr"], **WHOLE)
        large = ToolFactory(stages=["analysis", "intake"], capabilities=["ocr", "face"], **WHOLE)
        for _ in range(3):
            CautionFactory(tool=large)
            ErrorMeasureFactory(tool=large)
            large.aliases.create(name=f"Alias {_}")
        index()
        counted = []
        for tool in (small, large, small):
            with CaptureQueriesContext(connection) as queries:
                assert member_client.get(f"/{language}/catalogue/{tool.slug}/").status_code == 200
            counted.append(len(queries))
        assert counted[1] == counted[2] <= 15
