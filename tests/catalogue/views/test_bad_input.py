"""Any address of the catalogue gives a page: what was understood, what was not, and never more than was asked for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, quote_from_bytes

import pytest
from django.db.models import Field, TextField
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalogue.search.addresses import parse
from catalogue.search.facets import FACETS
from hub.core.languages import LANGUAGE_CODES, get_language
from tests.catalogue.views.pages import Page, values
from tests.factories.catalogue import CapabilityFactory, StageFactory, ToolFactory, VendorFactory

pytestmark = pytest.mark.django_db

LOOKUPS = sorted({*Field.get_lookups(), *TextField.get_lookups()})
COLUMNS = (
    "id",
    "pk",
    "live",
    "name",
    "slug",
    "code",
    "vendor",
    "vendor__name",
    "stages__code",
    "reports__text",
    "stage",
    "q",
)
KEYS = (
    *(facet.name for facet in FACETS),
    *(f"{column}__{lookup}" for column in COLUMNS for lookup in LOOKUPS),
    *COLUMNS,
    "page", "sort", "exact", "theme", "size", "limit", "facets", "language", "next", "csrfmiddlewaretoken", "_method",
    "page[]", "stage[]", "stage[$ne]", "constructor", "__proto__", "q\x01", "STAGE", " stage", "stage ",
)  # fmt: skip
HOSTILE = (
    "*", "*:*", "?", "name:*", "name:griffeye", "facet_0:analysis", "key:1", "+face -eye", "face~2", "face^1000", '"face',
    '"face eye"~3', "[a TO z]", "{* TO *}", "(((((", "NOT face", "face AND", "OR OR OR", "IN [1 2]", "/.*/", "\\", "a\\",
    "' OR '1'='1", "1; DROP TABLE catalogue_tool; --", "1 UNION SELECT email FROM core_user", "') OR 1=1 --", "%", "_%", "%%",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{ 7*7 }}", "{% now 'Y' %}", "${7*7}",
    "../../etc/passwd", "%2e%2e%2f", "%00", "\x00", "face\x00eye", "\x1b[31m", "\r\nSet-Cookie: x=1", "\u202egriffeye",
    "\u2066face\u2069", "\u200b\u200c\u200d\ufeff", "\ud800", "face\udfff", "\uffff", "🧒🏽", "a\u0301" * 60, "\u0640" * 40, "人" * 300,
    "لا" * 200, "face " * 1_000, "x" * 5_000, "1000000000", "1000000000000000000000", "-1", "0", "1e9", "NaN", "Infinity", "٣", "¹",
    "0x10", "null", "undefined", "true", "[]", "[object Object]", "not-known", "NOT-KNOWN", "not_known", "None",
)  # fmt: skip


@pytest.fixture
def shelf(index: Callable[[], None]) -> None:
    """Four tools, one of them hidden."""
    stage = StageFactory(code="analysis")
    face = CapabilityFactory(code="face-recognition", label="Face recognition", synonyms="face matching")
    ToolFactory(
        name="Griffeye",
        stages=[stage],
        capabilities=[face],
        vendor=VendorFactory(name="Magnet", country="CA"),
    )
    ToolFactory(name="Face finder", cost_model="free", summary="Compares faces.", with_caution=True)
    ToolFactory(
        name="Disk tool", summary="Copies disks.", ai_role="no-ai", data_types=["disk"], offline_capable=""
    )
    ToolFactory(name="Hidden", draft=True)
    index()


def keys() -> st.SearchStrategy[str]:
    return st.sampled_from(KEYS) | st.text(max_size=20)


def texts() -> st.SearchStrategy[str]:
    return st.sampled_from(HOSTILE) | st.text(max_size=60) | st.text(alphabet=st.characters(), max_size=20)


def encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def pairs(most: int = 6) -> st.SearchStrategy[str]:
    one = st.builds(lambda key, value: f"{encoded(key)}={encoded(value)}", keys(), texts())
    raw = st.binary(max_size=40).map(quote_from_bytes) | st.text(
        alphabet="&=;+%?#[]{}|^~ \"'<>\\`a0", max_size=30
    ).map(lambda text: quote(text, safe="&=;+%?[]{}|^~'\\`"))
    return st.lists(one | raw, max_size=most).map("&".join)


GOOD = (
    "", "q=face", "q=griffeye", "stage=analysis", "cost=free&cost=open-source", "q=face&offline=yes", "ai=core-ai&cautions=no",
    "capability=face-recognition&country=CA", "q=face&exact=1", "sort=name", "offline=not-known&page=1",
)  # fmt: skip


def test_no_address_breaks_the_list_or_widens_it(
    member_client: Client, shelf: None, request: pytest.FixtureRequest
) -> None:
    examples = 5_000 if request.config.getoption("--long") else 200
    whole = {
        (good, language): found_by(member_client, good, language)
        for good in GOOD
        for language in LANGUAGE_CODES
    }

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=examples == 200,
    )
    @given(st.sampled_from(GOOD), pairs(), st.sampled_from(LANGUAGE_CODES), st.booleans())
    @example("q=griffeye", "q=", "en", False)
    @example("q=griffeye", "q=%E2%80%8B&q=face", "en", True)
    @example("cost=free&cost=open-source", "cost=*&cost=", "ar", False)
    def law(good: str, bad: str, language: str, swapped: bool) -> None:
        query = "&".join(filter(None, (good, bad)))
        response = member_client.get(
            f"/{language}/catalogue/?{query}", headers={"HX-Request": "true"} if swapped else {}
        )
        html = response.content.decode()
        assert response.status_code in (200, 400)
        assert f'<html lang="{get_language(language).html_lang}"' in html
        assert "<a href=" in html
        assert "<script>alert" not in html
        assert "Hidden" not in html
        assert "x" not in response.cookies
        if response.status_code == 200:
            understood, asked = parse(QueryDict(query)), parse(QueryDict(good))
            found = {tool.name for tool in response.context["found"].tools}
            # Another valid value beside a chosen one widens, as it should; whatever is not understood never does.
            if all(
                set(understood.filters.get(name, ())) <= set(chosen) for name, chosen in asked.filters.items()
            ) and (understood.exact >= asked.exact):
                assert found <= whole[good, language]

    law()


def found_by(client: Client, query: str, language: str = "en") -> set[str]:
    response = client.get(f"/{language}/catalogue/?{query}")
    assert response.status_code == 200
    return {tool.name for tool in response.context["found"].tools}


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_finds_what_it_names_or_nothing(
    member_client: Client, shelf: None, value: str
) -> None:
    response = member_client.get(f"/en/catalogue/?q={encoded(value)}")
    assert response.status_code in (200, 400)
    if response.status_code == 200 and parse(QueryDict(f"q={encoded(value)}")).text:
        everything = found_by(member_client, "")
        assert {tool.name for tool in response.context["found"].tools} < everything


@pytest.mark.parametrize("facet", [facet.name for facet in FACETS])
def test_a_hostile_value_of_a_facet_is_named_and_changes_nothing(
    member_client: Client, shelf: None, facet: str
) -> None:
    everything = found_by(member_client, "")
    for value in ("' OR '1'='1", "<b>x</b>", "*", "🧒", "x" * 3_000, "Not Known"):
        response = member_client.get(f"/en/catalogue/?{facet}={encoded(value)}")
        assert response.status_code == 200
        assert {tool.name for tool in response.context["found"].tools} == everything
        assert [part.parameter for part in response.context["query"].ignored] == [facet]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "stage=a%00b",
        "%00=1",
        "q=" + "x" * 9_000,
        "&".join(f"stage=s{number}" for number in range(300)),
        "&".join(["q=face"] * 250),
    ],
    ids=["nul in the text", "nul in a value", "nul in a name", "too long", "too many values", "too often"],
)
def test_what_no_browser_sends_gets_a_page_that_helps(member_client: Client, shelf: None, query: str) -> None:
    response = member_client.get(f"/ar/catalogue/?{query}")
    assert response.status_code == 400
    page = Page(response)
    assert values(page.one("html"), "lang") == "ar"
    assert page.all("a")


@pytest.mark.parametrize("page", ["1000000000", "99999999999", "2", "100000"])
def test_a_page_that_is_not_there_is_the_last(member_client: Client, shelf: None, page: str) -> None:
    response = member_client.get(f"/en/catalogue/?page={page}")
    assert response.status_code == 200
    assert len(response.context["found"].tools) == 3


class TestAddressesOfTools:
    def test_no_address_breaks_the_page_of_a_tool(
        self, member_client: Client, shelf: None, request: pytest.FixtureRequest
    ) -> None:
        examples = 2_000 if request.config.getoption("--long") else 100

        @settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples == 100,
        )
        @given(
            texts() | st.from_regex(r"[a-z0-9-]{1,90}", fullmatch=True),
            st.sampled_from(LANGUAGE_CODES),
            st.sampled_from(["", "report/"]),
        )
        def law(slug: str, language: str, more: str) -> None:
            response = member_client.get(f"/{language}/catalogue/{encoded(slug)}/{more}")
            # A path of dots or an empty one is that of another page.
            assert response.status_code in (400, 404) or "/" in slug or not slug.strip("./ ")
            if response.status_code in (400, 404):
                assert f'<html lang="{get_language(language).html_lang}"' in response.content.decode()

        law()
