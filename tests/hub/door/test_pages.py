"""Every page of the account that can be reached is one of the hub's own, and works under the strict policy."""

from __future__ import annotations

import json
import re
import time
from base64 import urlsafe_b64encode

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern

from hub.core.languages import LANGUAGES
from hub.door.urls import account_urlpatterns
from tests.factories.people import PASSWORD, add_app, make_member, sign_in

pytestmark = pytest.mark.django_db

OPEN_TO_STRANGERS = ["login/", "inactive/", "enrol/"]
OWN = [
    "",
    "sessions/",
    "logout/",
    "reauthenticate/",
    "password/change/",
    "2fa/",
    "2fa/reauthenticate/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
]


@pytest.fixture
def fresh(client: Client) -> Client:
    """A client of a member who has just confirmed password and factor."""
    cache.clear()
    member = make_member(password=PASSWORD)
    sign_in(client, member)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**record, "reauthenticated": True, "at": time.time()} for record in records
    ]
    session.save()
    return client


def check_page(response) -> str:
    """Check what holds for each page, and return its HTML."""
    page = response.content.decode()
    assert page.count("<h1>") == 1
    title = re.search(r"<title>(.*?) · ", page)[1]
    assert title.removeprefix("Error: ") in re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1]
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|src=\"data:", page)
    for script in re.findall(r"<script([^>]*)>", page):
        assert 'src="/static/' in script or 'type="application/json"' in script
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
        assert "csrfmiddlewaretoken" in form
    assert "placeholder=" not in page
    for template in response.templates:
        if template.origin is not None and not template.name.startswith("django/forms"):
            assert "/allauth/" not in template.origin.name, template.name
    return page


@pytest.mark.parametrize("path", OPEN_TO_STRANGERS)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_pages_for_strangers(client: Client, path: str, language) -> None:
    page = client.get(f"/{language.code}/account/{path}")
    assert page.status_code == (404 if path == "enrol/" else 200)
    assert f'<html lang="{language.html_lang}" dir="{language.direction}"' in page.content.decode()
    if language.code == "en":
        check_page(page)


@pytest.mark.parametrize("path", OWN)
def test_pages_of_the_account(fresh: Client, path: str) -> None:
    response = fresh.get(f"/en/account/{path}")
    assert response.status_code == 200
    check_page(response)


def test_pages_with_a_passkey(fresh: Client) -> None:
    passkey = Authenticator.objects.create(
        user_id=fresh.session["_auth_user_id"],
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Ring <b>", "credential": {}},
    )
    for path in ("2fa/", "2fa/webauthn/", f"2fa/webauthn/keys/{passkey.pk}/remove/"):
        response = fresh.get(f"/en/account/{path}")
        assert response.status_code == 200
        assert "Ring <b>" not in check_page(response)
    response = fresh.get(f"/en/account/2fa/webauthn/keys/{passkey.pk}/edit/")
    assert 'value="Ring &lt;b&gt;"' in check_page(response)
    assert fresh.post(response.request["PATH_INFO"], {"name": "Key at home"}).status_code == 302
    assert "Key at home" in fresh.get("/en/account/2fa/webauthn/").content.decode()


def test_pages_between_password_and_factor(client: Client) -> None:
    member = make_member(password=PASSWORD)
    add_app(member)
    client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    page = check_page(client.get("/en/account/2fa/authenticate/"))
    assert re.search(r'name="code"[^>]*autocomplete="one-time-code"', page)
    assert "passkey" not in page


def test_pages_of_somebody_without_a_factor(client: Client) -> None:
    member = make_member(password=PASSWORD)
    client.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    assert "One more step" in check_page(client.get("/en/account/2fa/"))
    wanted = "/en/account/2fa/totp/activate/"
    again = client.get(wanted)["Location"]
    check_page(client.get(again))
    client.post(again, {"password": PASSWORD, "next": wanted})
    check_page(client.get(wanted))


def test_a_page_with_errors_says_so_in_its_title(fresh: Client) -> None:
    response = fresh.post("/en/account/password/change/", {"oldpassword": "", "password1": ""})
    page = check_page(response)
    assert "<title>Error: " in page
    assert 'class="summary"' in page
    for name in ("oldpassword", "password1", "password2"):
        assert re.search(rf'name="{name}"[^>]*maxlength="256"', page), name


def test_every_address_of_the_account_is_either_reached_above_or_closed() -> None:
    reached = {*OPEN_TO_STRANGERS, *OWN, "2fa/authenticate/", "2fa/totp/activate/"}
    others = {
        str(pattern.pattern)
        for pattern in account_urlpatterns
        if isinstance(pattern, URLPattern) and not getattr(pattern.callback, "closed", False)
    } - reached
    assert others == {
        "enrol/strength/",
        "password/strength/",
        "2fa/webauthn/login/",
        "2fa/webauthn/reauthenticate/",
        "2fa/webauthn/keys/<int:pk>/edit/",
        "2fa/webauthn/keys/<int:pk>/remove/",
        "^enrol/(?P<token>[A-Za-z0-9_-]{43})/$",
        "terms/",
    }


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/set/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-abc/",
        "login/code/confirm/",
        "2fa/recovery-codes/download/",
    ],
)
def test_closed_addresses_are_closed_to_everybody(client: Client, fresh: Client, path: str) -> None:
    for person in (Client(), fresh):
        for method in ("get", "post"):
            assert getattr(person, method)(f"/en/account/{path}").status_code == 404


def test_the_challenge_of_a_passkey_is_given_to_its_script_only(client: Client) -> None:
    response = client.get("/en/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    options = response.json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert options["rpId"] == "testserver"
    assert client.get("/en/account/2fa/webauthn/login/").status_code == 302
    answer = client.post(
        "/en/account/login/", {"login": "a@b.example"}, headers={"Accept": "application/json"}
    )
    assert answer["Content-Type"].startswith("text/html")


def made_up_credential(**changes: object) -> str:
    """Return a credential that is well formed, of a person there is, and signed by nobody."""
    client_data = {"type": "webauthn.get", "challenge": "x", "origin": "https://testserver"}
    encoded = urlsafe_b64encode(json.dumps(client_data).encode()).rstrip(b"=").decode()
    response = {
        "clientDataJSON": encoded,
        "authenticatorData": urlsafe_b64encode(b"x" * 37).rstrip(b"=").decode(),
        "signature": "AAAA",
        "userHandle": urlsafe_b64encode(b"1").rstrip(b"=").decode(),
    }
    return json.dumps(
        {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response | changes}
        | {name: value for name, value in changes.items() if name in ("id", "rawId", "type", "response")}
    )


MADE_UP = [
    "",
    "x",
    "{}",
    "[]",
    "null",
    "1e999",
    '"text"',
    "[" * 19_000,
    "[" * 21_000,
    '{"id": "x", "response": {}}',
    '{"id": "x", "rawId": "x", "response": {}}',
    '{"id": [], "rawId": {}, "response": null}',
    made_up_credential(),
    made_up_credential(userHandle="!!!"),
    made_up_credential(userHandle=None),
    made_up_credential(userHandle="OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"),
    made_up_credential(clientDataJSON="AAAA"),
    made_up_credential(authenticatorData="AA"),
    made_up_credential(response=[]),
    made_up_credential(type="other"),
]


@pytest.mark.parametrize("credential", MADE_UP)
def test_a_made_up_passkey_opens_nothing(client: Client, credential: str) -> None:
    """Item 41: and is no error of the server."""
    cache.clear()
    client.get("/en/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    response = client.post("/en/account/2fa/webauthn/login/", {"credential": credential})
    assert response.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", MADE_UP)
def test_a_made_up_passkey_is_neither_a_second_factor_nor_added(fresh: Client, credential: str) -> None:
    """Item 41."""
    cache.clear()
    path = "/en/account/2fa/webauthn/add/"
    assert fresh.get(path).status_code == 200
    assert fresh.post(path, {"name": "Key", "credential": credential}).status_code == 200
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()
    member = make_member(password=PASSWORD)
    add_app(member)
    stranger = Client()
    stranger.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    assert stranger.get("/en/account/2fa/authenticate/").status_code == 200
    assert stranger.post("/en/account/2fa/authenticate/", {"credential": credential}).status_code == 200
    assert "_auth_user_id" not in stranger.session
