"""Terms: everybody may read them, a member is asked once a version and once a year, and told what has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.actions.terms import accept_terms, add_terms
from community.api import publish_first_terms
from community.models import Terms, TermsAcceptance
from community.queries.terms import compare_rules, current_terms, has_accepted_current_terms
from community.rules import TERMS_HOLD, RuleError
from hub.core.enums import Role
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import AuditEntry
from tests.factories.people import make_account, make_member, sign_in, sign_in_member

pytestmark = pytest.mark.django_db
ACCEPT = "/en/account/terms/"


@pytest.fixture
def terms() -> Terms:
    publish_first_terms()
    found = current_terms()
    assert found is not None
    return found


def texts(*rules: str) -> dict[str, str]:
    return {code: "\n\n".join(f"{code}: {rule}" for rule in rules) for code in LANGUAGE_CODES}


@pytest.mark.parametrize("path", ["/en/catalogue/?q=face", "/en/", "/cms/", "/en/vetting/"])
def test_a_member_sees_nothing_before_they_accept(client: Client, terms: Terms, path: str) -> None:
    sign_in_member(client, Role.EDITOR, Role.VETTER)
    asked = client.get(path)
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, ACCEPT)
    page = client.get(asked["Location"])
    assert page.status_code == 200
    answer = client.post(ACCEPT, {"terms": terms.number, "next": path})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert client.get(path).status_code == 200
    assert AuditEntry.objects.filter(action="terms.accepted").count() == 1


def test_whoever_has_not_accepted_can_read_change_how_they_sign_in_and_leave(
    client: Client, terms: Terms
) -> None:
    sign_in_member(client)
    for path in ("/en/account/", "/en/account/2fa/", "/en/account/sessions/", "/en/join/terms/"):
        assert client.get(path).status_code == 200, path
    assert client.get("/en/demo/", headers={"host": "localhost"}, REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.post("/en/account/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_without_terms_nobody_is_asked(client: Client) -> None:
    sign_in_member(client)
    assert client.get("/en/catalogue/").status_code == 200
    assert client.get(ACCEPT).status_code == 404
    assert Client().get("/en/join/terms/").status_code == 404


def test_a_new_version_is_asked_for_once_and_shows_what_has_changed(client: Client, terms: Terms) -> None:
    add_terms(texts("Be kind.", "Be quick."), by=None)
    member = sign_in_member(client)
    accept_terms(Terms.objects.get(number=2), by=member)
    assert client.get("/en/catalogue/").status_code == 200
    add_terms(texts("Be kind.", "Be slow."), by=None)
    assert client.get("/en/catalogue/")["Location"].startswith(ACCEPT)
    page = client.get(ACCEPT).content.decode()
    assert "<del>en: Be quick.</del>" in page
    assert "<ins>en: Be slow.</ins>" in page
    assert "<ins>en: Be kind.</ins>" not in page
    assert "since version 2" in page
    client.post(ACCEPT, {"terms": 3})
    assert client.get("/en/catalogue/").status_code == 200


def test_nobody_accepts_a_version_that_they_were_not_shown(client: Client, terms: Terms) -> None:
    sign_in_member(client)
    assert client.get(ACCEPT).status_code == 200
    add_terms(texts("Be kind."), by=None)
    for number in ("1", "", "x", "3"):
        answer = client.post(ACCEPT, {"terms": number})
        assert answer.status_code == 409
        assert b"newer version" in answer.content
    assert not TermsAcceptance.objects.exists()
    with pytest.raises(RuleError):
        accept_terms(terms, by=make_member())


def test_acceptance_holds_for_a_year(terms: Terms) -> None:
    member = make_member()
    assert not has_accepted_current_terms(member)
    accept_terms(terms, by=member)
    with time_machine.travel(timezone.now() + TERMS_HOLD - timedelta(minutes=1)):
        assert has_accepted_current_terms(member)
    with time_machine.travel(timezone.now() + TERMS_HOLD + timedelta(minutes=1)):
        assert not has_accepted_current_terms(member)
        accept_terms(terms, by=member)
        assert has_accepted_current_terms(member)


def test_what_one_accepts_binds_nobody_else(terms: Terms) -> None:
    accept_terms(terms, by=make_member())
    assert not has_accepted_current_terms(make_member())


def test_the_gate_asks_one_query_however_many_versions(terms: Terms) -> None:
    member = make_member()
    accept_terms(terms, by=member)
    for number in range(3):
        add_terms(texts(f"Rule {number}."), by=None)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert not has_accepted_current_terms(member)
    assert len(queries) == 1


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_everybody_reads_the_terms_in_their_language(terms: Terms, language: str) -> None:
    page = Client().get(f"/{language}/join/terms/")
    assert page.status_code == 200
    first = terms.texts.get(language=language).text.split("\n\n")[0]
    assert first in page.content.decode()


def test_the_first_terms_are_published_once(terms: Terms) -> None:
    assert publish_first_terms() is False
    assert Terms.objects.count() == 1
    assert {one.language for one in terms.texts.all()} == set(LANGUAGE_CODES)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {code: "One rule." for code in LANGUAGE_CODES if code != "ar"},
        {code: "One rule." if code != "ru" else "One.\n\nTwo." for code in LANGUAGE_CODES},
        dict.fromkeys(LANGUAGE_CODES, "  \n\n "),
    ],
    ids=["nothing", "a language is missing", "a rule is missing", "empty"],
)
def test_terms_are_published_whole_or_not_at_all(terms: Terms, wrong: dict[str, str]) -> None:
    with pytest.raises(RuleError):
        add_terms(wrong, by=None)
    assert Terms.objects.count() == 1


def test_the_same_terms_are_not_published_twice(terms: Terms) -> None:
    add_terms(texts("Be kind."), by=None)
    with pytest.raises(RuleError):
        add_terms(texts("Be  kind."), by=None)


def test_only_administrators_publish(terms: Terms) -> None:
    from django.core.exceptions import PermissionDenied

    for by in (make_member(), make_member(Role.VETTER), make_account()):
        with pytest.raises(PermissionDenied):
            add_terms(texts("Be kind."), by=by)
    add_terms(texts("Be kind."), by=make_member(Role.ADMINISTRATOR))


def test_a_comparison_keeps_both_versions_whole() -> None:
    before, after = ["a", "b", "c"], ["a", "x", "c", "d"]
    lines = list(compare_rules(before, after))
    assert [line.text for line in lines if not line.is_new] == before
    assert [line.text for line in lines if not line.is_gone] == after


def test_a_suspended_person_is_not_asked_but_kept_out(client: Client, terms: Terms) -> None:
    from community.actions.members import suspend_member

    member = sign_in(client, make_member())
    suspend_member(member, by=None, reason="rules")
    assert client.get("/en/catalogue/")["Location"].startswith("/en/account/login/")
