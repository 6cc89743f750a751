"""Whoever speaks for a country confirms its officers, or objects; everybody else finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from community.actions.agencies import withdraw_focal_point
from community.actions.vetting import decide_application
from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from community.models import Application, FocalPoint
from community.queries.applications import classes_held
from hub.core import outbox
from hub.core.enums import Role
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import User
from tests.factories.community import make_agency, make_application, make_focal_point, make_vetter, prove
from tests.factories.people import make_member, sign_in

pytestmark = pytest.mark.django_db
COUNTRY = "/en/vetting/country/"


@pytest.fixture
def point() -> User:
    return make_focal_point("KE")


@pytest.fixture
def desk(client: Client, point: User) -> Client:
    sign_in(client, point)
    return client


@pytest.fixture
def application(point: User) -> Application:
    make_agency("Kenya Police", domain="police.example")
    made = make_application()
    Application.objects.filter(pk=made.pk).update(third_review=False)
    return Application.objects.get(pk=made.pk)


def agree(application: Application) -> None:
    first, second = make_vetter(), make_vetter()
    prove(application, first)
    for vetter in (first, second):
        decide_application(application, Choice.APPROVE, Reason.CONFIRMED, by=vetter)
    assert application.state == ApplicationState.AGREED


def letters() -> list[mail.EmailMessage]:
    while outbox.drain():
        pass
    found, mail.outbox[:] = list(mail.outbox), []
    return found


def test_a_country_sees_its_own_applicants_only(desk: Client, application: Application) -> None:
    foreign = make_application(country="PE")
    page = desk.get(COUNTRY).content.decode()
    assert application.reference in page
    assert foreign.reference not in page
    assert desk.get(f"{COUNTRY}{application.uuid}/").status_code == 200
    for path in ("", "answer/"):
        answer = desk.post(f"{COUNTRY}{foreign.uuid}/{path}", {"holds": "yes"})
        assert answer.status_code in (404, 405)
    assert desk.get(f"{COUNTRY}{foreign.uuid}/").status_code == 404


def test_to_everybody_else_there_is_nothing_there(application: Application) -> None:
    assert Client().get(COUNTRY)["Location"].startswith("/en/account/login/")
    for person in (make_member(), make_vetter(), make_member(Role.ADMINISTRATOR)):
        browser = Client()
        sign_in(browser, person)
        assert browser.get(COUNTRY).status_code == 404
        assert browser.get(f"{COUNTRY}{application.uuid}/").status_code == 404
        assert browser.post(f"{COUNTRY}{application.uuid}/answer/", {"holds": "yes"}).status_code == 404


@pytest.mark.parametrize("how", ["withdrawn", "expired", "no member any more"])
def test_whoever_speaks_no_more_sees_nothing_at_once(
    desk: Client, point: User, application: Application, how: str
) -> None:
    if how == "withdrawn":
        withdraw_focal_point(FocalPoint.objects.get(user=point), by=None)
    elif how == "expired":
        FocalPoint.objects.update(expires_at=timezone.now())
    else:
        User.objects.filter(pk=point.pk).update(membership_valid_until=timezone.now())
    for path in (COUNTRY, f"{COUNTRY}{application.uuid}/"):
        assert desk.get(path).status_code == 404


def test_a_confirmation_is_a_class_of_evidence(desk: Client, application: Application) -> None:
    answer = desk.post(f"{COUNTRY}{application.uuid}/answer/", {"holds": "yes", "note": "On the roll."})
    assert answer["Location"] == COUNTRY
    assert EvidenceClass.FOCAL_POINT in classes_held(application)
    assert "You have confirmed" in desk.get(f"{COUNTRY}{application.uuid}/").content.decode()


def test_an_objection_takes_back_what_two_vetters_agreed_on(desk: Client, application: Application) -> None:
    agree(application)
    assert "Objections are possible until" in desk.get(f"{COUNTRY}{application.uuid}/").content.decode()
    desk.post(f"{COUNTRY}{application.uuid}/answer/", {"holds": "no", "note": "Left the service."})
    application.refresh_from_db()
    assert application.state == ApplicationState.IN_REVIEW
    assert EvidenceClass.FOCAL_POINT not in classes_held(application)


def test_a_later_confirmation_while_agreed_changes_nothing(desk: Client, application: Application) -> None:
    agree(application)
    desk.post(f"{COUNTRY}{application.uuid}/answer/", {"holds": "yes"})
    application.refresh_from_db()
    assert application.state == ApplicationState.AGREED


@pytest.mark.parametrize("typed", [{}, {"holds": "maybe"}, {"holds": "yes", "note": "x" * 2_000}])
def test_a_wrong_answer_is_refused_in_words(
    desk: Client, application: Application, typed: dict[str, str]
) -> None:
    answer = desk.post(f"{COUNTRY}{application.uuid}/answer/", typed)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert not application.evidence.filter(kind=EvidenceClass.FOCAL_POINT).exists()


def test_an_objection_alone_does_not_let_an_application_go_on(desk: Client, application: Application) -> None:
    agree(application)
    desk.post(f"{COUNTRY}{application.uuid}/answer/", {"holds": "no"})
    application.refresh_from_db()
    assert application.state != ApplicationState.AGREED


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_it_speaks_every_language(desk: Client, application: Application, language: str) -> None:
    for path in (COUNTRY, f"{COUNTRY}{application.uuid}/"):
        assert desk.get(path.replace("/en/", f"/{language}/")).status_code == 200


def test_the_country_is_told_when_somebody_applies_and_when_vetters_agree(
    point: User, application: Application
) -> None:
    told = [one for one in letters() if one.to == [point.email]]
    assert len(told) == 1
    assert application.name not in str(told[0].body)
    assert application.email not in str(told[0].body)
    agree(application)
    told = [one for one in letters() if one.to == [point.email]]
    assert ["72 hours" in str(one.body) for one in told] == [True]


def test_it_needs_a_fresh_proof(application: Application, point: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = Client()
        sign_in(browser, point)
        clock.shift(timedelta(minutes=6))
        asked = browser.post(f"{COUNTRY}{application.uuid}/answer/", {"holds": "no"})
        assert asked["Location"].startswith("/en/account/2fa/reauthenticate/")
    assert not application.evidence.filter(kind=EvidenceClass.FOCAL_POINT).exists()


def test_the_masthead_leads_there(desk: Client) -> None:
    assert f'href="{COUNTRY}"' in desk.get("/en/catalogue/").content.decode()
