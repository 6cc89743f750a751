"""`next` leads nowhere but here (security item 51)."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.core.requests import is_own_path
from tests.factories.people import PASSWORD, add_app, code_of_app, make_member

_HOSTS = [
    "evil.example",
    "evil.example:80",
    "testserver.evil.example",
    "user@evil.example",
    "[::1]",
    "١٢٧.٠.٠.١",
]
_STARTS = [
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "http://",
    "https://",
    "HTTP://",
    "http:",
    "http:/",
    "https:///",
    "ftp://",
    "javascript:alert(1)//",
    "java\nscript:alert(1)//",
    "data:text/html,",
    "vbscript:",
    " //",
    "\t//",
    "\n//",
    "\r\n//",
    "/\t/",
    "/\n/",
    "/\r/",
    "%2f%2f",
    "/%2f",
    "/%5c",
    "/.//",
    "/..//",
    "./",
    "@",
    "?//",
    "#//",
    "///\t",
    "\x00//",
    "/\x00/",
    "\u2028//",
    "/／",
    "／／",
    "http://testserver@",
    "//testserver@",
    "https:testserver.",
    "//testserver\\@",
    "/\x0b/",
    "\x1f//",
    "blob:http://",
    "view-source:http://",
]
PAYLOADS = [start + host + end for start in _STARTS for host in _HOSTS for end in ("", "/en/")]


def leads_elsewhere(target: str) -> bool:
    """Read a target as browsers do: without tabs and line breaks, with backslashes as slashes."""
    read = "".join(
        character
        for character in target.strip(" ").lstrip("".join(map(chr, range(33))))
        if character not in "\t\r\n"
    )
    read = read.replace("\\", "/")
    absolute = urljoin("https://testserver/en/account/login/", read)
    return urlsplit(absolute).netloc != "testserver" or urlsplit(absolute).scheme != "https"


def test_there_are_as_many_payloads_as_promised() -> None:
    assert len(PAYLOADS) >= 300
    assert sum(leads_elsewhere(payload) for payload in PAYLOADS) >= 150


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_leaves_the_site(payload: str) -> None:
    assert not (is_own_path(payload) and leads_elsewhere(payload))


@pytest.mark.parametrize(
    "path", ["/en/", "/ar/catalogue/?q=%D8%B5&stage=analysis", "/cms/pages/3/edit/#tab", "/a//b"]
)
def test_own_paths_are_followed(path: str) -> None:
    assert is_own_path(path)


@given(st.text(max_size=80) | st.text(alphabet="/\\:@.?#%\t\n\r a", max_size=20))
@example("/" * 3)
@settings(max_examples=2_000, deadline=None)
def test_nothing_that_is_followed_leads_elsewhere(target: str) -> None:
    if is_own_path(target):
        assert target.startswith("/")
        assert not leads_elsewhere(target)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "payload", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example"]
)
def test_a_real_log_in_does_not_follow_it(client: Client, payload: str) -> None:
    member = make_member(password=PASSWORD)
    add_app(member)
    client.post("/en/account/login/", {"login": member.email, "password": PASSWORD, "next": payload})
    response = client.post("/en/account/2fa/authenticate/", {"code": code_of_app()})
    assert (response.status_code, response["Location"]) == (302, "/en/")
    assert client.post("/en/account/logout/", {"next": payload})["Location"] == "/en/"
    local = {"SERVER_NAME": "localhost"}
    assert client.post("/en/demo/", {"role": "trainer", "next": payload}, **local)["Location"] == "/en/"
