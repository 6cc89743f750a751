"""Headers, value by value, on every kind of answer (security items 47, 48, 57)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.models import Page

from hub.core.enums import Role
from hub.seed import seed_pages
from tests.factories.people import sign_in_member

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
ON = {"publickey-credentials-create", "publickey-credentials-get"}
OFF = {"camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "display-capture"}


def policy_of(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def permissions_of(response) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in response["Permissions-Policy"].split(","))
    return {name: value for name, _, value in parts}


def limit_reached(client: Client):
    for _ in range(11):
        response = client.post("/en/account/login/", {"login": "a@b.example", "password": "x" * 15})
    return response


def server_error(client: Client):
    client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.door.gate.door_of", lambda path: 1 / 0)
        return client.get("/en/")


ANSWERS = {
    "200": lambda client: client.get("/en/account/login/"),
    "301": lambda client: client.get("/EN/"),
    "302": lambda client: client.get("/en/catalogue/"),
    "400": lambda client: client.get("/en/?q=%00"),
    "403": lambda client: client.post("/en/account/login/", headers={"Sec-Fetch-Site": "cross-site"}),
    "404": lambda client: client.get("/en/none/"),
    "405": lambda client: client.put("/en/"),
    "429": limit_reached,
    "500": server_error,
}


@pytest.mark.parametrize("status", ANSWERS)
def test_every_answer_has_the_headers(client: Client, status: str) -> None:
    """Item 48."""
    cache.clear()
    response = ANSWERS[status](client)
    assert response.status_code == int(status)
    assert policy_of(response) == POLICY
    assert {name: response[name] for name in EVERYWHERE} == EVERYWHERE
    permissions = permissions_of(response)
    assert {name for name, value in permissions.items() if value == "(self)"} == ON
    assert {name for name, value in permissions.items() if value == "()"} == set(permissions) - ON
    assert set(permissions) >= OFF
    assert not {"Server", "X-Powered-By"} & set(response.headers)


def test_static_files_have_the_headers_and_may_be_kept(settings, tmp_path: Path) -> None:
    """Item 48."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.css").write_text("body{}", encoding="ascii")
    response = Client().get("/static/page.css")
    assert response.status_code == 200
    assert policy_of(response) == POLICY
    assert {name: response[name] for name in EVERYWHERE} == EVERYWHERE
    assert "no-store" not in response["Cache-Control"]
    response.close()


@pytest.mark.parametrize("path", ["/en/catalogue/", "/en/", "/en/account/", "/en/learning/", "/en/none/"])
def test_nobody_keeps_what_a_member_reads(client: Client, path: str) -> None:
    """Item 57: no-store on every answer to somebody signed in, and search engines stay out."""
    sign_in_member(client)
    response = client.get(path)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, noarchive, nosnippet"


def test_pages_with_a_form_are_not_kept(client: Client) -> None:
    assert client.get("/en/account/login/")["Cache-Control"] == "no-store"
    assert client.get("/en/catalogue/")["Cache-Control"] == "no-store"


def test_public_pages_may_be_found(client: Client) -> None:
    response = client.get("/en/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "X-Robots-Tag" not in response
    assert "no-store" in client.get("/healthz/")["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client: Client) -> None:
    """Item 47; that they are Secure and __Host- in production is tested with production settings."""
    client.post("/en/demo/", {"role": "trainer"}, SERVER_NAME="localhost")
    client.get("/en/account/", SERVER_NAME="localhost")
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["max-age"] == "", name
        assert cookie["domain"] == "", name


def test_the_editors_desk_has_its_own_policy(client: Client) -> None:
    sign_in_member(client, Role.EDITOR)
    response = client.get("/cms/")
    assert response.status_code == 200
    assert policy_of(response) == POLICY | {
        "style-src": "'self' 'unsafe-inline'",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
    }
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Cache-Control"] == "no-store"


def test_a_preview_may_stand_in_a_frame_of_the_editors_desk(client: Client) -> None:
    """The preview has the strict policy of the page, but for the frame around it."""
    seed_pages()
    page = Page.objects.get(slug="about", locale__language_code="en")
    editor = sign_in_member(client, Role.EDITOR)
    request = client.get("/en/about/").wsgi_request
    request.user = editor
    response = page.specific.make_preview_request(request)
    assert response.status_code == 200
    assert policy_of(response) == POLICY | {"frame-ancestors": "'self'"}
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Cache-Control"] == "no-store"
    assert client.get("/en/about/")["X-Frame-Options"] == "DENY"
