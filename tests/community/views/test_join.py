"""Joining over HTTP: one question a page, nothing is lost, nothing is told."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse

from community.actions.vetting import decide_application
from community.api import publish_first_terms
from community.enums import ApplicationState, Choice, Reason
from community.models import Application
from community.queries.terms import current_terms
from community.rules import CODES_AN_HOUR
from community.views.join import QUESTIONS
from hub.core import outbox
from hub.core.languages import LANGUAGE_CODES
from tests.factories.community import make_agency, make_application, make_vetter
from tests.factories.people import make_member, sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "g.wanjiru@police.example"
TYPED: dict[str, dict[str, Any]] = {
    "country": {"country": "KE"},
    "agency": {"agency_name": "National Police Service"},
    "unit": {"unit": "Cybercrime unit"},
    "name": {"name": "Grace Wanjiru"},
    "job": {"job": "investigator"},
    "languages": {"languages": ["en", "fr"]},
    "purpose": {"purpose": "Sorting of seized media."},
    "supervisor": {"supervisor": ""},
    "verify": {"how_to_verify": "The staff page of the agency."},
    "listing": {"is_to_be_listed": "no"},
    "gender": {"gender": ""},
    "email": {"email": ADDRESS},
}
JOIN = "/en/join/"


@pytest.fixture(autouse=True)
def _no_limits_reached() -> None:
    cache.clear()


def begin(client: Client) -> None:
    assert client.post(JOIN).status_code == 302


def answer(client: Client, slug: str, **typed: Any) -> str:
    """Answer a question and return where that leads."""
    response = client.post(f"{JOIN}{slug}/", typed or TYPED[slug])
    assert response.status_code == 302, response.context["form"].errors
    return str(response["Location"])


def answer_all(client: Client, email: str = ADDRESS) -> None:
    begin(client)
    for question in QUESTIONS:
        typed = {"email": email} if question.slug == "email" else {}
        answer(client, question.slug, **typed)
    take_time()


def take_time() -> None:
    """Let the applications have been begun a minute earlier."""
    Application.objects.update(started_at=F("started_at") - timedelta(minutes=1))


def letters() -> list[mail.EmailMessage]:
    while outbox.drain():
        pass
    found, mail.outbox[:] = list(mail.outbox), []
    return found


def code_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"\b(\d{6})\b", str(letter.body))
    assert found is not None
    return found[1]


def test_the_whole_way_from_the_first_question_to_the_desk(client: Client) -> None:
    assert client.get(JOIN).status_code == 200
    answer_all(client)
    [letter] = letters()
    assert letter.to == [ADDRESS]
    response = client.post(f"{JOIN}code/", {"code": code_in(letter)})
    assert response["Location"] == f"{JOIN}check/"
    page = client.get(f"{JOIN}check/").content.decode()
    assert "Cybercrime unit" in page
    assert "Kenya" in page
    assert client.post(f"{JOIN}check/")["Location"] == f"{JOIN}status/"
    application = Application.objects.get()
    assert application.state == ApplicationState.SUBMITTED
    assert (application.languages, application.is_to_be_listed) == (["en", "fr"], False)
    assert application.reference in client.get(f"{JOIN}status/").content.decode()
    [receipt] = letters()
    assert application.reference in receipt.subject


def test_nobody_answers_everything_in_three_seconds(client: Client) -> None:
    """Security item 46; nothing typed is lost, and a moment later it goes through."""
    begin(client)
    for question in QUESTIONS:
        answer(client, question.slug)
    client.post(f"{JOIN}code/", {"code": code_in(letters()[0])})
    refused = client.post(f"{JOIN}check/", follow=True)
    assert "very fast" in refused.content.decode()
    assert "Cybercrime unit" in refused.content.decode()
    assert Application.objects.get().state == ApplicationState.ADDRESS_CONFIRMED
    take_time()
    assert client.post(f"{JOIN}check/")["Location"] == f"{JOIN}status/"


def test_nobody_applies_without_accepting_the_terms(client: Client) -> None:
    publish_first_terms()
    answer_all(client)
    client.post(f"{JOIN}code/", {"code": code_in(letters()[0])})
    page = client.get(f"{JOIN}check/").content.decode()
    assert "/en/join/terms/" in page
    for typed in ({}, {"accept": ""}):
        refused = client.post(f"{JOIN}check/", typed)
        assert refused.status_code == 422
        assert b"Without your agreement" in refused.content
    assert Application.objects.get().state == ApplicationState.ADDRESS_CONFIRMED
    assert client.post(f"{JOIN}check/", {"accept": "on"})["Location"] == f"{JOIN}status/"
    assert Application.objects.get().terms == current_terms()


def test_a_gender_is_kept_for_counting_and_shown_to_no_vetter(client: Client) -> None:
    answer_all(client)
    answer(client, "gender", gender="woman")
    client.post(f"{JOIN}code/", {"code": code_in(letters()[0])})
    assert "Woman" in client.get(f"{JOIN}check/").content.decode()
    client.post(f"{JOIN}check/")
    application = Application.objects.get()
    assert application.gender == "woman"
    vetter = Client()
    sign_in(vetter, make_vetter())
    page = vetter.get(f"/en/vetting/{application.uuid}/")
    assert page.status_code == 200
    assert "oman" not in page.content.decode()


def test_each_question_leads_to_the_next_and_its_answer_is_there_again(client: Client) -> None:
    begin(client)
    for question, following in pairwise(QUESTIONS):
        assert answer(client, question.slug) == f"{JOIN}{following.slug}/"
        shown = client.get(f"{JOIN}{question.slug}/").content.decode()
        for typed in TYPED[question.slug].values():
            for one in [typed] if isinstance(typed, str) else typed:
                assert one in shown


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_page_is_there_in_every_language(client: Client, language: str) -> None:
    start = f"/{language}/join/"
    client.post(start)
    for question in QUESTIONS:
        response = client.get(f"{start}{question.slug}/")
        assert response.status_code == 200
        assert response.content.decode().count("<h1>") == 1
    for name in ("check/", "later/", "status/", "withdraw/"):
        assert client.get(start + name).status_code == 200
    assert client.get(f"{start}code/").status_code == 302


class TestNothingIsLost:
    def test_a_mistake_is_said_and_what_was_typed_stays(self, client: Client) -> None:
        begin(client)
        for slug, typed, words in (
            ("email", {"email": "l.ortega@policia"}, "Write the whole address"),
            ("email", {"email": "l.ortega@gmail.com"}, "Anybody can have an address there"),
            ("email", {"email": "l.ortega+hub@policia.example"}, "without"),
            ("unit", {"unit": "x" * 300}, "at most 200"),
            ("agency", {"agency_name": ""}, "Write the name of your agency"),
            ("country", {"country": "XX"}, "of the list"),
        ):
            response = client.post(f"{JOIN}{slug}/", typed)
            page = response.content.decode()
            assert response.status_code == 422
            assert words in page
            assert "<title>Error:" in page
            assert slug == "country" or all(one in page for one in typed.values())

    def test_what_is_typed_after_the_session_has_ended_is_kept(self, client: Client) -> None:
        assert client.post(f"{JOIN}unit/", {"unit": "Cybercrime unit"}).status_code == 302
        assert Application.objects.get().unit == "Cybercrime unit"

    def test_a_double_click_does_no_harm(self, client: Client) -> None:
        answer_all(client)
        [letter] = letters()
        client.post(f"{JOIN}code/", {"code": code_in(letter)})
        for _ in range(2):
            assert client.post(f"{JOIN}check/")["Location"] == f"{JOIN}status/"
        assert len(letters()) == 1
        assert client.post(f"{JOIN}unit/", {"unit": "Another"})["Location"] == f"{JOIN}status/"
        assert Application.objects.get().unit == "Cybercrime unit"

    def test_whoever_saves_comes_back_with_the_address_that_is_shown(self, client: Client) -> None:
        begin(client)
        assert answer(client, "country", country="KE", later="1") == f"{JOIN}later/"
        address = re.search(r"/en/join/return/[\w-]{43}/", client.get(f"{JOIN}later/").content.decode())
        assert address is not None
        other = Client()
        assert other.get(address[0]).status_code == 200
        assert other.get(f"{JOIN}unit/")["Location"] == JOIN  # opening alone does nothing
        assert other.post(address[0])["Location"] == f"{JOIN}agency/"
        assert "KE" in other.get(f"{JOIN}country/").content.decode()

    def test_an_address_that_leads_nowhere_says_so(self, client: Client) -> None:
        response = client.get(f"{JOIN}return/{'x' * 43}/")
        assert response.status_code == 404
        assert "leads to no application" in response.content.decode()

    def test_more_can_be_said_when_more_is_asked_for(self, client: Client) -> None:
        answer_all(client)
        client.post(f"{JOIN}code/", {"code": code_in(letters()[0])})
        client.post(f"{JOIN}check/")
        letters()
        decide_application(Application.objects.get(), Choice.ASK, Reason.UNIT_UNCLEAR, by=make_vetter())
        [letter] = letters()
        assert "describe your unit" in str(letter.body)
        assert "We need more" in client.get(f"{JOIN}status/").content.decode()
        answer(client, "unit", unit="Cybercrime, room 4")
        response = client.post(f"{JOIN}email/", {"email": "other@police.example"})
        assert response.status_code == 422
        client.post(f"{JOIN}check/")
        assert Application.objects.get().state == ApplicationState.SUBMITTED


class TestNothingIsTold:
    @pytest.mark.parametrize("whose", ["a member", "another application"])
    def test_a_known_address_is_answered_as_an_unknown_one(self, whose: str) -> None:
        if whose == "a member":
            make_member(email="known@police.example")
        else:
            make_application(email="known@police.example")
        letters()
        answers = []
        for email in ("known@police.example", "unknown@police.example"):
            client = Client()
            begin(client)
            for question in QUESTIONS[:-1]:
                answer(client, question.slug)
            response = client.post(f"{JOIN}email/", {"email": email})
            page = client.get(f"{JOIN}code/")
            wrong = client.post(f"{JOIN}code/", {"code": "000000"})
            hidden = re.compile(rf'{email}|value="[^"]{{64}}"')
            answers.append(
                (
                    response.status_code,
                    response["Location"],
                    sorted(response.headers.items()),
                    hidden.sub("", page.content.decode()),
                    wrong.status_code,
                    hidden.sub("", wrong.content.decode()),
                )
            )
        known, unknown = answers
        assert [*known[:2], *known[3:]] == [*unknown[:2], *unknown[3:]]
        assert {name for name, _ in known[2]} == {name for name, _ in unknown[2]}
        first, second = sorted(letters(), key=lambda letter: letter.to)
        assert not re.search(r"\b\d{6}\b", f"{first.subject} {first.body}")
        assert "If it was not you" in str(first.body)
        assert code_in(second)

    def test_nobody_sees_an_application_without_its_key(self, client: Client) -> None:
        answer_all(client)
        stranger = Client()
        for name in ("code/", "check/", "later/", "status/", "withdraw/", "unit/"):
            assert stranger.get(JOIN + name)["Location"] == JOIN

    def test_no_secret_and_no_name_stands_in_an_address_or_a_page_that_is_kept(self, client: Client) -> None:
        begin(client)
        response = client.post(f"{JOIN}name/", TYPED["name"])
        assert "Grace" not in response["Location"]
        for name in ("name/", "check/", "later/", "status/"):
            assert "no-store" in client.get(JOIN + name)["Cache-Control"]

    @pytest.mark.parametrize("written", ["known@po\u200blice.example", "Known@ｐｏｌｉｃｅ.example"])
    def test_one_mailbox_is_known_however_it_is_written(self, client: Client, written: str) -> None:
        """Else one person would have two accounts, and a vetter of the same mail domain would decide."""
        make_member(email="known@police.example")
        answer_all(client, email=written)
        assert Application.objects.get().email == "known@police.example"
        [letter] = letters()
        assert "If it was not you" in str(letter.body)

    def test_hidden_characters_are_taken_out(self, client: Client) -> None:
        begin(client)
        answer(client, "name", name="Grace\u202e\u200b Wanjiru")
        assert Application.objects.get().name == "Grace Wanjiru"


def test_known_agencies_of_the_country_can_be_chosen(client: Client) -> None:
    agency, foreign = make_agency("Kenya Police"), make_agency("Uganda Police", country="UG")
    begin(client)
    answer(client, "country")
    page = client.get(f"{JOIN}agency/").content.decode()
    assert "Kenya Police" in page
    assert "Uganda Police" not in page
    response = client.post(f"{JOIN}agency/", {"agency": str(foreign.uuid)})
    assert response.status_code == 422
    answer(client, "agency", agency=str(agency.uuid))
    assert Application.objects.get().agency == agency
    answer(client, "agency", agency="other", agency_name="Railway Police")
    application = Application.objects.get()
    assert (application.agency, application.agency_name) == (None, "Railway Police")


def test_whoever_withdraws_is_asked_once_more(client: Client) -> None:
    begin(client)
    assert client.get(f"{JOIN}withdraw/").status_code == 200
    assert Application.objects.get().state == ApplicationState.STARTED
    for _ in range(2):
        client.post(f"{JOIN}withdraw/")
    assert Application.objects.get().state == ApplicationState.WITHDRAWN
    assert "You have withdrawn" in client.get(f"{JOIN}status/").content.decode()
    begin(client)
    assert Application.objects.count() == 2


def test_an_unknown_question_is_not_there(client: Client) -> None:
    begin(client)
    assert client.get(f"{JOIN}rank/").status_code == 404


def test_no_mailbox_is_filled_however_many_ask() -> None:
    for _ in range(4):
        client = Client()
        answer_all(client)
        for _ in range(3):
            assert client.post(f"{JOIN}code/", {"again": "1"})["Location"] == f"{JOIN}code/?sent=1"
    assert len(letters()) == CODES_AN_HOUR
    other = Client()
    answer_all(other, email="somebody.else@police.example")
    assert [letter.to for letter in letters()] == [["somebody.else@police.example"]]


def test_codes_cannot_be_asked_for_without_end(client: Client) -> None:
    answer_all(client)
    statuses = {client.post(f"{JOIN}code/", {"again": "1"}).status_code for _ in range(31)}
    assert statuses == {302, 429}


@pytest.mark.parametrize(
    "name", ["join", "join_code", "join_check", "join_later", "join_status", "join_withdraw"]
)
def test_forms_need_their_token(name: str) -> None:
    assert Client(enforce_csrf_checks=True).post(reverse(name)).status_code in (403, 405)
