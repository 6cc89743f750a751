"""The administrators' room over HTTP: two of them, a fresh proof, and nothing to be found for anybody else."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.api import publish_first_terms
from community.models import Agency, AgencyDomain, FocalPoint, RoleChange, Terms
from community.queries.applications import country_of_focal_point, listed_domain_of
from community.queries.terms import current_terms, texts_of
from hub.core.access import roles_of
from hub.core.enums import Role
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import RoleGrant, User
from tests.factories.community import make_agency, make_application, make_vetter
from tests.factories.people import code_of_app, make_member, sign_in, sign_in_member

pytestmark = pytest.mark.django_db
ROOM = "/en/administration/"
PAGES = ("", "roles/", "agencies/", "focal-points/", "suspensions/", "audit/", "terms/")
POSTS = (
    "agencies/confirm/",
    "roles/propose/",
    "roles/decide/",
    "agencies/add/",
    "focal-points/propose/",
    "focal-points/decide/",
    "suspensions/suspend/",
    "suspensions/decide/",
    "terms/publish/",
)


@pytest.fixture
def one(client: Client) -> Client:
    sign_in_member(client, Role.ADMINISTRATOR)
    return client


@pytest.fixture
def other() -> Client:
    browser = Client()
    sign_in_member(browser, Role.ADMINISTRATOR)
    return browser


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.VETTER, Role.TRAINER])
def test_to_everybody_else_there_is_nothing_there(role: Role | None) -> None:
    agency = make_agency()
    member = Client()
    sign_in_member(member, *([role] if role else []))
    for path in (*PAGES, f"agencies/{agency.uuid}/", "no-such-page/"):
        assert member.get(ROOM + path).status_code == 404, path
        assert Client().get(ROOM + path)["Location"].startswith("/en/account/login/")
    for path in (*POSTS, f"agencies/{agency.uuid}/propose/", f"agencies/{agency.uuid}/decide/"):
        assert member.post(ROOM + path, {"confirm": "1"}).status_code == 404, path
    assert not RoleChange.objects.exists()


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_in_every_language(one: Client, language: str, page: str) -> None:
    publish_first_terms()
    assert one.get(f"/{language}/administration/{page}").status_code in (200, 302)
    one.post(f"/{language}/account/terms/", {"terms": "1"})
    assert one.get(f"/{language}/administration/{page}").status_code == 200


def test_two_administrators_give_a_role(one: Client, other: Client) -> None:
    member = make_member(email="m@police.example")
    typed = {"email": "M@police.example", "role": "translator", "languages": ["ar", "ru"], "months": "3"}
    assert one.post(f"{ROOM}roles/propose/", typed)["Location"] == f"{ROOM}roles/"
    change = RoleChange.objects.get()
    assert roles_of(again(member)) == frozenset()
    assert 'name="confirm"' not in one.get(f"{ROOM}roles/").content.decode()
    assert 'name="confirm"' in other.get(f"{ROOM}roles/").content.decode()
    one.post(f"{ROOM}roles/decide/", {"change": str(change.uuid), "confirm": "1"})
    assert roles_of(again(member)) == frozenset()
    other.post(f"{ROOM}roles/decide/", {"change": str(change.uuid), "confirm": "1"})
    assert roles_of(again(member)) == {Role.TRANSLATOR}
    grant = RoleGrant.objects.get(user=member)
    assert grant.languages == ["ar", "ru"]
    assert grant.expires_at is not None
    assert grant.expires_at < timezone.now() + timedelta(days=91)


def test_two_administrators_take_a_role(one: Client, other: Client) -> None:
    editor = make_member(Role.EDITOR)
    grant = RoleGrant.objects.get(user=editor)
    one.post(f"{ROOM}roles/decide/", {"grant": str(grant.pk), "take": "1"})
    change = RoleChange.objects.get()
    assert roles_of(again(editor)) == {Role.EDITOR}
    other.post(f"{ROOM}roles/decide/", {"change": str(change.uuid), "confirm": "1"})
    assert roles_of(again(editor)) == frozenset()
    assert "confirmed by" in one.get(f"{ROOM}roles/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"email": "nobody@police.example", "role": "editor", "months": "12"},
        {"email": "m@police.example", "role": "king", "months": "12"},
        {"email": "m@police.example", "role": "editor", "months": "13"},
        {"email": "m@police.example", "role": "translator", "months": "12"},
        {"email": "m@police.example", "role": "editor", "languages": ["xx"], "months": "12"},
        {"email": "m@police.example\r\nBcc: x@evil.example", "role": "editor", "months": "12"},
    ],
)
def test_a_wrong_proposal_is_refused_in_words_and_kept(one: Client, typed: dict[str, str]) -> None:
    make_member(email="m@police.example")
    answer = one.post(f"{ROOM}roles/propose/", typed)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert not RoleChange.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"confirm": "1"},
        {"confirm": "1", "change": "x"},
        {"confirm": "1", "change": "6f1f6b9e-6a0e-4c58-9a4c-8f3f3a1c2b5d"},
        {"take": "1", "grant": "99999999999999999999"},
        {"take": "1", "grant": "-1"},
        {"delete": "1"},
    ],
)
def test_a_made_up_decision_finds_nothing(one: Client, typed: dict[str, str]) -> None:
    assert one.post(f"{ROOM}roles/decide/", typed).status_code == 404


def test_an_agency_and_its_domain_come_on_the_list_by_two(one: Client, other: Client) -> None:
    one.post(f"{ROOM}agencies/add/", {"name": "Kenya Police", "country": "KE", "kind": "police"})
    agency = Agency.objects.get(name="Kenya Police")
    page = f"{ROOM}agencies/{agency.uuid}/"
    typed = {"domain": "Police.Example", "source_url": "https://police.example/"}
    assert one.post(f"{page}propose/", typed)["Location"] == page
    assert listed_domain_of("a@police.example") is None
    domain = AgencyDomain.objects.get(agency=agency)
    one.post(f"{page}decide/", {"domain": str(domain.uuid), "confirm": "1"})
    assert listed_domain_of("a@police.example") is None
    assert "police.example" in other.get(f"{ROOM}agencies/").content.decode()
    other.post(f"{page}decide/", {"domain": str(domain.uuid), "confirm": "1"})
    assert listed_domain_of("a@police.example") == domain
    one.post(f"{page}decide/", {"domain": str(domain.uuid), "drop": "1"})
    assert listed_domain_of("a@police.example") is None
    history = one.get(page).content.decode()
    assert "taken from the list" in history
    assert "Kenya Police" in one.get(f"{ROOM}agencies/?country=KE").content.decode()
    assert "Kenya Police" not in one.get(f"{ROOM}agencies/?country=FR").content.decode()


@pytest.mark.parametrize(
    "domain", ["gmail.com", "co.uk", "x", "police.example", "a b.example", "..", "x" * 300]
)
def test_a_bad_domain_is_refused_in_words_and_kept(one: Client, domain: str) -> None:
    make_agency(domain="police.example")
    agency = make_agency()
    answer = one.post(
        f"{ROOM}agencies/{agency.uuid}/propose/", {"domain": domain, "source_url": "https://x.example/"}
    )
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert not agency.domains.exists()


def test_a_domain_is_decided_about_on_the_page_of_its_agency_only(one: Client, other: Client) -> None:
    mine, foreign = make_agency(), make_agency()
    one.post(
        f"{ROOM}agencies/{mine.uuid}/propose/",
        {"domain": "police.example", "source_url": "https://x.example/"},
    )
    domain = AgencyDomain.objects.get()
    answer = other.post(
        f"{ROOM}agencies/{foreign.uuid}/decide/", {"domain": str(domain.uuid), "confirm": "1"}
    )
    assert answer.status_code == 404
    assert listed_domain_of("a@police.example") is None


@pytest.mark.parametrize("country", ["XX", "ke", "'", "KEN"])
def test_a_country_that_is_none_is_said_to_be_none(one: Client, country: str) -> None:
    answer = one.get(f"{ROOM}agencies/", {"country": country})
    assert answer.status_code == 200
    assert b"no country of the list" in answer.content


def test_two_administrators_name_who_speaks_for_a_country(one: Client, other: Client) -> None:
    member = make_member(email="m@police.example")
    one.post(f"{ROOM}focal-points/propose/", {"email": "m@police.example", "country": "KE"})
    point = FocalPoint.objects.get()
    one.post(f"{ROOM}focal-points/decide/", {"point": str(point.uuid), "confirm": "1"})
    assert country_of_focal_point(member) == ""
    other.post(f"{ROOM}focal-points/decide/", {"point": str(point.uuid), "confirm": "1"})
    assert country_of_focal_point(member) == "KE"
    answer = one.post(f"{ROOM}focal-points/propose/", {"email": "m@police.example", "country": "UG"})
    assert answer.status_code == 422
    FocalPoint.objects.update(expires_at=timezone.now())
    assert country_of_focal_point(member) == ""
    one.post(f"{ROOM}focal-points/decide/", {"point": str(point.uuid), "drop": "1"})
    assert "m@police.example" not in one.get(f"{ROOM}focal-points/").content.decode()


def test_a_new_version_of_the_terms_begins_with_the_present_one(one: Client) -> None:
    publish_first_terms()
    terms = current_terms()
    assert terms is not None
    one.post("/en/account/terms/", {"terms": "1"})
    assert "for nothing else" in one.get(f"{ROOM}terms/").content.decode()
    typed = texts_of(terms)
    assert one.post(f"{ROOM}terms/publish/", typed).status_code == 422  # nothing has changed
    typed = {code: f"{text}\n\nNew." for code, text in typed.items()}
    assert one.post(f"{ROOM}terms/publish/", {**typed, "ar": ""}).status_code == 422
    assert Terms.objects.count() == 1
    assert one.post(f"{ROOM}terms/publish/", typed)["Location"] == f"{ROOM}terms/"
    assert Terms.objects.count() == 2
    assert one.get(f"{ROOM}terms/")["Location"].startswith("/en/account/terms/")


def stale(browser: Client) -> User:
    """Let the browser's proof of the second factor be ten minutes old."""
    session = browser.session
    records = session["account_authentication_methods"]
    for record in records:
        record["at"] = time.time() - 600
    session["account_authentication_methods"] = records
    session.save()
    return User.objects.get(pk=session["_auth_user_id"])


def test_a_change_needs_a_fresh_proof_and_what_was_typed_stays(one: Client) -> None:
    """Security item 27."""
    make_member(email="m@police.example")
    stale(one)
    typed = {"email": "m@police.example", "role": "translator", "languages": ["ar", "ru"], "months": "3"}
    assert one.get(f"{ROOM}roles/").status_code == 200
    asked = one.post(f"{ROOM}roles/propose/", typed)
    assert asked["Location"].startswith("/en/account/2fa/reauthenticate/?next=")
    assert not RoleChange.objects.exists()
    assert Authenticator.objects.exists()
    proved = one.post(asked["Location"], {"code": code_of_app()})
    assert proved["Location"] == f"{ROOM}roles/"
    page = one.get(f"{ROOM}roles/").content.decode()
    assert 'value="m@police.example"' in page
    assert page.count(" checked") == 2
    assert one.post(f"{ROOM}roles/propose/", typed).status_code == 302
    assert RoleChange.objects.count() == 1


@pytest.mark.parametrize("page", ["roles/", "agencies/", "focal-points/"])
def test_a_page_asks_as_many_questions_with_one_line_as_with_three(one: Client, page: str) -> None:
    def lines() -> None:
        editor = make_member(Role.EDITOR)
        FocalPoint.objects.create(user=editor, country="KE", proposed_at=timezone.now())
        agency = make_agency()
        AgencyDomain.objects.create(
            agency=agency,
            domain=f"d{agency.pk}.example",
            proposed_at=timezone.now(),
            source_url="https://x.example/",
        )
        RoleChange.objects.create(
            user=editor, role="trainer", step="grant", proposed_by=editor, proposed_at=timezone.now()
        )

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert one.get(ROOM + page).status_code == 200
        return len(queries)

    lines()
    first = count()
    lines()
    lines()
    assert count() == first


def test_the_masthead_leads_administrators_there_and_nobody_else(one: Client) -> None:
    member = Client()
    sign_in(member, make_member(Role.EDITOR))
    assert f'href="{ROOM}"' in one.get("/en/catalogue/").content.decode()
    assert f'href="{ROOM}"' not in member.get("/en/catalogue/").content.decode()


def test_the_overview_says_that_too_few_vetters_can_decide_and_nothing_else_of_it(one: Client) -> None:
    def overview() -> str:
        return one.get(ROOM).content.decode()

    says_so = "has too few vetters who can decide"
    assert says_so not in overview()
    make_vetter()
    application = make_application()
    assert f"1 application {says_so}" in overview()
    assert application.reference not in overview()
    make_vetter()
    assert says_so not in overview()


def test_the_overview_asks_as_many_questions_for_three_applications_as_for_one(one: Client) -> None:
    make_vetter()
    counts = []
    for missing in (1, 2):
        for _ in range(missing):
            make_application()
        with CaptureQueriesContext(connection) as queries:
            assert one.get(ROOM).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
