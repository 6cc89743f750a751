"""The gate: default deny, decided before anything is looked up (security items 8, 24, 29, 31, 32)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from community import api as community
from hub.core.enums import Role
from hub.core.models import User
from hub.door.proof import DEMONSTRATION
from hub.models import StandardPage
from hub.seed import seed_pages
from tests.factories.catalogue import ToolFactory
from tests.factories.people import add_app, make_account, make_member, sign_in, sign_in_member

pytestmark = pytest.mark.django_db

CLOSED_PATHS = [
    "/en/catalogue/",
    "/en/catalogue/there-is-none/",
    "/en/catalogue/there/is/none/",
    "/en/catalogue/there-is.none",
    "/ar/learning/there.is.none/",
    "/en/learning/",
    "/en/learning/none/",
    "/ar/community/",
    "/en/account/",
    "/en/account/none/",
    "/en/account/sessions/",
    "/cms/",
    "/cms/none/",
    "/cms/pages/1/edit/",
]


@pytest.mark.parametrize("path", CLOSED_PATHS)
def test_anonymous_people_are_sent_to_the_log_in(client: Client, path: str) -> None:
    """Item 29: the same answer whether or not there is something."""
    response = client.get(f"{path}?q=1&q=2")
    assert response.status_code == 302
    language = path.split("/")[1] if not path.startswith("/cms/") else "en"
    quoted = path.replace("/", "%2F")
    assert response["Location"] == f"/{language}/account/login/?next={quoted}%3Fq%3D1%26q%3D2"


def test_an_existing_and_a_missing_tool_look_the_same_to_strangers(client: Client) -> None:
    """Item 29: nothing is looked up, and nothing but the address differs."""
    ToolFactory(code="real-tool")
    answers = []
    for slug in ("real-tool", "none-tool"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(f"/en/catalogue/{slug}/")
        headers = {
            name: value.replace(slug, "…")
            for name, value in response.headers.items()
            if name != "X-Request-ID"
        }
        answers.append((response.status_code, headers, response.content, len(queries)))
    assert answers[0] == answers[1]
    assert answers[0][3] == 0


def test_a_request_of_htmx_is_sent_to_the_log_in_as_a_page(client: Client) -> None:
    response = client.get("/en/catalogue/?q=x", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/en/account/login/?next=%2Fen%2Fcatalogue%2F%3Fq%3Dx"
    assert response.content == b""


def test_an_address_that_is_too_long_to_come_back_to_is_left_out(client: Client) -> None:
    response = client.get("/en/catalogue/?q=" + "x" * 3_000)
    assert response["Location"] == "/en/account/login/"


def test_members_read_and_others_do_not(client: Client) -> None:
    member = make_member()
    sign_in(client, member)
    assert client.get("/en/catalogue/").status_code == 200
    assert client.get("/en/learning/").status_code == 200
    User.objects.filter(pk=member.pk).update(membership_valid_until=timezone.now() - timedelta(seconds=1))
    assert client.get("/en/catalogue/").status_code == 404
    assert client.get("/en/catalogue/none/").status_code == 404
    assert client.get("/en/account/").status_code == 200


def test_membership_ends_by_the_clock_and_not_by_a_job(client: Client) -> None:
    """Item 32."""
    member = make_account()
    community.grant_membership(member, by=None, valid_until=timezone.now() + timedelta(minutes=20))
    sign_in(client, member)
    assert client.get("/en/catalogue/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=20, seconds=1)):
        assert client.get("/en/catalogue/").status_code == 404


def test_suspended_officer_sees_nothing_at_the_next_request(client: Client) -> None:
    """Item 24: the session is gone, and would open nothing if it were not."""
    member = sign_in_member(client)
    assert client.get("/en/catalogue/").status_code == 200
    community.suspend_member(member, by=None, reason="inquiry")
    assert client.get("/en/catalogue/").status_code == 302
    sign_in(client, member)
    for path in CLOSED_PATHS:
        if "/account/" not in path:
            assert client.get(path).status_code == 404, path


def test_without_a_second_factor_only_adding_one_is_possible(client: Client) -> None:
    """Item 8: a password alone leads to nothing else, not even to the public pages."""
    client.force_login(make_member())
    for path in [*CLOSED_PATHS, "/en/", "/en/demo/"]:
        response = client.get(path)
        assert (response.status_code, response["Location"].split("/", 2)[2]) == (302, "account/2fa/"), path
    assert client.get("/en/account/2fa/").status_code == 200
    assert client.get("/en/account/logout/").status_code == 200
    assert client.post("/en/account/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_password_alone_does_not_add_a_second_factor_beside_an_existing_one(client: Client) -> None:
    """Item 8: else a stolen password would be enough."""
    member = make_member()
    add_app(member)
    client.force_login(member)
    assert client.get("/en/account/2fa/webauthn/add/")["Location"].startswith("/en/account/login/")
    assert "_auth_user_id" not in client.session


def test_a_removed_second_factor_proves_nothing_at_the_next_request(client: Client) -> None:
    """Item 20."""
    member = sign_in_member(client)
    assert client.get("/en/catalogue/").status_code == 200
    Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).delete()
    response = client.get("/en/catalogue/")
    assert response["Location"] == "/en/account/2fa/"


def test_a_proof_belongs_to_one_person(client: Client) -> None:
    """Item 8: whoever signs in next in the same browser proves their own factor."""
    first, second = sign_in_member(client), make_member()
    session = client.session
    session["_auth_user_id"] = str(second.pk)
    session["_auth_user_hash"] = second.get_session_auth_hash()
    session.save()
    assert client.get("/en/catalogue/")["Location"] == "/en/account/2fa/"
    assert first.pk != second.pk


def test_a_session_ends_after_twelve_hours(client: Client) -> None:
    """Item 21: however busy it was."""
    sign_in_member(client)
    session = client.session
    session["door.started"] = time.time() - 12 * 3600 - 1
    session.save()
    assert client.get("/en/catalogue/").status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("value", [None, "1", True, {}, -1e12, 1e12])
def test_a_session_without_a_believable_start_ends(client: Client, value: object) -> None:
    sign_in_member(client)
    session = client.session
    session["door.started"] = value
    session.save()
    assert client.get("/en/catalogue/").status_code == 302


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ((), 404),
        ((Role.TRAINER,), 404),
        ((Role.VETTER,), 404),
        ((Role.ADMINISTRATOR,), 404),
        ((Role.EDITOR,), 200),
        ((Role.TRAINER, Role.EDITOR), 200),
    ],
)
def test_the_editors_desk_is_there_for_editors_only(
    client: Client, roles: tuple[Role, ...], status: int
) -> None:
    sign_in_member(client, *roles)
    assert client.get("/cms/").status_code == status
    assert client.get("/cms/none/").status_code == 404


def test_an_expired_role_opens_nothing(client: Client) -> None:
    """Item 32: the group of the editors' desk is still there, the role is not."""
    editor = sign_in_member(client, Role.EDITOR)
    assert client.get("/cms/").status_code == 200
    editor.role_grants.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/cms/").status_code == 404


def test_a_demonstration_session_counts_on_this_machine_only(client: Client, settings) -> None:
    local = {"SERVER_NAME": "localhost"}
    client.post("/en/demo/", {"role": "editor"}, **local)
    assert client.get("/en/catalogue/", **local).status_code == 200
    assert (
        client.get("/en/catalogue/", headers={"X-Forwarded-For": "203.0.113.9"}, **local).status_code == 302
    )
    client.post("/en/demo/", {"role": "editor"}, **local)
    assert client.get("/en/catalogue/", **local).status_code == 200
    settings.DEMO = False
    assert client.get("/en/catalogue/", **local).status_code == 302


def test_a_mark_of_the_demonstration_does_not_help_a_real_person(client: Client) -> None:
    client.force_login(make_member())
    session = client.session
    session[DEMONSTRATION] = True
    session.save()
    assert client.get("/en/catalogue/", SERVER_NAME="localhost")["Location"] == "/en/account/2fa/"


def test_a_restricted_page_needs_a_member(client: Client) -> None:
    """Wagtail's own rule for "private" pages admits any account."""
    seed_pages()
    page = StandardPage.objects.get(slug="about", locale__language_code="en")
    assert client.get("/en/about/").status_code == 200
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/en/about/")["Location"] == "/en/account/login/?next=%2Fen%2Fabout%2F"
    member = make_member()
    sign_in(client, member)
    response = client.get("/en/about/")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    User.objects.filter(pk=member.pk).update(membership_state="expired")
    assert client.get("/en/about/").status_code == 404


@pytest.mark.parametrize("path", ["/healthz/", "/robots.txt"])
def test_machines_are_answered_without_a_session(client: Client, path: str) -> None:
    sign_in_member(client)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert not [query for query in queries if "core_session" in query["sql"]]


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_unknown_addresses_are_missing_in_the_right_language(client: Client, language: str) -> None:
    response = client.get(f"/{language}/none/")
    assert response.status_code == 404
    assert f'lang="{"zh-Hans" if language == "zh-hans" else language}"' in response.content.decode()
