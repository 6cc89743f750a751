"""Nobody learns from an answer whether an address is known: it does the same for both (security item 13).

How long answers take is measured by `start.py bench`; here it is what they do that is compared, which no clock changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.core import outbox
from hub.core.hashers import OwaspArgon2PasswordHasher
from tests.factories.community import make_application
from tests.factories.people import PASSWORD, add_app, make_account, make_member

LOG_IN, JOIN = "/en/account/login/", "/en/join/"
EMAIL, CODE = f"{JOIN}email/", f"{JOIN}code/"
AT = "@police.example"
WRONG = "wrong-password-here"
_OF_A_QUESTION = re.compile(r"'(?:[^']|'')*'|\b\d+\b|\bs\d+_x\d+\b")
"""Values in what the database is asked, and names of savepoints."""
_OF_A_FORM = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|V-[0-9A-Z]{4}-[0-9A-Z]{4}')
_OF_A_REQUEST = ("X-Request-ID", "Expires", "Last-Modified")

pytestmark = pytest.mark.django_db


class CountingHasher(OwaspArgon2PasswordHasher):
    """The hub's own, which counts how often it works."""

    worked = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).worked += 1
        return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        type(self).worked += 1
        return bool(super().verify(password, encoded))


@dataclass(frozen=True)
class Done:
    """What an answer says, and what the hub did for it."""

    status: int
    leads_to: str
    headers: dict[str, str]
    cookies: set[str]
    text: str
    questions: list[str]
    hashes: int


@pytest.fixture(autouse=True)
def counting(settings: Settings) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = ["tests.security.test_known_addresses.CountingHasher"]


def a_member() -> str:
    member = make_member(password=PASSWORD)
    add_app(member)
    return member.email


def an_officer_who_has_no_password_yet() -> str:
    return make_account().email


def an_applicant() -> str:
    return make_application().email


KNOWN = (a_member, an_officer_who_has_no_password_yet, an_applicant)


@dataclass(frozen=True)
class Form:
    """What a stranger sends about an address, and what comes before it."""

    path: str
    typed: dict[str, str] | None
    begins: bool = True
    has_address: bool = False
    is_mailed: bool = False

    def done_for(self, address: str) -> Done:
        client = Client()
        client.get(LOG_IN)
        if self.begins:
            client.post(JOIN)
        if self.has_address:
            client.post(EMAIL, {"email": address})
        while self.is_mailed and outbox.drain():
            pass
        before = CountingHasher.worked
        with CaptureQueriesContext(connection) as captured:
            if self.typed is None:
                answer = client.get(self.path)
            else:
                answer = client.post(
                    self.path, {name: one.format(address) for name, one in self.typed.items()}
                )
        text = _OF_A_FORM.sub("", answer.content.decode())
        return Done(
            answer.status_code,
            answer.headers.get("Location", ""),
            {name: one for name, one in answer.headers.items() if name not in _OF_A_REQUEST},
            set(answer.cookies),
            text.replace(address, "…"),
            [_OF_A_QUESTION.sub("…", query["sql"]) for query in captured],
            CountingHasher.worked - before,
        )


FORMS = {
    "log-in": Form(LOG_IN, {"login": "{}", "password": WRONG}, begins=False),
    "join": Form(EMAIL, {"email": "{}"}),
    "another code": Form(CODE, {"again": "1"}, has_address=True),
    "another code after the first": Form(CODE, {"again": "1"}, has_address=True, is_mailed=True),
    "a wrong code": Form(CODE, {"code": "000000"}, has_address=True, is_mailed=True),
    "the page of the code": Form(CODE, None, has_address=True, is_mailed=True),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("known", KNOWN, ids=lambda one: one.__name__)
def test_the_same_is_done_and_said_for_known_and_unknown_addresses(
    known: Callable[[], str], form: Form
) -> None:
    address = known()
    nobodys = "x" * (len(address) - len(AT)) + AT
    form.done_for(f"first{AT}")  # what is read once and kept is read here
    for_nobody, for_somebody = form.done_for(nobodys), form.done_for(address)
    assert for_somebody == for_nobody
    assert for_nobody.hashes == (form.path == LOG_IN)


def test_a_hash_that_is_missing_is_noticed() -> None:
    """The counter counts."""
    before = CountingHasher.worked
    make_member(password=PASSWORD).check_password(PASSWORD)
    assert CountingHasher.worked - before == 2
