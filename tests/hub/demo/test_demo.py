"""The demonstration: six roles by one form, on this machine only."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from community.api import suspend_member
from hub.core.access import is_member, roles_of
from hub.core.models import User
from hub.demo.people import PARTS, seed_people
from hub.door.proof import is_on_this_machine
from tests.factories.people import sign_in_member

pytestmark = pytest.mark.django_db

ROLES = {
    "investigator": "",
    "trainer": "trainer",
    "editor": "editor",
    "translator": "translator",
    "vetter": "vetter",
    "second-vetter": "vetter",
    "focal-point": "",
    "administrator": "administrator",
    "second-administrator": "administrator",
}


@pytest.fixture
def local() -> Client:
    """A browser on the machine of the server."""
    return Client(SERVER_NAME="localhost")


def test_the_page_shows_each_role_and_what_it_may_do(local: Client) -> None:
    assert [part.code for part in PARTS] == list(ROLES)
    page = html.unescape(local.get("/en/demo/").content.decode())
    for part in PARTS:
        assert f'name="role" value="{part.code}"' in page
        assert str(part.may) in page
    assert not User.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_one_form_signs_in_and_leads_home(local: Client, role: str) -> None:
    response = local.post("/ar/demo/", {"role": role})
    assert (response.status_code, response["Location"]) == (302, "/ar/")
    assert local.get("/ar/").status_code == 200
    assert local.get("/ar/catalogue/").status_code == 200
    person = User.objects.get(pk=local.session["_auth_user_id"])
    assert person.is_demo
    assert not person.has_usable_password()
    assert {str(one) for one in roles_of(person)} == ({ROLES[role]} - {""})


def test_the_role_can_be_changed_while_signed_in(local: Client) -> None:
    local.post("/en/demo/", {"role": "investigator"})
    first = (local.session.session_key, local.session["_auth_user_id"])
    assert "You are signed in with this role" in local.get("/en/demo/").content.decode()
    local.post("/en/demo/", {"role": "editor"})
    assert local.session["_auth_user_id"] != first[1]
    assert local.session.session_key != first[0]
    assert local.get("/cms/").status_code == 200
    local.post("/en/account/logout/")
    assert local.get("/en/catalogue/").status_code == 302


def test_it_leads_back_to_where_one_wanted_to_go(local: Client) -> None:
    page = local.get("/en/demo/?next=/en/catalogue/%3Fq=face").content.decode()
    assert 'name="next" value="/en/catalogue/?q=face"' in page
    response = local.post("/en/demo/", {"role": "trainer", "next": "/en/catalogue/?q=face"})
    assert response["Location"] == "/en/catalogue/?q=face"


@pytest.mark.parametrize("role", ["", "root", "member", "INVESTIGATOR"])
def test_another_role_is_refused_with_the_page(local: Client, role: str) -> None:
    response = local.post("/en/demo/", {"role": role})
    assert response.status_code == 400
    assert "Choose one of the roles" in response.content.decode()
    assert "_auth_user_id" not in local.session


@pytest.mark.parametrize(
    ("host", "address", "header", "answer"),
    [
        ("localhost", "127.0.0.1", "", 200),
        ("localhost:8931", "127.0.0.1", "", 200),
        ("127.0.0.1:8000", "127.0.0.1", "", 200),
        ("[::1]", "::1", "", 200),
        ("[::1]:8000", "::1", "", 200),
        ("testserver", "127.0.0.1", "", 404),
        ("localhost", "192.0.2.7", "", 404),
        ("localhost", "", "", 404),
        ("localhost", "127.0.0.1", "X-Forwarded-For", 404),
        ("localhost", "127.0.0.1", "X-Forwarded-Host", 404),
        ("localhost", "127.0.0.1", "X-Forwarded-Proto", 404),
        ("localhost", "127.0.0.1", "Forwarded", 404),
        ("localhost", "127.0.0.1", "X-Real-IP", 404),
        ("localhost", "127.0.0.1", "Via", 404),
    ],
)
def test_it_is_there_on_this_machine_only(host: str, address: str, header: str, answer: int) -> None:
    headers = {"Host": host} | ({header: "127.0.0.1"} if header else {})
    client = Client(headers=headers, REMOTE_ADDR=address)
    assert client.get("/en/demo/").status_code == answer
    response = client.post("/en/demo/", {"role": "administrator"})
    assert response.status_code == {200: 302, 404: 404}[answer]
    assert ("_auth_user_id" in client.session) == (answer == 200)
    assert is_on_this_machine(response.wsgi_request) == (answer == 200)


def test_a_real_session_is_left_behind(local: Client) -> None:
    member = sign_in_member(local)
    local.post("/en/demo/", {"role": "vetter"})
    assert local.session["_auth_user_id"] != str(member.pk)
    assert "account_authentication_methods" not in local.session


def test_the_form_needs_its_token() -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    assert strict.post("/en/demo/", {"role": "administrator"}).status_code == 403


def test_people_are_seeded_once() -> None:
    first = [(user.pk, user.membership_valid_until) for user in seed_people()]
    assert [(user.pk, user.membership_valid_until) for user in seed_people()] == first
    assert User.objects.count() == len(PARTS)
    assert all(user.email.endswith(".invalid") for user in User.objects.all())


def test_a_lapsed_membership_is_renewed() -> None:
    seed_people()
    User.objects.update(membership_state="expired")
    assert {user.membership_state for user in seed_people()} == {"member"}


def test_whoever_was_suspended_stays_so_and_nobody_plays_them(local: Client) -> None:
    person = next(user for user in seed_people() if user.email.startswith("trainer@"))
    suspend_member(person, by=None, reason="inquiry")
    seed_people()
    assert not is_member(User.objects.get(pk=person.pk))
    answer = local.post("/en/demo/", {"role": "trainer"})
    assert answer.status_code == 400
    assert "This person is suspended." in answer.content.decode()
    assert "_auth_user_id" not in local.session
    assert local.post("/en/demo/", {"role": "editor"}).status_code == 302
