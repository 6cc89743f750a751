"""Language codes in addresses."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/zh/", "/zh-hans/"),
        ("/zh-cn/catalogue/?q=%E5%B7%A5&page=2", "/zh-hans/catalogue/?q=%E5%B7%A5&page=2"),
        ("/ZH-Hant/", "/zh-hans/"),
        ("/zh_TW/", "/zh-hans/"),
        ("/EN/", "/en/"),
        ("/En/catalogue/some-tool/", "/en/catalogue/some-tool/"),
        ("/fr-ca/catalogue/", "/fr/catalogue/"),
        ("/es_MX/", "/es/"),
        ("/EN", "/en/"),
        ("/pt/", None),
        ("/french/", None),
        ("/en-masse-rally-of-words/", None),
        ("/cms/", None),
    ],
)
def test_other_codes_lead_to_the_hubs_own(client: Client, written: str, meant: str | None) -> None:
    response = client.get(written)
    assert (response.status_code == 301) == (meant is not None)
    if meant is not None:
        assert response["Location"] == meant


def test_a_path_like_a_host_stays_a_path(client: Client) -> None:
    """Item 51."""
    assert client.get("/EN//evil.example/")["Location"] == "/en//evil.example/"


def test_a_form_is_not_sent_elsewhere(client: Client) -> None:
    assert client.post("/EN/account/login/").status_code == 404


def test_an_address_without_a_language_gets_the_readers(client: Client) -> None:
    response = client.get("/catalogue/", headers={"Accept-Language": "ru, en;q=0.5"})
    assert (response.status_code, response["Location"]) == (302, "/ru/catalogue/")


@pytest.mark.parametrize("path", ["/cms/login/", "/_util/login/", "/media/x.pdf"])
def test_an_address_that_has_no_language_gets_none(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
