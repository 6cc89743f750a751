"""The list of tools, as a member's browser gets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.search.facets import FACETS
from catalogue.search.results import PAGE_SIZE
from hub.core.enums import Role
from hub.core.languages import LANGUAGE_CODES, direction_of, get_language
from tests.catalogue.views.pages import Page, has, values, words
from tests.factories.catalogue import (
    CapabilityFactory,
    CautionFactory,
    FactSourceFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
)
from tests.factories.people import make_account, make_member, sign_in

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]
ENGLISH = "Finds faces in images."
ARABIC = "يجد الوجوه في الصور."
STAGES = ("prevention", "intake", "acquisition", "analysis", "victims", "suspects", "case", "reporting")


@pytest.fixture
def browse(member_client: Client) -> Callable[..., Page]:
    """Return a function that opens the list of a language with these parameters."""

    def opened(query: str = "", language: str = "en", **headers: str) -> Page:
        response = member_client.get(f"/{language}/catalogue/{query}", headers=headers)
        assert response.status_code == 200
        return Page(response)

    return opened


Browse = Callable[..., Page]


def names(page: Page) -> list[str]:
    return [words(heading) for heading in page.all("h3", css="name")]


def number(page: Page) -> int:
    return int(re.sub(r"\D", "", words(page.one("h2", css="count"))))


class TestTheDoor:
    def test_a_member_gets_the_list(self, member_client: Client, index: Deliver) -> None:
        response = member_client.get(reverse("catalogue:index"))
        assert response.status_code == 200
        assert "HX-Request" in response["Vary"]

    def test_a_browser_may_ask_for_the_head_and_not_post(self, member_client: Client, index: Deliver) -> None:
        head = member_client.head(reverse("catalogue:index"))
        assert (head.status_code, head.content) == (200, b"")
        assert member_client.post(reverse("catalogue:index")).status_code == 405

    def test_anonymous_is_sent_to_sign_in_and_who_is_no_member_finds_nothing(
        self, client: Client, index: Deliver
    ) -> None:
        ToolFactory(name="Griffeye")
        address = reverse("catalogue:index") + "?q=griffeye"
        response = client.get(address)
        assert response.status_code == 302
        assert b"riffeye</" not in response.content
        sign_in(client, make_account())
        assert client.get(address).status_code == 404


class TestLanguages:
    @pytest.mark.parametrize("language", LANGUAGE_CODES)
    def test_the_page_has_its_language_and_direction(
        self, browse: Browse, index: Deliver, language: str
    ) -> None:
        html = browse(language=language).one("html")
        assert values(html, "lang") == get_language(language).html_lang
        assert values(html, "dir") == direction_of(language)

    def test_an_english_summary_on_an_arabic_page_says_so(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(summary=ENGLISH)
        index()
        page = browse(language="ar")
        [summary] = [element for element in page.all("p") if words(element) == ENGLISH]
        assert (values(summary, "lang"), values(summary, "dir")) == ("en", "ltr")
        assert page.all("span", css="prov")

    def test_an_arabic_summary_is_the_pages_own(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(summary=ENGLISH, summary_ar=ARABIC)
        index()
        page = browse(language="ar")
        [summary] = [element for element in page.all("p") if words(element) == ARABIC]
        assert not has(summary, "lang")
        assert not has(summary, "dir")

    def test_an_english_summary_on_an_english_page_needs_no_word_about_it(
        self, browse: Browse, index: Deliver
    ) -> None:
        ToolFactory(summary=ENGLISH, summary_ar=ARABIC)
        index()
        page = browse()
        assert ENGLISH in page.text
        assert not page.all("span", css="prov")

    def test_an_english_caution_on_an_arabic_page_says_so(self, browse: Browse, index: Deliver) -> None:
        CautionFactory(tool=ToolFactory(), text="Errs with children.")
        index()
        [text] = [
            element
            for element in browse(language="ar").all("span")
            if words(element) == "Errs with children."
        ]
        assert (values(text, "lang"), values(text, "dir")) == ("en", "ltr")

    def test_the_language_bar_keeps_the_query(self, browse: Browse, index: Deliver) -> None:
        page = browse("?q=face&cost=free&cost=commercial")
        assert (
            page.links(page.one("nav", css="langs"))["عربي"]
            == "/ar/catalogue/?q=face&cost=free&cost=commercial"
        )


class TestRows:
    def test_a_row_says_what_a_tool_is_who_makes_it_and_when_it_was_checked(
        self, browse: Browse, index: Deliver
    ) -> None:
        tool = ToolFactory(
            name="Griffeye",
            vendor=VendorFactory(name="Magnet Forensics", country="CA"),
            summary="Sorts images.",
        )
        FactSourceFactory(tool=tool, checked_on="2026-11-22")
        index()
        row = browse().one("li", css="hit")
        text = words(row)
        for part in (
            "Griffeye",
            "Magnet Forensics",
            "Canada",
            "Sorts images.",
            "open-source",
            "desktop",
            "public",
        ):
            assert part in text
        assert "22 Nov 2026" in text
        assert tool.get_absolute_url() in {values(link, "href") for link in browse().all("a")}

    def test_what_is_not_known_is_written_out(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(unknown=True)
        index()
        page = browse()
        row = page.one("li", css="hit")
        assert words(row).count("not known") == 5
        assert "never checked" in words(row)

    def test_cautions_stand_in_full_and_rulings_are_called_so(self, browse: Browse, index: Deliver) -> None:
        tool = ToolFactory()
        long = "Errs. " * 160
        CautionFactory(tool=tool, text=long)
        CautionFactory(tool=tool, text="A court has forbidden it.", kind="regulator-decision")
        index()
        row = words(browse().one("li", css="hit"))
        assert words(long) in row
        assert "Decision by an authority. A court has forbidden it." in row

    def test_the_words_that_match_are_marked(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(summary="Finds faces in images, and a face in a crowd.")
        index()
        assert [words(mark) for mark in browse("?q=faces").all("mark")] == ["faces", "face"]

    def test_eight_stages_stand_above_the_list_and_wellbeing_does_not(
        self, browse: Browse, index: Deliver
    ) -> None:
        for position, code in enumerate((*STAGES, "wellbeing")):
            StageFactory(code=code, position=position)
        ToolFactory(stages=["case"])
        index()
        page = browse()
        assert [words(item) for item in page.one("ol", css="key").children] == [
            code.capitalize() for code in STAGES
        ]
        assert [has(mark, "class") for mark in page.one("span", css="st").children] == [
            code == "case" for code in STAGES
        ]


class TestNumbers:
    @pytest.fixture(autouse=True)
    def _tools(self, index: Deliver) -> None:
        for number, (role, cost) in enumerate(
            [
                ("core-ai", "free"),
                ("ai-assisted", ""),
                ("about-ai", "free"),
                ("no-ai", "free"),
                ("", "commercial"),
            ]
        ):
            ToolFactory(name=f"Tool {number}", ai_role=role, cost_model=cost, capabilities=["ocr"])
        index()

    def test_both_numbers_about_ai_are_said_and_their_links_lead_to_just_these(self, browse: Browse) -> None:
        page = browse()
        assert number(page) == 5
        assert "3 use, test or govern AI." in page.text
        assert "2 are useful beside them." in page.text
        links = page.links()
        assert number(browse(links["Show only these"])) == 3
        assert number(browse(links["Show only those"])) == 2

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("?cost=free", "2 use, test or govern AI."),
            ("?cost=commercial", "None of them uses AI; they are useful beside tools that do."),
            ("?cost=not-known", "All of them use, test or govern AI."),
        ],
    )
    def test_they_follow_the_filters(self, browse: Browse, query: str, sentence: str) -> None:
        assert sentence in browse(query).text

    def test_who_has_chosen_a_role_is_not_told(self, browse: Browse) -> None:
        assert "govern AI" not in browse("?ai=core-ai").text

    def test_the_unknown_is_offered_and_its_link_keeps_the_promise(self, browse: Browse) -> None:
        page = browse("?cost=free")
        assert number(page) == 3
        assert "1 more tool matches if you include those of which “Cost” is not known." in page.text
        assert number(browse(page.links()["Include it: Cost"])) == 4

    @pytest.mark.parametrize("query", ["", "?cost=free&cost=not-known", "?offline=yes", "?cautions=no"])
    def test_it_is_not_offered_where_there_is_nothing_to_offer(self, browse: Browse, query: str) -> None:
        assert "is not known." not in browse(query).text

    def test_a_chosen_filter_can_be_taken_back(self, browse: Browse) -> None:
        page = browse("?q=tool&cost=free&cost=commercial&sort=name")
        chips = {values(link, "href") for link in page.all("a")}
        assert "?q=tool&cost=commercial&sort=name" in chips
        assert "?q=tool&cost=free&sort=name" in chips
        assert "?q=tool&sort=name" in chips

    def test_the_chosen_order_is_selected(self, browse: Browse) -> None:
        for query, label in (
            ("", "AI and ready tools first"),
            ("?sort=name", "Name"),
            ("?sort=newest", "Newest check"),
        ):
            [option] = [
                one for one in browse(query).one("select", id="sort").children if has(one, "selected")
            ]
            assert words(option) == label
        best = browse("?q=tool&sort=relevance").one("select", id="sort")
        assert [words(one) for one in best.children if has(one, "selected")] == ["Best match"]


class TestFilters:
    def test_each_facet_has_its_group_with_counts(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(capabilities=[CapabilityFactory(code="ocr", label="Reading text")])
        ToolFactory(unknown=True, offline_capable="no")
        index()
        page = browse("?cost=open-source&offline=no")
        groups = [
            values(group, "id") for group in page.all("details") if not values(group, "id").endswith("-more")
        ]
        assert groups == [f"facet-{facet.name}" for facet in FACETS]
        boxes = {values(box, "id"): box for box in page.all("input", type="checkbox")}
        assert has(boxes["facet-cost-open-source"], "checked")
        assert has(boxes["facet-offline-no"], "checked")
        assert not has(boxes["facet-cost-free"], "checked")
        labels = {values(label, "for"): words(label) for label in page.all("label")}
        assert labels["facet-offline-yes"] == "yes 1"
        assert labels["facet-cost-not-known"] == "not known 1"
        assert labels["facet-offline-no"] == "no 0"
        assert labels["facet-access-public"] == "public 0"
        assert labels["facet-capability-ocr"] == "Reading text 0"
        zero = {values(label, "for") for item in page.all("li", css="zero") for label in item.children}
        assert "facet-offline-no" in zero
        assert "facet-offline-yes" not in zero

    def test_countries_stand_by_number_then_by_name_and_the_unknown_last(
        self, browse: Browse, index: Deliver
    ) -> None:
        for number, country in enumerate(["FR", "CA", "CA", "BE", ""]):
            ToolFactory(vendor=VendorFactory(name=f"V{number}", country=country))
        index()
        page = browse()
        labels = [
            words(label) for label in page.all("label") if values(label, "for").startswith("facet-country-")
        ]
        assert labels == ["Canada 2", "Belgium 1", "France 1", "not known 1"]

    def test_an_unknown_code_of_a_stage_stays_chosen_so_that_it_can_be_taken_back(
        self, browse: Browse, index: Deliver
    ) -> None:
        ToolFactory()
        index()
        page = browse("?stage=no-such-stage")
        assert number(page) == 0
        assert "1 tool matches if you leave out “no-such-stage”." in page.text
        assert number(browse(page.links()["Leave it out: no-such-stage"])) == 1


class TestPages:
    def test_pages_lead_to_each_other(self, browse: Browse, index: Deliver) -> None:
        for count in range(PAGE_SIZE * 2 + 1):
            ToolFactory(name=f"Tool {count:02d}")
        index()
        seen: list[str] = []
        page = browse("?cost=open-source")
        for expected in ("1–20 of 41", "21–40 of 41", "41–41 of 41"):
            assert expected in words(page.one("nav", css="pager"))
            seen += names(page)
            following = page.all("a", rel="next")
            page = browse(values(following[0], "href")) if following else page
        assert len(set(seen)) == len(seen) == 41
        assert values(page.one("a", rel="prev"), "href") == "?cost=open-source&page=2"
        assert "page 3" in words(page.one("title"))

    def test_one_page_needs_no_pager(self, browse: Browse, index: Deliver) -> None:
        ToolFactory()
        index()
        assert not browse().all("nav", css="pager")


class TestWords:
    def test_a_correction_is_said_and_the_way_back_leads_to_the_words(
        self, browse: Browse, index: Deliver
    ) -> None:
        ToolFactory(name="Griffeye")
        index()
        page = browse("?q=grifeye&cost=open-source")
        assert "Searching for griffeye instead." in page.text
        assert number(page) == 1
        exact = browse(page.links()["Search for “grifeye”"])
        assert number(exact) == 0
        assert "Did you mean griffeye" in exact.text
        assert number(browse(exact.links()["griffeye"])) == 1

    def test_a_concept_is_said_and_the_words_alone_are_one_link_away(
        self, browse: Browse, index: Deliver
    ) -> None:
        face = CapabilityFactory(code="face", label="Face recognition", label_zh_hans="人脸识别")
        ToolFactory(summary="Compares portraits.", capabilities=[face])
        index()
        page = browse("?q=人脸识别")
        assert "Widened to Face recognition, in whichever language it is named." in page.text
        assert number(page) == 1
        exact = browse(page.links()["Search for the words alone"])
        assert "Only the words as you wrote them." in exact.text

    def test_words_that_were_left_out_are_said(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(name="Griffeye", summary="Sorts seized images.")
        index()
        page = browse("?q=griffeye+images+zxqvwkjh")
        assert number(page) == 1
        assert "Left out: zxqvwkjh" in page.text
        assert number(browse(page.links()["Search for the words alone"])) == 0

    def test_an_empty_result_names_what_to_drop(self, browse: Browse, index: Deliver) -> None:
        ToolFactory(name="Griffeye", cost_model="commercial", offline_capable="yes")
        index()
        page = browse("?q=griffeye&cost=free&offline=yes")
        assert "No tool matches “griffeye” with these filters." in page.text
        assert "1 tool matches if you leave out “Cost: free”." in page.text
        assert number(browse(page.links()["Leave it out: Cost: free"])) == 1

    def test_a_text_without_results_gets_help(self, browse: Browse, index: Deliver) -> None:
        index()
        page = browse("?q=zxqvwkjh")
        assert "No tool matches “zxqvwkjh”." in page.text
        assert "/en/catalogue/" in page.links(page.one("div", id="results")).values()

    def test_a_text_is_shown_as_it_was_typed_and_never_as_html(self, browse: Browse, index: Deliver) -> None:
        page = browse("?q=%3Cscript%3Ealert(1)%3C/script%3E+%22x%22")
        assert values(page.one("input", type="search"), "value") == '<script>alert(1)</script> "x"'
        assert "<script>alert" not in page.html

    def test_what_was_not_understood_is_named(self, browse: Browse, index: Deliver) -> None:
        page = browse("?cost=gratis&utm_source=mail&sort=price&page=x&<b>=1")
        assert "Not everything in this address was understood" in page.text
        for part in ("cost=gratis", "utm_source", "sort=price", "page=x", "<b>"):
            assert part in page.text
        assert "Not everything" not in browse("?q=&cost=free&page=1").text


class TestWithoutAnIndex:
    def test_the_page_says_so_and_lists_by_name_without_numbers(self, browse: Browse) -> None:
        for name in ("Beta", "Alpha"):
            ToolFactory(name=name)
        page = browse("?cost=open-source")
        assert "The search index is being made." in page.text
        assert [name.split()[0] for name in names(page)] == ["Alpha", "Beta"]
        assert not page.all("span", css="n")
        assert "govern AI" not in words(page.one("div", id="results"))


class TestUpdatingInPlace:
    def test_a_script_gets_the_same_page(self, member_client: Client, index: Deliver) -> None:
        ToolFactory()
        index()
        address = reverse("catalogue:index") + "?q=faces&cost=open-source"
        plain = member_client.get(address)
        swapped = member_client.get(
            address,
            headers={"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": "/en/catalogue/"},
        )
        assert swapped.status_code == 200
        assert swapped.content == plain.content

    def test_the_parts_that_are_swapped_are_there_once(self, browse: Browse, index: Deliver) -> None:
        ToolFactory()
        index()
        page = browse("?q=faces&cost=open-source")
        assert len(set(page.ids)) == len(page.ids)
        assert {"results", "filter-groups", "filter-apply", "search-note", "filters"} <= set(page.ids)
        fragments = {
            values(link, "href")[1:] for link in page.all("a") if values(link, "href").startswith("#")
        }
        assert fragments <= set(page.ids)


class TestCost:
    @staticmethod
    def queries(client: Client, address: str) -> int:
        # What a process reads once (types of content, words of the taxonomy) is read before.
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    @pytest.mark.parametrize("language", ["en", "ar"])
    @pytest.mark.parametrize(
        "query",
        [
            "?q=faces&cost=open-source&offline=yes",
            "?q=facse&cost=open-source&offline=yes",
            "?cost=freemium&offline=no",
            "",
        ],
    )
    def test_a_list_takes_at_most_twelve_queries_however_long_it_is(
        self, member_client: Client, index: Deliver, language: str, query: str
    ) -> None:
        found: list[int] = []
        for more in (1, 2):
            for _ in range(more):
                ToolFactory(
                    with_sources=True,
                    with_alias=True,
                    with_caution=True,
                    stages=["analysis"],
                    capabilities=["ocr"],
                )
            index()
            found.append(self.queries(member_client, f"/{language}/catalogue/{query}"))
        assert found[0] == found[1] <= 12

    @pytest.mark.parametrize("role", Role)
    def test_a_role_costs_nothing_more(self, client: Client, index: Deliver, role: Role) -> None:
        sign_in(client, make_member(role))
        ToolFactory(capabilities=["ocr"])
        index()
        assert self.queries(client, "/fr/catalogue/?q=faces&cost=open-source&offline=yes") <= 12


def test_every_option_of_a_group_has_its_label(browse: Browse, index: Deliver) -> None:
    ToolFactory(interface_languages=["pt-BR", "zh-hans"])
    index()
    page = browse("?language=pt-BR")
    boxes: list[Any] = page.all("input", type="checkbox")
    labels = {values(label, "for") for label in page.all("label")}
    assert {values(box, "id") for box in boxes} <= labels
    assert number(page) == 1
