"""The catalogue that the project ships, on its pages: every tool, every count, and what a page weighs."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from pytest_django import DjangoDbBlocker

from catalogue import api
from catalogue.enums import AI_ROLES_SHOWN_FIRST
from catalogue.models import Tool
from catalogue.queries.tools import published, with_facts
from catalogue.search import indexing
from catalogue.search.facets import FACETS, values_of
from catalogue.search.results import PAGE_SIZE
from tests.catalogue.views.pages import Page, values, words
from tests.factories.catalogue import forget_index
from tests.factories.databases import kept_for_module

SAMPLE = 20


@pytest.fixture(scope="module")
def real_index(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Load the shipped tables once, for all tests of this module, and index them."""
    folder = tmp_path_factory.mktemp("real") / "search"

    def make() -> None:
        with override_settings(SEARCH_INDEX_DIR=folder):
            forget_index()
            api.load_demo_tables()
            api.rebuild_index()
            forget_index()

    with kept_for_module(django_db_blocker, make):
        yield folder


@pytest.fixture(autouse=True)
def _use_real_index(real_index: Path, index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point this test to the index of the module instead of one of its own."""
    monkeypatch.setattr(settings, "SEARCH_INDEX_DIR", real_index)
    forget_index()


pytestmark = pytest.mark.django_db


def sampled() -> list[Tool]:
    """Return tools spread over the alphabet."""
    tools = list(published().order_by("code"))
    return tools[:: max(1, len(tools) // SAMPLE)]


def check_pages(client: Client, tools: list[Tool]) -> None:
    client.get(tools[0].get_absolute_url())
    for language in ("en", "ar"):
        client.get(f"/{language}/catalogue/{tools[0].slug}/")
        counted = set()
        for tool in tools:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(f"/{language}/catalogue/{tool.slug}/")
            assert response.status_code == 200, tool.slug
            counted.add(len(queries))
            page = Page(response)
            assert words(page.one("h1")) == words(tool.name), tool.slug
            assert len(set(page.ids)) == len(page.ids), tool.slug
            inside = {
                values(link, "href")[1:] for link in page.all("a") if values(link, "href").startswith("#")
            }
            assert inside <= set(page.ids), tool.slug
            sources = [values(item, "id") for group in page.all("ol", css="srcs") for item in group.children]
            assert sources == [f"s{number}" for number in range(1, len(sources) + 1)], tool.slug
            for caution in tool.cautions.all():
                assert words(caution.text_en) in page.text, tool.slug
        assert len(counted) == 1
        assert max(counted) <= 15


def test_the_shipped_catalogue_is_whole() -> None:
    assert published().count() == 340
    figures = api.figures()
    assert figures.total == 340
    assert figures.with_ai + figures.beside_ai == 340
    assert indexing.compare().is_equal
    assert not api.index_needs_rebuild()


def test_a_sample_of_tools_has_pages_without_faults(member_client: Client) -> None:
    tools = sampled()
    assert len(tools) >= SAMPLE
    check_pages(member_client, tools)


@pytest.mark.long
def test_every_tool_has_a_page_without_faults(member_client: Client) -> None:
    check_pages(member_client, list(published()))


def test_each_count_on_the_page_is_what_the_database_holds(member_client: Client) -> None:
    today = indexing.today()
    expected: dict[str, Counter[str]] = {facet.name: Counter() for facet in FACETS}
    for tool in with_facts(published()):
        for name, found in values_of(tool, today).items():
            expected[name].update(found)
    response = member_client.get("/en/catalogue/")
    shown = {
        group.name: {option.value: option.count for option in group.options if option.count}
        for group in response.context["groups"]
    }
    assert shown == {name: dict(counts) for name, counts in expected.items()}


def test_choosing_a_value_finds_just_as_many_as_it_says(member_client: Client) -> None:
    for group in member_client.get("/en/catalogue/").context["groups"]:
        for option in group.options[:3]:
            found = member_client.get(f"/en/catalogue/?{group.name}={option.value}").context["found"]
            assert found.total == option.count, (group.name, option.value)


def test_ai_comes_first_and_both_numbers_are_said(member_client: Client) -> None:
    with_ai = published().filter(ai_role__in=AI_ROLES_SHOWN_FIRST).count()
    page = Page(member_client.get("/en/catalogue/"))
    assert f"{with_ai} use, test or govern AI." in page.text
    assert f"{340 - with_ai} are useful beside them." in page.text
    last = -(-340 // PAGE_SIZE)
    roles = [
        tool.ai_role in AI_ROLES_SHOWN_FIRST
        for number in range(1, last + 1)
        for tool in member_client.get(f"/en/catalogue/?page={number}").context["found"].tools
    ]
    assert len(roles) == 340
    assert roles == sorted(roles, reverse=True)


class TestWeight:
    """Officers have slow links: what the first page and the next one weigh, compressed as they are sent."""

    @staticmethod
    def files(html: str) -> set[str]:
        return {path.split("#")[0] for path in re.findall(r'(?:href|src)="/static/([^"]+)"', html)}

    @staticmethod
    def weight(path: str) -> int:
        found = finders.find(path)
        assert found, path
        return len(gzip.compress(Path(str(found)).read_bytes(), 9))

    @pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
    def test_the_first_page_weighs_sixty_kilobytes_and_the_next_fifteen(
        self, member_client: Client, language: str
    ) -> None:
        html = member_client.get(f"/{language}/catalogue/").content.decode()
        page = len(gzip.compress(html.encode(), 6))
        assets = {path: self.weight(path) for path in self.files(html)}
        assert any(path.endswith(".css") for path in assets)
        assert any(path.endswith("icons.svg") for path in assets)
        scripts = sum(weight for path, weight in assets.items() if path.endswith(".js"))
        assert 0 < scripts <= 25_000
        assert page + sum(assets.values()) <= 60_000
        following = member_client.get(f"/{language}/catalogue/?page=2").content
        assert self.files(following.decode()) == set(assets)
        assert len(gzip.compress(following, 6)) <= 15_000
