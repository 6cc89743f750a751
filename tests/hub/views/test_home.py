"""The first page: a promise and real figures for visitors, a desk for members."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from catalogue.enums import FactGroup
from hub.core.languages import LANGUAGES
from hub.models import CaseFact
from hub.settings import env
from tests.factories.catalogue import (
    CautionFactory,
    FactSourceFactory,
    StageFactory,
    ToolFactory,
)
from tests.factories.people import make_member, sign_in, sign_in_member
from tests.hub.seed.reading import main_of, page, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_pages")]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Let no test see the figures of another."""
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def test_a_visitor_reads_the_promise_and_two_ways_in(client: Client) -> None:
    answer = client.get("/en/")
    assert page("home", "en").heading in main_of(answer)
    assert f'<a class="btn" href="{reverse("account_login")}"' in main_of(answer)
    assert 'href="#join"' in main_of(answer)
    assert 'id="join"' in main_of(answer)
    assert "opens in a later version" in words_of(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_own_home_page(client: Client, language: object) -> None:
    text = client.get(f"/{language.code}/").content.decode()  # type: ignore[attr-defined]
    assert f'<html lang="{language.html_lang}" dir="{language.direction}"' in text  # type: ignore[attr-defined]
    assert page("home", language.code).heading in text  # type: ignore[attr-defined]


def test_a_visitor_sees_which_rooms_are_open(client: Client) -> None:
    text = main_of(client.get("/en/"))
    rooms = text[text.index('<dl class="rooms3">') : text.index("</dl>", text.index('<dl class="rooms3">'))]
    states = [row.count("state ok") for row in rooms.split("<dt>")[1:]]
    assert states == [1, 0, 0]
    assert rooms.count("state wait") == 2


def test_a_visitor_sees_a_real_record_with_its_caution_and_its_gaps(client: Client) -> None:
    stage = StageFactory(code="analysis")
    tool = ToolFactory(code="whisper", name="Whisper", ai_role="core-ai", access="", stages=[stage])
    for group in FactGroup.values:
        FactSourceFactory(tool=tool, group=group)
    caution = CautionFactory(tool=tool)
    text = main_of(client.get("/en/"))
    record = text[text.index('<aside class="spec"') : text.index("</aside>")]
    assert "Whisper" in record
    assert caution.text in record
    assert 'class="nk"' in record
    assert '<time datetime="2026-11-22">' in record
    assert stage.label in record


def test_no_other_tool_is_named_to_a_visitor(client: Client) -> None:
    ToolFactory(code="whisper", name="Whisper", ai_role="core-ai")
    hidden = ToolFactory(name="Known To Members")
    CautionFactory(tool=hidden, text="Errs in a way that only members read.")
    text = client.get("/en/").content.decode()
    assert "Known To Members" not in text
    assert "only members read" not in text


def test_the_figures_are_those_of_the_catalogue_and_say_what_is_not_known(client: Client) -> None:
    analysis = StageFactory(code="analysis")
    ToolFactory(stages=[analysis], cost_model="open-source", offline_capable="yes", ai_role="core-ai")
    ToolFactory(stages=[analysis], cost_model="", offline_capable="", ai_role="core-ai")
    CautionFactory(
        tool=ToolFactory(stages=[], cost_model="commercial", offline_capable="no", ai_role="no-ai")
    )
    answer = client.get("/en/")
    for words in (
        "3 tools on record; 2 use, test or govern AI",
        "1 open source",
        "1 work offline",
        "1 carry a caution",
        "1 tool has no stage on record",
        "in tools out of 3",
    ):
        assert words in words_of(answer)
    assert '<rect class="u"' in main_of(answer)


def test_an_empty_catalogue_says_so(client: Client) -> None:
    answer = client.get("/en/")
    assert answer.status_code == 200
    assert "The catalogue is still empty." in words_of(answer)
    assert 'class="nums"' not in main_of(answer)


def test_figures_from_elsewhere_have_source_and_date_and_hidden_ones_stay_hidden(client: Client) -> None:
    shown = CaseFact.objects.create(
        code="a",
        fact_en="Seven use it.",
        as_of_en="2024-02",
        source_url="https://example.org/x",
        is_shown=True,
    )
    CaseFact.objects.create(code="b", fact_en="Nobody checked this.", is_shown=False)
    text = main_of(client.get("/en/"))
    assert shown.fact_en in text
    assert '<a href="https://example.org/x" rel="noreferrer"><bdi>example.org</bdi></a>' in text
    assert '<time datetime="2024-02">Feb 2024</time>' in text
    assert "Nobody checked this." not in text


def test_of_many_figures_the_rest_waits_behind_a_summary(client: Client) -> None:
    for number in range(8):
        CaseFact.objects.create(
            code=f"f{number}", fact_en=f"Figure {number}.", position=number, is_shown=True
        )
    text = main_of(client.get("/en/"))
    assert "2 more figures" in text
    assert text.index("Figure 5.") < text.index("<details") < text.index("Figure 6.")


def test_the_support_address_is_named_where_there_is_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "mailto:" not in client.get("/en/").content.decode()
    monkeypatch.setattr(env, "SUPPORT_ADDRESS", "help@police.example")
    assert 'href="mailto:help@police.example"' in client.get("/en/").content.decode()
    assert "Write to help@police.example." in words_of(client.get("/en/"))


def test_the_way_into_the_demonstration_exists_in_the_demonstration_only(
    client: Client, settings: Settings
) -> None:
    assert f'href="{reverse("demo")}"' in client.get("/en/").content.decode()
    settings.DEMO = False
    assert f'href="{reverse("demo")}"' not in client.get("/en/").content.decode()


def test_a_member_finds_the_desk_and_nobody_else_does(client: Client) -> None:
    assert "What do you need to do?" not in words_of(client.get("/en/"))
    sign_in_member(client)
    answer = client.get("/en/")
    assert "What do you need to do?" in words_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.content.decode()
    assert 'rel="alternate"' not in answer.content.decode()


def test_a_membership_that_has_ended_closes_the_desk(client: Client) -> None:
    member = sign_in(client, make_member())
    assert "What do you need to do?" in words_of(client.get("/en/"))
    member.membership_valid_until = member.date_joined
    member.save()
    answer = client.get("/en/")
    assert "What do you need to do?" not in words_of(answer)
    assert page("home", "en").heading in main_of(answer)


def test_the_desk_searches_the_catalogue_without_a_script(client: Client) -> None:
    sign_in_member(client)
    text = main_of(client.get("/fr/"))
    assert '<form id="desk" method="get" action="/fr/catalogue/">' in text
    assert 'name="q"' in text
    assert 'form="desk"' in text
    assert 'href="/fr/catalogue/?q=' in text


def test_the_desk_leads_to_each_stage_with_its_number_of_tools(client: Client) -> None:
    analysis, triage = StageFactory(code="analysis"), StageFactory(code="intake-triage")
    ToolFactory(stages=[analysis])
    ToolFactory(stages=[analysis, triage])
    ToolFactory(draft=True, stages=[triage])
    sign_in_member(client)
    text = main_of(client.get("/en/"))
    for stage, number in ((analysis, 2), (triage, 1)):
        part = text[text.index(f'href="/en/catalogue/?stage={stage.code}"') :]
        assert part.index(f">{stage.label}<") < part.index(f'<span class="n">{number}<')


def test_the_desk_shows_cautions_whole_with_the_tool_and_the_day(client: Client) -> None:
    long_text = "Errs " + "again and " * 40 + "again."
    caution = CautionFactory(text=long_text, kind="regulator-decision")
    CautionFactory(tool=ToolFactory(draft=True), text="Of a draft.")
    sign_in_member(client)
    answer = client.get("/en/")
    assert long_text in main_of(answer)
    assert f'href="{caution.tool.get_absolute_url()}"' in main_of(answer)
    assert "Decision by an authority" in words_of(answer)
    assert "Of a draft." not in main_of(answer)
    assert 'href="/en/catalogue/?cautions=yes"' in main_of(answer)


def test_without_a_caution_the_desk_does_not_look_like_a_permission(client: Client) -> None:
    sign_in_member(client)
    assert "No caution is on record. That is not a permission." in words_of(client.get("/en/"))


def test_the_desk_says_until_when_one_is_a_member(client: Client) -> None:
    member = sign_in_member(client)
    day = member.membership_valid_until
    assert day is not None
    assert f'<time datetime="{day.date().isoformat()}">' in main_of(client.get("/en/"))


@pytest.mark.parametrize("signed_in", [False, True])
def test_three_rows_of_everything_cost_as_many_queries_as_one(client: Client, signed_in: bool) -> None:
    stage = StageFactory(code="analysis")
    add_row(stage, 1)
    if signed_in:
        sign_in_member(client)
    client.get("/en/")
    once = queries_of(client)
    add_row(stage, 2)
    add_row(stage, 3)
    client.get("/en/")
    assert queries_of(client) == once
    assert once <= (10 if signed_in else 22)


def add_row(stage: object, number: int) -> None:
    """Add a tool with a caution and a figure from elsewhere."""
    tool = ToolFactory(code=f"tool-{number}", ai_role="core-ai", stages=[stage])
    FactSourceFactory(tool=tool)
    CautionFactory(tool=tool)
    CaseFact.objects.create(code=f"f{number}", fact_en=f"Figure {number}.", is_shown=True)


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/en/").status_code == 200
    return len(queries)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_first_page_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/en/").status_code in (403, 405)
