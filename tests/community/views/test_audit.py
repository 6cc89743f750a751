"""The record as administrators read it: line by line, narrowed by what they ask for, and each reading is a line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.actions.audit import note_audit_read
from community.models import Agency
from community.queries.audit import actions_that_occur, audit_visible_to, find_lines
from community.views import paged
from hub.core import audit
from hub.core.audit import verify_chain
from hub.core.enums import Role
from hub.core.models import AuditEntry, User
from tests.community.views.test_administration import one
from tests.factories.community import make_agency
from tests.factories.people import make_account, make_member

__all__ = ["one"]

pytestmark = pytest.mark.django_db
PAGE = "/en/administration/audit/"


def acting(browser: Client) -> User:
    return User.objects.get(pk=browser.session["_auth_user_id"])


def read(browser: Client, **asked: str | list[str]) -> str:
    answer = browser.get(PAGE, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(page: str) -> list[int]:
    """Return the numbers of the lines on a page, from above."""
    return [int(text) for text in re.findall(r'scope="row"><bdi class="code" dir="ltr">(\d+)</bdi>', page)]


def of(**narrowed: object) -> list[int]:
    """Return the numbers that lines of the record have, the newest first."""
    found = AuditEntry.objects.filter(**narrowed).order_by("-number")
    return list(found.values_list("number", flat=True))


@pytest.mark.parametrize("role", [None, Role.VETTER, Role.EDITOR, Role.ADMINISTRATOR])
def test_administrators_read_the_record_and_nobody_else(role: Role | None) -> None:
    user = make_member(*([role] if role else []))
    is_allowed = role == Role.ADMINISTRATOR
    assert audit_visible_to(user).exists() == is_allowed
    assert bool(actions_that_occur(user)) == is_allowed
    assert find_lines(user, action="account.created").exists() == is_allowed
    if is_allowed:
        assert note_audit_read(by=user, page=1, asked="")
    else:
        with pytest.raises(PermissionDenied):
            note_audit_read(by=user, page=1, asked="")
    assert AuditEntry.objects.filter(action="audit.read").exists() == is_allowed


def test_lines_are_shown_with_who_did_what_to_whom_the_newest_first(one: Client) -> None:
    member = make_member(name="Amina Example")
    audit.record("membership.suspended", member, by=acting(one), reason="inquiry")
    page = read(one)
    assert numbers(page) == of()
    assert numbers(page)[0] == AuditEntry.objects.get(action="audit.read").number
    for text in ("membership.suspended", "reason: inquiry", "Amina Example", f"core.user:{member.pk}"):
        assert text in page
    assert f"?by={acting(one).uuid}" in page


def test_each_reading_is_one_line(one: Client) -> None:
    user = acting(one)
    read(one)
    read(one, action="account.created", page="2")
    found = AuditEntry.objects.filter(action="audit.read").order_by("number")
    assert [(line.actor, line.details) for line in found] == [
        (user, {"page": 1}),
        (user, {"page": 2, "asked": "action=account.created"}),
    ]
    assert one.head(PAGE).status_code == 200
    assert found.count() == 2
    assert verify_chain() is None


def test_an_account_that_is_gone_leaves_its_reference(one: Client) -> None:
    gone = make_account(name="Amina Gone")
    audit.record("role.proposed", make_account(), by=gone)
    assert "Amina Gone" in read(one, by=str(gone.uuid))
    gone.delete()
    page = read(one, by=str(gone.uuid))
    assert "Amina Gone" not in page
    assert str(gone.uuid) in page
    assert numbers(page) == of(action="role.proposed")


def test_lines_are_narrowed_by_what_was_done(one: Client) -> None:
    make_account()
    page = read(one, action="account.created")
    assert len(numbers(page)) == 2
    assert numbers(page) == of(action="account.created")


def test_lines_are_narrowed_by_who_acted(one: Client) -> None:
    member = make_member()
    audit.record("role.proposed", member, by=member)
    assert numbers(read(one, by=str(member.uuid))) == of(actor=member)
    assert numbers(read(one, by=str(member.uuid).upper())) == of(actor=member)
    assert numbers(read(one, by="system")) == of(actor_label="system")
    assert numbers(read(one, by=str(uuid4()))) == []


def test_lines_are_narrowed_by_what_they_are_about(one: Client) -> None:
    member, agency = make_member(), make_agency()
    audit.record("agency.added", agency)
    audit.record("agency.added", Agency(pk=member.pk + 1_000))
    about = {"subject_type": "core.user", "subject_id": str(member.pk)}
    assert numbers(read(one, about=str(member.uuid))) == of(**about) != []
    assert numbers(read(one, about=f"core.user:{member.pk}")) == of(**about)
    found = of(subject_type="community.agency", subject_id=str(agency.pk))
    assert numbers(read(one, about=f"community.agency:{agency.pk}")) == found != []
    assert numbers(read(one, about=str(uuid4()))) == []


def test_lines_are_narrowed_by_days_in_utc(one: Client) -> None:
    member = make_member()
    moments = [
        datetime(2026, 3, 1, 23, 59, 59, 999_999, UTC),
        datetime(2026, 3, 2, 0, 0, 0, 0, UTC),
        datetime(2026, 3, 2, 23, 59, 59, 999_999, UTC),
        datetime(2026, 3, 3, 0, 0, 0, 0, UTC),
    ]
    lines = [audit.record("role.proposed", member).number for _ in moments]
    for number, at in zip(lines, moments, strict=True):
        AuditEntry.objects.filter(number=number).update(at=at)
    asked = {"action": "role.proposed"}
    assert numbers(read(one, **asked, since="2026-03-02", until="2026-03-02")) == [lines[2], lines[1]]
    assert numbers(read(one, **asked, until="2026-03-01")) == [lines[0]]
    assert numbers(read(one, **asked, since="2026-03-03")) == [lines[3]]
    assert numbers(read(one, **asked, since="0001-01-01", until="9999-12-31")) == lines[::-1]


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "no.such"},
        {"action": "' OR 1=1"},
        {"by": "x"},
        {"by": "' OR 1=1"},
        {"by": "x" * 200},
        {"about": "17"},
        {"about": "core.user:"},
        {"about": "core.user:1 2"},
        {"since": "yesterday"},
        {"since": "2026-02-30"},
        {"until": "10000-01-01"},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"action": "account.created", "since": "x"},
    ],
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_asked_for_wrongly_shows_no_line_and_says_so(
    one: Client, asked: dict[str, str], language: str
) -> None:
    answer = one.get(PAGE.replace("en", language, 1), asked)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'class="summary"' in page
    assert "<details open" in page
    assert numbers(page) == []
    assert not AuditEntry.objects.filter(action="audit.read").exists()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("acton=account.created", "acton"),
        ("action=account.created&action=role.granted", "action"),
        ("page=x", "page=x"),
        ("page=0", "page=0"),
        ("newest=x", "newest"),
        ("newest=-1", "newest"),
        ("newest=9999999999999999999999", "newest"),
    ],
)
def test_what_was_not_understood_is_named(one: Client, query: str, named: str) -> None:
    page = one.get(f"{PAGE}?{query}").content.decode()
    assert "Not everything in this address was understood" in page
    assert f'<bdi class="code">{named}</bdi>' in page
    assert "Not everything" not in read(one, action="", by="", page="1", newest="")


def test_pages_stay_as_they_were_while_lines_are_written(
    one: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged, "PAGE_SIZE", 3)
    for _ in range(3):
        make_account()
    first = read(one)
    expected = of()
    assert numbers(first) == expected[:3]
    query = {}
    for number in (2, 3):
        found = re.search(r'href="\?([^"]*)" rel="next"', first)
        assert found is not None
        query = dict(pair.split("=") for pair in found[1].replace("&amp;", "&").split("&"))
        make_account()
        first = read(one, **query)
        assert numbers(first) == expected[3 * (number - 1) : 3 * number]
    assert query["newest"] == str(expected[0])
    assert numbers(read(one, page="99", newest="4")) == [1]


def test_what_was_asked_for_goes_with_the_pages(one: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paged, "PAGE_SIZE", 1)
    make_account()
    page = read(one, action="account.created", since="2020-01-01")
    assert "?action=account.created&amp;since=2020-01-01&amp;newest=" in page


def test_details_are_text(one: Client) -> None:
    audit.record("role.proposed", make_account(), markup="<b>x</b>", several=["ar", "fr"], nothing=None)
    page = read(one)
    for text in (
        "markup: &lt;b&gt;x&lt;/b&gt;",
        "several: [&quot;ar&quot;, &quot;fr&quot;]",
        "nothing: null",
    ):
        assert text in page
    assert "<b>x</b>" not in page


def test_nothing_is_changed_there(one: Client) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(one, method)(PAGE).status_code == 405
    assert "<form method=" not in re.sub(r'<form method="get"', "", read(one).partition("<main")[2])


def test_the_page_asks_as_many_questions_with_one_line_as_with_three(one: Client) -> None:
    def count(lines: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(numbers(read(one, action="role.proposed"))) == lines
        return len(queries)

    def write() -> None:
        audit.record("role.proposed", make_member(), by=make_member())

    write()
    first = count(1)
    write()
    write()
    assert count(3) == first
