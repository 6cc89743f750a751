"""Mail domains: an official one is recognised, and nothing that only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.validators import (
    FREE_MAIL,
    address_as_kept,
    canonical_address,
    canonical_domain,
    covers,
    domain_of,
    is_free_mail,
    is_registered,
    looks_like,
    registered_part,
)

LISTED = ["polizei.example", "met.police.uk", "gendarmerie.interieur.gouv.fr"]


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Police.Example", "police.example"),
        (" police.example. ", "police.example"),
        ("полиция.рф", "xn--h1aahle9bwd.xn--p1ai"),
        ("xn--h1aahle9bwd.xn--p1ai", "xn--h1aahle9bwd.xn--p1ai"),
    ],
)
def test_a_domain_has_one_form(text: str, domain: str) -> None:
    assert canonical_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "police",
        "-police.example",
        "po lice.example",
        "police..example",
        "a" * 64 + ".example",
        "..",
        "\n.a",
    ],
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a domain"):
        canonical_domain(text)


@pytest.mark.parametrize("address", ["police.example", "@police.example", '"a@b"@police.example', "a@", ""])
def test_what_is_no_address_has_no_domain(address: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        domain_of(address)


@pytest.mark.parametrize(
    "typed",
    [
        "grace@met.police.uk",
        " Grace@MET.Police.uk ",
        "grace@met\u200b.police.uk",
        "grace@ｍｅｔ.police.uk",
        "grace@met。police。uk",
        "grace@met.po\u00adlice.uk",
    ],
)
def test_one_mailbox_is_kept_as_one_address(typed: str) -> None:
    assert canonical_address(typed) == address_as_kept(typed) == "grace@met.police.uk"


def test_an_address_of_another_alphabet_is_kept_in_ascii() -> None:
    assert canonical_address("grace@полиция.рф") == "grace@xn--h1aahle9bwd.xn--p1ai"
    assert address_as_kept("No Address") == "no address"


@pytest.mark.parametrize("domain", ["co.uk", "police.uk", "gov.br", "com", "github.io"])
def test_what_many_share_is_registered_by_nobody(domain: str) -> None:
    assert not is_registered(domain)
    assert registered_part(domain) == ""


def test_a_part_of_a_domain_belongs_to_who_registered_it() -> None:
    assert registered_part("a.b.met.police.uk") == "met.police.uk"
    assert is_registered("a.b.met.police.uk")


@pytest.mark.parametrize("domain", ["gmail.com", "mail.gmail.com", "qq.com", "yandex.ru"])
def test_where_anybody_gets_an_address_is_known(domain: str) -> None:
    assert is_free_mail(domain)
    assert not is_free_mail("met.police.uk")
    assert {canonical_domain(one) for one in FREE_MAIL} == FREE_MAIL


@pytest.mark.parametrize(
    "domain",
    [
        "polizei.example.evil.com",
        "notpolizei.example",
        "met.police.uk.evil.com",
        "police.uk",
        "example",
        "evilmet.police.uk",
    ],
)
def test_an_ending_alone_covers_nothing(domain: str) -> None:
    assert not any(covers(one, domain) for one in LISTED)


def test_a_domain_covers_itself_and_what_is_below_it() -> None:
    assert covers("met.police.uk", "met.police.uk")
    assert covers("met.police.uk", "cyber.met.police.uk")


@pytest.mark.parametrize(
    ("domain", "listed"),
    [
        ("p0lizei.example", "polizei.example"),
        ("polizel.example", "polizei.example"),
        ("pollzei.example", "polizei.example"),
        ("pol-izei.example", "polizei.example"),
        (canonical_domain("роlizei.example"), "polizei.example"),
        ("rnet.police.uk", "met.police.uk"),
        ("met.police.uk.evil.com", "met.police.uk"),
        ("interieur-gouv.fr", "gendarmerie.interieur.gouv.fr"),
    ],
)
def test_a_domain_that_could_be_taken_for_a_listed_one_is_noticed(domain: str, listed: str) -> None:
    assert looks_like(domain, LISTED) == listed


@pytest.mark.parametrize("domain", ["met.police.uk", "cyber.met.police.uk", "gmail.com", "kripo.example"])
def test_other_domains_are_not_suspected(domain: str) -> None:
    assert looks_like(domain, LISTED) == ""


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_domains(text: str) -> None:
    for read in (canonical_domain, domain_of):
        try:
            domain = read(text)
        except ValueError:
            continue
        assert canonical_domain(domain) == domain
        assert covers(domain, domain)
        registered = registered_part(domain)
        assert not registered or covers(registered, domain)
        looks_like(domain, LISTED)
