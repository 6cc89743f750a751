"""Mail domains: what a domain is, which one covers which, and which only looks like another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from publicsuffixlist import PublicSuffixList
from rapidfuzz.distance import DamerauLevenshtein

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LONGEST = 253
_LOOKS_LIKE = str.maketrans(
    {
        # Cyrillic and Greek letters that are drawn like Latin ones, and figures that are read as letters.
        **dict(zip("аеорсухѕіјԁһԛԝткмнв", "aeopcyxsijdhqwtkmhb", strict=True)),
        **dict(zip("αορνικτυχε", "aopviktuxe", strict=True)),
        **dict(zip("0135", "oies", strict=True)),
        "l": "i",
        "ı": "i",
        "-": "",
    }
)
FREE_MAIL = frozenset(
    [
        "126.com",
        "139.com",
        "163.com",
        "aol.com",
        "bk.ru",
        "bluewin.ch",
        "daum.net",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hanmail.net",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.es",
        "hotmail.fr",
        "hotmail.it",
        "icloud.com",
        "inbox.ru",
        "laposte.net",
        "libero.it",
        "list.ru",
        "live.com",
        "live.fr",
        "mac.com",
        "mail.com",
        "mail.ru",
        "mailbox.org",
        "me.com",
        "msn.com",
        "naver.com",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "outlook.es",
        "outlook.fr",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rambler.ru",
        "rediffmail.com",
        "sina.com",
        "sohu.com",
        "t-online.de",
        "tuta.com",
        "tutanota.com",
        "ukr.net",
        "uol.com.br",
        "virgilio.it",
        "wanadoo.fr",
        "web.de",
        "yahoo.co.in",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.com.br",
        "yahoo.de",
        "yahoo.es",
        "yahoo.fr",
        "yahoo.it",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    ]
)
"""Where anybody gets an address: no evidence of anything."""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def canonical_domain(text: str) -> str:
    """Return a domain in small ASCII letters (IDNA). Raises ValueError for what is none."""
    domain = text.strip().rstrip(".").lower()
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError as error:
        raise ValueError("not a domain") from error
    labels = ascii_domain.split(".")
    if len(labels) < 2 or len(ascii_domain) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("not a domain")
    return ascii_domain


def domain_of(address: str) -> str:
    """Return the canonical domain of a mail address. Raises ValueError if it has none."""
    local, at, domain = address.rpartition("@")
    if not at or not local or '"' in local:
        raise ValueError("not an address")
    return canonical_domain(domain)


def canonical_address(address: str) -> str:
    """Return a mail address in the one form in which it is kept: small letters, its domain in ASCII.

    So nobody has two of the same mailbox, and no character that nobody sees stands in one. Raises ValueError for what
    is no address.
    """
    text = address.strip().lower()
    return f"{text.rpartition('@')[0]}@{domain_of(text)}"


def address_as_kept(typed: str) -> str:
    """Return what somebody types as the address of an account in the form in which it is kept, if it has one."""
    try:
        return canonical_address(typed)
    except ValueError:
        return typed.strip().lower()


def is_registered(domain: str) -> bool:
    """Say whether a domain is one that somebody registered, or below it: not a suffix such as `co.uk`."""
    return bool(_suffixes().privatesuffix(domain))


def registered_part(domain: str) -> str:
    """Return the part of a domain that somebody registered; empty for a suffix that many share."""
    return _suffixes().privatesuffix(domain) or ""


def is_free_mail(domain: str) -> bool:
    """Say whether anybody can have an address there."""
    return registered_part(domain) in FREE_MAIL or domain in FREE_MAIL


def covers(listed: str, domain: str) -> bool:
    """Say whether a domain is the listed one or below it. Both are canonical."""
    return domain == listed or domain.endswith(f".{listed}")


def looks_like(domain: str, listed: Iterable[str]) -> str:
    """Return the listed domain that another one could be taken for; empty if there is none, or if one covers it."""
    known = list(listed)
    if any(covers(one, domain) for one in known):
        return ""
    shape = _shape(registered_part(domain) or domain)
    for one in known:
        if one in domain or DamerauLevenshtein.distance(shape, _shape(registered_part(one) or one)) <= 1:
            return one
    return ""


def _shape(domain: str) -> str:
    """Return what a domain looks like to a hurried reader."""
    try:
        shown = domain.encode("ascii").decode("idna")
    except UnicodeError:
        shown = domain
    plain = "".join(part for part in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(part))
    return plain.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w")
