"""Applicants of the demonstration: one in each state, and a way in that a newcomer can play to its end."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

from community.api import publish_first_terms
from community.enums import ApplicationState
from community.models import Application
from hub.core import outbox
from hub.core.models import User
from hub.demo.applicants import seed_applicants
from hub.demo.people import seed_people

pytestmark = pytest.mark.django_db
PASSWORD = "otter-lamp-71-quilt"


@pytest.fixture
def cast() -> None:
    cache.clear()
    publish_first_terms()
    seed_people()
    seed_applicants()


def local() -> Client:
    return Client(SERVER_NAME="localhost")


def as_role(role: str) -> Client:
    client = local()
    client.post("/en/demo/", {"role": role})
    return client


def test_there_is_somebody_in_each_state_that_a_vetter_meets(cast: None) -> None:
    assert set(Application.objects.values_list("state", flat=True)) == {
        ApplicationState.SUBMITTED,
        ApplicationState.IN_REVIEW,
        ApplicationState.MORE_WANTED,
        ApplicationState.AGREED,
        ApplicationState.REFUSED,
        ApplicationState.WITHDRAWN,
    }
    before = Application.objects.count()
    assert seed_applicants() == 0
    assert Application.objects.count() == before


def test_two_vetters_have_something_to_do(cast: None) -> None:
    for role in ("vetter", "second-vetter"):
        page = as_role(role).get("/en/vetting/")
        assert page.status_code == 200
        assert b"V-" in page.content


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_newcomer_plays_the_way_in_to_its_end(cast: None) -> None:
    application = Application.objects.get(email="g.wanjiru@police.example")
    for number, role in enumerate(("vetter", "second-vetter")):
        client = as_role(role)
        if number == 0:
            client.post(
                f"/en/vetting/{application.uuid}/call/",
                {
                    "number": "+254 20 555 0100",
                    "source_url": "https://police.example/contact",
                    "holds": "yes",
                },
            )
        client.post(f"/en/vetting/{application.uuid}/decide/", {"decision": "approve:confirmed"})
    application.refresh_from_db()
    assert application.state == ApplicationState.AGREED
    assert as_role("vetter").post("/en/demo/time/")["Location"] == "/en/demo/"
    while outbox.drain():
        pass
    letter = next(one for one in reversed(mail.outbox) if one.to == ["g.wanjiru@police.example"])
    link = re.search(r"/en/account/enrol/[\w-]{43}/", str(letter.body))
    assert link is not None
    officer = local()
    officer.get(link[0])
    officer.post(link[0])
    officer.post("/en/account/enrol/", {"password1": PASSWORD, "password2": PASSWORD})
    page = officer.get("/en/account/2fa/totp/activate/")
    seed = page.context["form"].secret
    code = format_hotp_value(hotp_value(seed, int(time.time()) // 30))
    officer.post("/en/account/2fa/totp/activate/", {"code": code})
    assert officer.get("/en/catalogue/")["Location"].startswith("/en/account/terms/")
    officer.post("/en/account/terms/", {"terms": "1"})
    assert officer.get("/en/catalogue/").status_code == 200
    person = User.objects.get(email="g.wanjiru@police.example")
    assert person.is_demo, "the next start must not take the folder for a real hub's"


def test_time_passes_on_this_machine_only(cast: None) -> None:
    assert Client().post("/en/demo/time/").status_code == 404
    assert Application.objects.filter(state=ApplicationState.AGREED).exists()


def test_without_anybody_agreed_on_nothing_happens() -> None:
    answer = local().post("/en/demo/time/", follow=True)
    assert "Nobody waits for that" in answer.content.decode()
