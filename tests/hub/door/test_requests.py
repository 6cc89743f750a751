"""What a request may look like (security items 35, 41, 50, 53, 55)."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hub.core.enums import Role
from tests.factories.people import sign_in_member

pytestmark = pytest.mark.django_db

LOG_IN = "/en/account/login/"


def is_the_helping_page(response) -> bool:
    return response.status_code == 400 and "We could not read this request" in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/en/?q=%00",
        "/en/?%00=q",
        "/en/?q=a&q=%00b",
        "/en/catalogue/%00/",
        "/%00",
        "/en/?" + "q=x&" * 200,
        "/en/?q=" + "x" * 8_000,
        "/" + "x" * 2_001,
    ],
)
def test_addresses_that_nobody_can_mean_get_a_page_that_helps(client: Client, address: str) -> None:
    """Item 41."""
    assert is_the_helping_page(client.get(address))


@pytest.mark.parametrize(
    "query",
    [
        "q=" + quote("ي" * 1_000),
        "q=%E2%80%AE%E2%81%A6",
        "q=%ff%fe",
        "q=%ed%a0%80",
        "q=%01%02%1b",
        "_connector=OR%201%3D1",
        "id__in=1&membership_state__contains=member",
        "q=%F0%9F%94%8E",
        "&&&===&q",
        "q" * 5_000,
        "page=10000000000",
    ],
)
def test_other_queries_are_read_as_far_as_they_go(client: Client, query: str) -> None:
    """Items 35 and 41: never an error of the server, signed in or not."""
    for path in ("/en/", LOG_IN, "/en/none/"):
        assert client.get(f"{path}?{query}").status_code in {200, 404}
    sign_in_member(client)
    for path in ("/en/", "/en/account/", "/en/account/sessions/", "/en/learning/"):
        assert client.get(f"{path}?{query}").status_code == 200


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=60), query=st.text(max_size=120))
def test_no_address_breaks_the_door(client: Client, path: str, query: str) -> None:
    """Item 41."""
    assume(not path.startswith("readyz"))  # says 503 by design while nothing is prepared
    address = (
        "/" + quote(path, errors="surrogatepass") + "?" + quote(query, safe="=&", errors="surrogatepass")
    )
    assert client.get(address).status_code in {200, 301, 302, 400, 404}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["login", "password", "next", "code"]) | st.text(), st.text()))
def test_no_form_breaks_the_door(client: Client, data: dict[str, str]) -> None:
    """Item 41: at log-in nothing but the form again, the page that helps, or a limit."""
    body = "&".join(
        f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}"
        for name, value in data.items()
    )
    response = client.post(LOG_IN, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 400, 429}


def test_a_members_form_has_at_most_200_fields(client: Client) -> None:
    """Item 41."""
    fields = {f"f{number}": "x" for number in range(200)}
    assert client.post(LOG_IN, fields).status_code == 200
    assert is_the_helping_page(client.post(LOG_IN, fields | {"one-more": "x"}))
    assert is_the_helping_page(client.post(LOG_IN, {"same": ["x"] * 201}))


def test_a_members_form_has_at_most_256_kilobytes(client: Client) -> None:
    """Item 41."""
    assert client.post(LOG_IN, {"login": "x" * 200_000}).status_code == 200
    assert is_the_helping_page(client.post(LOG_IN, {"login": "x" * 256 * 1024}))
    assert is_the_helping_page(
        client.post(LOG_IN, data=b"x", content_type="text/plain", CONTENT_LENGTH="many")
    )


@pytest.mark.parametrize("data", [{"login": "a\x00b"}, {"na\x00me": "x"}])
def test_a_form_holds_nothing_that_no_database_keeps(client: Client, data: dict[str, str]) -> None:
    """Item 41."""
    assert is_the_helping_page(client.post(LOG_IN, data))


def test_members_send_no_files(client: Client) -> None:
    """Item 55: there is no channel for material, whatever the route."""
    sign_in_member(client)
    picture = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n", content_type="image/png")
    for path in (LOG_IN, "/en/catalogue/", "/en/account/sessions/", "/en/demo/"):
        picture.seek(0)
        assert is_the_helping_page(client.post(path, {"file": picture})), path


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"whatever", "multipart/form-data"),
        (b"login=%e9", "application/x-www-form-urlencoded; charset=latin-1"),
        (b"login=x", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"{", "application/json"),
    ],
)
def test_a_body_that_cannot_be_read_is_no_error_of_the_server(
    client: Client, body: bytes, content_type: str
) -> None:
    assert client.post(LOG_IN, body, content_type=content_type).status_code in {200, 400}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/en/", "/en/catalogue/", "/en/none/", "/healthz/"])
def test_methods_that_no_page_uses_are_refused(client: Client, method: str, path: str) -> None:
    """Item 53."""
    response = client.generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert "This address is not used in this way" in response.content.decode()


def test_a_wrong_method_of_one_page_gets_the_same_page(client: Client) -> None:
    sign_in_member(client)
    response = client.post("/ar/learning/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert '<html lang="ar" dir="rtl"' in response.content.decode()


def test_an_editors_form_may_be_large_and_anybody_elses_not(client: Client) -> None:
    """316 fields are what a tool in six languages with its rows needs."""
    fields = {f"f{number}": "x" for number in range(316)}
    path = "/cms/pages/999999/edit/"
    assert client.post(path, fields).status_code == 302
    sign_in_member(client, Role.EDITOR)
    assert client.post(path, fields).status_code == 404
    assert is_the_helping_page(client.post(path, {f"f{number}": "x" for number in range(5_001)}))
    assert is_the_helping_page(client.post(path, {"title": "a\x00b"}))


def test_a_strangers_form_to_the_editors_desk_is_not_read(client: Client) -> None:
    """Nobody makes the server read five thousand fields without being an editor."""
    fields = {f"f{number}": "x" for number in range(5_001)}
    assert client.post("/cms/pages/1/edit/", fields).status_code == 302
    sign_in_member(client)
    assert client.post("/cms/pages/1/edit/", fields).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a b", ""])
def test_another_host_is_refused_with_a_page(client: Client, host: str) -> None:
    """Item 52."""
    response = (
        client.get("/en/account/login/", headers={"Host": host})
        if host
        else client.get("/en/account/login/", SERVER_NAME="evil.example")
    )
    assert is_the_helping_page(response)
    assert "evil.example" not in response.content.decode()


def test_a_forwarded_host_changes_no_link(client: Client) -> None:
    """Item 52."""
    response = client.get("/en/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert "evil.example" not in response.content.decode()
    assert "https://testserver" not in response.content.decode()
