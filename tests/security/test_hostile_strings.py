"""Hostile texts through every form that a stranger, an applicant, a member, a vetter or an administrator reaches.

Whatever is sent, the hub answers, keeps nothing that was not asked for, shows text as text and writes to nobody else
(security items 31, 35, 37, 39, 41). The texts are drawn the same each time; what a request changes is undone after it.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import getaddresses
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from catalogue import api as catalogue
from catalogue.models import FactReport
from community.actions.applications import (
    answer_questions,
    confirm_address,
    issue_code,
    start_application,
    submit_application,
)
from community.actions.enrolment import invite
from community.enums import ApplicationState, EvidenceClass
from community.models import (
    Agency,
    AgencyDomain,
    Application,
    Evidence,
    FocalPoint,
    Officer,
    Recusal,
    RoleChange,
    Suspension,
    Terms,
    TermsText,
    Verdict,
)
from hub.core import outbox
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import AuditEntry, Counter, OutboxEntry, Session, User
from hub.core.requests import is_own_path
from tests.factories.catalogue import ToolFactory
from tests.factories.community import ANSWERS, FOUND_AT, FOUND_NUMBER, make_agency, make_application, place_in
from tests.factories.people import PASSWORD, add_app, make_account, make_member, sign_in
from tests.security.hostile import (
    ADDRESSES,
    EVALUATED,
    FIELDS,
    LOOK_ALIKES,
    MARKUP,
    OWN_DOMAIN,
    TEMPTING,
    TEXTS,
    URLS,
)
from tests.security.standings import Person, Who, add_passkey, confirm

pytestmark = pytest.mark.django_db

SHORT, LONG = 100, 1_000
"""Requests a scene, of which there are five."""

_COUNTED_ELSEWHERE = (Session, AuditEntry, Counter, OutboxEntry)
KEPT: tuple[type[models.Model], ...] = (
    *apps.get_app_config("community").get_models(),
    *(one for one in apps.get_app_config("core").get_models() if one not in _COUNTED_ELSEWHERE),
    User.groups.through,
    EmailAddress,
    Authenticator,
    FactReport,
)
"""Where a form could write more than it asks for."""

HEADERS = {
    "content-type",
    "mime-version",
    "content-transfer-encoding",
    "subject",
    "from",
    "to",
    "date",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
}

Adds = Mapping[type[models.Model], Mapping[str, object]]
Rows = dict[type[models.Model], dict[Any, dict[str, Any]]]


@dataclass(frozen=True)
class Form:
    """A form as somebody honest fills it in, and what it may change: columns of rows, and rows that it adds."""

    client: Client
    path: str
    typed: Mapping[str, str]
    method: str = "POST"
    then: tuple[str, ...] = ()
    """Pages that show what was typed."""
    changes: Mapping[type[models.Model], frozenset[str]] = field(default_factory=dict)
    own: Mapping[type[models.Model], object] = field(default_factory=dict)
    """Which row of a table it may change."""
    adds: Adds = field(default_factory=dict)
    """What each new row of a table says of whose it is."""
    writes_to: frozenset[str] = frozenset()
    """Addresses that may get a mail, beside the one that the application has afterwards."""


QUESTIONS: dict[str, dict[str, str]] = {
    "country": {"country": "KE"},
    "agency": {"agency": "other", "agency_name": "National Police Service"},
    "unit": {"unit": "Cybercrime unit"},
    "name": {"name": "Grace Wanjiru"},
    "job": {"job": "investigator"},
    "languages": {"languages": "en"},
    "purpose": {"purpose": "Sorting of seized media."},
    "supervisor": {"supervisor": "Insp. Otieno"},
    "verify": {"how_to_verify": "The staff page of the agency."},
    "listing": {"is_to_be_listed": "no"},
    "gender": {"gender": ""},
    "email": {"email": f"g.wanjiru@{OWN_DOMAIN}"},
}
_COLUMNS = {
    "agency": {"agency_id", "agency_name"},
    "email": {"email", "state", "code_hash", "code_expires_at", "code_tries"},
}
"""What an answer changes, where it is not what was asked; another address has to be confirmed anew."""


def strangers() -> list[Form]:
    member = make_member(password=PASSWORD)
    add_app(member)
    stranger, half, newcomer = (Person(Who.STRANGER).client for _ in range(3))
    half.post("/en/account/login/", {"login": member.email, "password": PASSWORD})
    assert half.get("/en/account/2fa/authenticate/").status_code == 200
    new = make_account()
    newcomer.post(f"/en/account/enrol/{invite(new, by=None)}/")
    assert newcomer.get("/en/account/enrol/").status_code == 200
    begun: Adds = {Application: {"user_id": None, "state": ApplicationState.STARTED, "submitted_at": None}}
    return [
        Form(stranger, "/en/account/login/", {"login": member.email, "password": "not-this-one-at-all"}),
        Form(stranger, "/en/account/login/", {"next": "/en/catalogue/"}, "GET"),
        Form(stranger, "/en/account/2fa/webauthn/login/", {"credential": "{}"}),
        Form(stranger, "/en/", {"q": "face", "theme": "dark"}, "GET"),
        Form(stranger, "/en/catalogue/", {"q": "face"}, "GET"),
        Form(stranger, "/en/join/", {"later": ""}, adds=begun),
        Form(half, "/en/account/2fa/authenticate/", {"code": "000000"}),
        Form(newcomer, "/en/account/enrol/strength/", {"password1": "otter-lamp-71-quilt"}),
        Form(
            newcomer,
            "/en/account/enrol/",
            {"password1": "otter-lamp-71-quilt", "password2": "another-lamp-71-quilt"},
            changes={User: frozenset({"password", "last_login"})},
            own={User: new.pk},
        ),
        *(
            Form(stranger, f"/en/join/{slug}/", typed, then=("/en/join/check/",), adds=begun)
            for slug, typed in QUESTIONS.items()
        ),
    ]


def applicants() -> list[Form]:
    forms = []
    for confirmed in (False, True):
        application, key = start_application("en")
        answer_questions(application, **{**ANSWERS, "email": f"a-{confirmed}@{OWN_DOMAIN}"})
        code = issue_code(application)
        assert code is not None
        if confirmed:
            confirm_address(application, code)
        # Nobody types twelve answers within a moment, and whoever does is asked to read them again.
        Application.objects.filter(pk=application.pk).update(started_at=timezone.now() - timedelta(hours=1))
        client = Person(Who.STRANGER).client
        assert client.post(f"/en/join/return/{key}/").status_code == 302
        own: dict[type[models.Model], object] = {Application: application.pk}
        forms += [
            Form(
                client,
                f"/en/join/{slug}/",
                typed,
                then=("/en/join/check/", f"/en/join/{slug}/"),
                changes={Application: frozenset(_COLUMNS.get(slug, typed))},
                own=own,
            )
            for slug, typed in QUESTIONS.items()
        ]
        forms += [
            Form(client, "/en/join/status/", {"sent": "1"}, "GET"),
            Form(client, "/en/join/code/", {"sent": "1"}, "GET"),
            Form(
                client,
                "/en/join/withdraw/",
                {"reason": ""},
                changes={Application: frozenset({"state", "closed_at"})},
                own=own,
            ),
        ]
        forms.append(
            Form(
                client,
                "/en/join/check/",
                {"accept": "on"},
                changes={
                    Application: frozenset({"state", "agency_id", "submitted_at", "third_review", "terms_id"})
                },
                own=own,
                adds={Evidence: {"application_id": application.pk, "kind": EvidenceClass.DOMAIN}},
            )
            if confirmed
            else Form(
                client,
                "/en/join/code/",
                {"code": "000000"},
                changes={Application: frozenset({"code_tries"})},
                own=own,
            )
        )
    return forms


def members() -> list[Form]:
    tool = ToolFactory()
    catalogue.rebuild_index()
    person = Person(Who.MEMBER)
    assert person.user is not None
    person.user.set_password(PASSWORD)
    person.user.save()
    client, keyed = person.client, Person(Who.MEMBER)
    assert keyed.user is not None
    passkey = add_passkey(keyed.user)
    sign_in(client, person.user)
    confirm(client)
    new = Person(Who.NEW)
    report = f"/en/catalogue/{tool.slug}/report/"
    password = {
        "oldpassword": PASSWORD,
        "password1": "otter-lamp-71-quilt",
        "password2": "otter-lamp-71-quilt",
    }
    return [
        Form(
            client,
            report,
            {"group": "licence", "text": "The licence is another one.", "source_url": "https://example.org/"},
            then=(f"/en/catalogue/{tool.slug}/",),
            adds={
                FactReport: {"reporter_id": person.user.pk, "tool_id": tool.pk, "state": "open", "answer": ""}
            },
        ),
        Form(client, report, {"group": "licence"}, "GET"),
        *(
            Form(client, "/en/catalogue/", {name: value}, "GET")
            for name, value in {
                "q": "face",
                "stage": "x",
                "country": "NL",
                "page": "1",
                "sort": "name",
            }.items()
        ),
        Form(
            client,
            "/en/account/password/change/",
            password,
            changes={User: frozenset({"password"})},
            own={User: person.user.pk},
            writes_to=frozenset({person.user.email}),
        ),
        Form(
            keyed.client,
            f"/en/account/2fa/webauthn/keys/{passkey.pk}/edit/",
            {"name": "Key on my ring"},
            then=("/en/account/2fa/webauthn/", "/en/account/2fa/"),
            changes={Authenticator: frozenset({"data"})},
            own={Authenticator: passkey.pk},
        ),
        Form(client, "/en/account/2fa/webauthn/add/", {"name": "Key", "credential": "{}"}),
        Form(client, "/en/account/password/strength/", {"password1": "otter-lamp-71-quilt"}),
        Form(client, "/en/account/sessions/", {"session": "0" * 64}),
        Form(client, "/en/account/reauthenticate/", {"password": "not-this-one-at-all", "next": "/en/"}),
        Form(client, "/en/account/2fa/reauthenticate/", {"code": "000000", "next": "/en/"}),
        Form(client, "/en/account/2fa/webauthn/reauthenticate/", {"credential": "{}"}),
        Form(client, "/en/account/logout/", {"next": "/en/"}),
        Form(client, "/en/account/", {"q": "x"}, "GET"),
        Form(client, "/en/account/terms/", {"terms": "1", "next": "/en/"}),
        Form(new.client, "/en/account/2fa/totp/activate/", {"code": "000000"}),
        Form(new.client, "/en/account/2fa/webauthn/add/", {"name": "Key", "credential": "{}"}),
    ]


def vetters() -> list[Form]:
    make_agency(domain="police.example")
    person = Person(Who.VETTER)
    assert person.user is not None
    application = make_application(country="KE")
    desk, case = "/en/vetting/", f"/en/vetting/{application.uuid}/"
    sponsor = make_member(email="sponsor@other.example")
    place_in(sponsor, make_agency(country="UG"))
    Officer.objects.update(verified_at=timezone.now() - timedelta(days=200))
    found = {"application_id": application.pk, "recorded_by_id": person.user.pk}
    speaker = Person(Who.FOCAL_POINT)
    assert speaker.user is not None
    decided = frozenset({"state", "agreed_at", "closed_at", "round"})
    return [
        Form(
            person.client,
            f"{case}call/",
            {"number": FOUND_NUMBER, "source_url": FOUND_AT, "holds": "yes", "note": "Switchboard."},
            then=(case,),
            adds={Evidence: {**found, "kind": EvidenceClass.CALL_BACK}},
        ),
        Form(
            person.client,
            f"{case}decide/",
            {"decision": "refuse:not-confirmed", "note": "Nobody knows them."},
            then=(case,),
            changes={Application: decided},
            own={Application: application.pk},
            adds={Verdict: {"application_id": application.pk, "by_id": person.user.pk}},
        ),
        Form(
            person.client,
            f"{case}sponsor/",
            {"email": sponsor.email, "holds": "yes", "note": "Asked by telephone."},
            then=(case,),
            adds={Evidence: {**found, "kind": EvidenceClass.SPONSOR, "sponsor_id": sponsor.pk}},
            writes_to=frozenset({sponsor.email}),
        ),
        Form(
            person.client,
            f"{case}finding/",
            {"holds": "yes", "note": "A letter of the agency."},
            then=(case,),
        ),
        Form(
            person.client,
            f"{case}give-back/",
            {"next": "/en/"},
            then=(desk,),
            adds={Recusal: {"application_id": application.pk, "by_id": person.user.pk}},
        ),
        Form(
            speaker.client,
            f"/en/vetting/country/{application.uuid}/answer/",
            {"holds": "no", "note": "Nobody of this name."},
            then=(f"/en/vetting/country/{application.uuid}/",),
            changes={Application: decided},
            own={Application: application.pk},
            adds={
                Evidence: {
                    "application_id": application.pk,
                    "recorded_by_id": speaker.user.pk,
                    "kind": EvidenceClass.FOCAL_POINT,
                }
            },
        ),
        Form(person.client, desk, {"page": "1", "q": "x"}, "GET"),
        Form(person.client, case, {"next": "/en/"}, "GET"),
        Form(person.client, f"{desk}figures/", {"page": "1"}, "GET"),
    ]


def administrators() -> list[Form]:
    person = Person(Who.ADMINISTRATOR)
    assert person.user is not None
    client, agency, member = person.client, make_agency(), make_member()
    room = "/en/administration/"
    by = {"proposed_by_id": person.user.pk}
    return [
        Form(
            client,
            f"{room}roles/propose/",
            {"email": member.email, "role": "translator", "languages": "fr", "months": "12"},
            then=(f"{room}roles/",),
            adds={RoleChange: {"user_id": member.pk, "decided_at": None, **by}},
        ),
        Form(client, f"{room}roles/decide/", {"change": "1", "confirm": "1"}),
        Form(
            client,
            f"{room}agencies/add/",
            {"name": "Railway Police", "country": "KE", "kind": "police"},
            then=(f"{room}agencies/",),
            adds={Agency: {}},
        ),
        Form(
            client,
            f"{room}agencies/{agency.uuid}/propose/",
            {"domain": "railway-police.example", "source_url": "https://example.org/"},
            then=(f"{room}agencies/{agency.uuid}/",),
            adds={AgencyDomain: {"agency_id": agency.pk, "confirmed_at": None, **by}},
        ),
        Form(
            client,
            f"{room}agencies/{agency.uuid}/decide/",
            {"domain": "1", "confirm": "1"},
        ),
        Form(client, f"{room}agencies/confirm/", {"domain": "1"}),
        Form(
            client,
            f"{room}focal-points/propose/",
            {"email": member.email, "country": "KE"},
            then=(f"{room}focal-points/",),
            adds={FocalPoint: {"user_id": member.pk, "confirmed_at": None, **by}},
        ),
        Form(client, f"{room}focal-points/decide/", {"point": "1", "confirm": "1"}),
        Form(
            client,
            f"{room}suspensions/suspend/",
            {"email": member.email, "reason": "inquiry"},
            then=(f"{room}suspensions/",),
            changes={User: frozenset({"membership_state"})},
            own={User: member.pk},
            adds={Suspension: {"user_id": member.pk, "suspended_by_id": person.user.pk}},
        ),
        Form(client, f"{room}suspensions/decide/", {"suspension": "1", "confirm": "1"}),
        Form(client, f"{room}suspensions/", {"page": "1"}, "GET"),
        Form(
            client,
            f"{room}audit/",
            {
                "action": "role.granted",
                "by": "system",
                "about": "core.user:1",
                "since": "2026-01-01",
                "until": "2026-12-31",
                "page": "1",
                "newest": "9",
            },
            "GET",
        ),
        Form(
            client,
            f"{room}terms/publish/",
            dict.fromkeys(LANGUAGE_CODES, "Nothing about a case."),
            then=(f"{room}terms/",),
            adds={Terms: {}, TermsText: {}},
        ),
        Form(client, f"{room}agencies/", {"q": "x", "country": "KE", "page": "1"}, "GET"),
    ]


SCENES: dict[str, Callable[[], list[Form]]] = {
    "strangers": strangers,
    "applicants": applicants,
    "members": members,
    "vetters": vetters,
    "administrators": administrators,
}


@dataclass(frozen=True)
class Case:
    """One request: a form, the field that is attacked, and everything that is sent."""

    form: Form
    attacked: str
    pairs: tuple[tuple[str, str | bytes], ...]
    language: str
    in_parts: bool

    def __str__(self) -> str:
        value = next((value for name, value in self.pairs if name == self.attacked), "")
        return f"{self.form.method} {self.form.path}, {self.attacked} = {value[:80]!r} ({self.language})"


def pool(name: str) -> tuple[str | bytes, ...]:
    """Return what is written into a field."""
    if name in ("email", "login"):
        return (*ADDRESSES, *TEXTS)
    return (*URLS, *TEXTS) if name in ("source_url", "next", "domain") else TEXTS


def cases(forms: list[Form], number: int, seed: str) -> Iterator[Case]:
    """Draw requests: one field after the other, each with its texts in an order of its own, then two texts in one."""
    dice = random.Random(seed)
    targets = [(form, name) for form in forms for name in form.typed]
    orders = {target[1]: dice.sample(pool(target[1]), len(pool(target[1]))) for target in targets}
    for count in range(number):
        form, name = targets[count % len(targets)]
        order = orders[name]
        turn = (count // len(targets)) * 7 + count % len(targets)
        text = order[turn % len(order)]
        if turn >= len(order):
            other = order[(turn * 11 + 5) % len(order)]
            text = as_bytes(text)[:100_000] + as_bytes(other)[:100_000]
        extra = [one for one in dice.sample(FIELDS, 4) if one not in form.typed]
        pairs = [
            *((field, text if field == name else typed) for field, typed in form.typed.items()),
            *((field, dice.choice((*TEMPTING, text))) for field in extra),
        ]
        language = dice.choice(LANGUAGE_CODES) if dice.random() < 0.3 else "en"
        yield Case(form, name, tuple(pairs), language, in_parts=dice.random() < 0.15)


def as_bytes(text: str | bytes) -> bytes:
    """Return what a browser that checks nothing would send."""
    return text.encode(errors="surrogatepass") if isinstance(text, str) else text


def send(case: Case) -> Any:
    form, client = case.form, case.form.client
    path = form.path.replace("/en/", f"/{case.language}/", 1)
    query = "&".join(
        f"{quote_from_bytes(as_bytes(name), safe='')}={quote_from_bytes(as_bytes(value), safe='')}"
        for name, value in case.pairs
    )
    if form.method == "GET":
        return client.get(f"{path}?{query}")
    if not case.in_parts:
        return client.generic("POST", path, query, "application/x-www-form-urlencoded")
    parts = b"".join(
        b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (as_bytes(name), as_bytes(value))
        for name, value in case.pairs
        if name.isalnum() or "_" in name
    )
    return client.generic("POST", path, parts + b"--edge--\r\n", "multipart/form-data; boundary=edge")


def rows() -> Rows:
    return {
        table: {
            row["id" if "id" in row else table._meta.pk.attname]: row for row in table._base_manager.values()
        }
        for table in KEPT
    }


def unasked(form: Form, before: Rows, after: Rows) -> Iterator[str]:
    """Say what was stored that the form does not ask for."""
    for table in KEPT:
        name = table._meta.label
        for key, row in before[table].items():
            now = after[table].get(key)
            if now is None:
                yield f"{name} {key} is gone"
                continue
            changed = {column for column in row if row[column] != now[column]}
            allowed = form.changes.get(table, frozenset()) if form.own.get(table) == key else frozenset()
            if changed - allowed:
                yield f"{name} {key} has another {sorted(changed - allowed)}"
        for key in after[table].keys() - before[table].keys():
            if table not in form.adds:
                yield f"{name} {key} is new"
            else:
                row = after[table][key]
                for column, value in form.adds[table].items():
                    if row[column] != value:
                        yield f"{name} {key} says {column} = {row[column]!r}"


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def unseen_characters(before: Rows, after: Rows) -> Iterator[str]:
    """Say where characters were stored that nobody sees, or that turn others around."""
    for table in KEPT:
        for key, row in after[table].items():
            for column, value in row.items():
                if before[table].get(key, {}).get(column) == value:
                    continue
                for text in texts_in(value):
                    unseen = {
                        f"U+{ord(one):04X}"
                        for one in text
                        if one not in "\n\t" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co")
                    }
                    if unseen:
                        yield f"{table._meta.label}.{column} holds {sorted(unseen)}"


ALIVE = (
    "<script>alert",
    "<SCRIPT SRC",
    "<img src=x",
    "<svg/onload",
    "<iframe src",
    "<meta http-equiv=refresh",
    "<base href",
    "<style>*",
    "<form action='//",
    '" onfocus="alert',
    '" onclick="alert',
    "href='javascript:",
    'href="javascript:',
    'href="data:',
    EVALUATED,
    "&lt;class '",
)
"""What stands on a page where a text is not shown as one."""


def alive(html: str, case: Case) -> Iterator[str]:
    """Say what of a text is more than text on a page."""
    yield from (f"the page holds {mark}" for mark in ALIVE if mark in html)
    for _, value in case.pairs:
        if isinstance(value, str) and "<" in value and len(value) > 12 and value in html:
            yield f"the page holds what was typed, as it was: {value[:60]}"


def injected(letter: EmailMessage, allowed: set[str]) -> Iterator[str]:
    """Say what is wrong with a mail: it has one recipient, one line of subject, and no header but the usual ones."""
    if len(letter.to) != 1 or letter.cc or letter.bcc or letter.reply_to:
        yield f"the mail goes to {letter.recipients()}"
    if letter.to[0] not in allowed:
        yield f"the mail goes to {letter.to[0]!r}"
    if len(letter.subject.splitlines()) != 1:
        yield "the subject has several lines"
    message = letter.message()
    names = [name.lower() for name in message]
    if set(names) - HEADERS or len(names) != len(set(names)):
        yield f"the mail has these headers: {names}"
    if len(getaddresses([str(message["To"])])) != 1:
        yield f"the mail is addressed to {message['To']!r}"


def faults_of(case: Case, before: Rows) -> list[str]:
    """Send a request and return what is wrong with what follows."""
    form, wrong = case.form, []
    cookies = SimpleCookie(form.client.cookies)
    cache.clear()
    mail.outbox.clear()
    with transaction.atomic():
        response = send(case)
        if response.status_code not in (200, 302, 400, 403, 404, 405, 409, 413, 422):
            wrong.append(f"answered with {response.status_code}")
        for name, value in response.headers.items():
            if "hostile" in name.lower() or "\n" in value or "\r" in value:
                wrong.append(f"header {name}: {value[:60]!r}")
        if "hostile" in response.cookies:
            wrong.append("a cookie was planted")
        if "Location" in response and not is_own_path(response["Location"]):
            wrong.append(f"leads to {response['Location'][:80]!r}")
        wrong += alive(response.content.decode(), case)
        after = rows()
        wrong += unasked(form, before, after)
        wrong += unseen_characters(before, after)
        if response.status_code == 302:
            for path in form.then:
                page = form.client.get(path.replace("/en/", f"/{case.language}/", 1))
                if page.status_code >= 500:
                    wrong.append(f"{path} answers with {page.status_code}")
                wrong += alive(page.content.decode(), case)
        if OutboxEntry.objects.exists():
            while outbox.drain():
                pass
            if outbox.pending():
                wrong.append(
                    f"a mail was not sent: {OutboxEntry.objects.values_list('last_error', flat=True)}"
                )
            written = (
                {row["email"] for row in after[Application].values()}
                if form.path.startswith("/en/join/")
                else set()
            )
            for letter in mail.outbox:
                wrong += injected(letter, written | form.writes_to)
        transaction.set_rollback(True)
    form.client.cookies = cookies
    return [f"{case}: {one}" for one in wrong]


@pytest.fixture(autouse=True)
def _a_listed_domain() -> None:
    make_agency("Metropolitan Police", country="GB", domain=OWN_DOMAIN)


@pytest.mark.parametrize("scene", SCENES)
def test_no_text_breaks_a_form_or_gets_more_than_it_asks_for(
    scene: str, request: pytest.FixtureRequest
) -> None:
    forms = SCENES[scene]()
    while outbox.drain():
        pass
    assert not outbox.pending()
    number = LONG if request.config.getoption("--long") else SHORT
    before, faults = rows(), []
    for case in cases(forms, number, scene):
        faults += faults_of(case, before)
    assert not faults, f"{len(faults)} faults\n" + "\n".join(dict.fromkeys(faults))


@pytest.mark.parametrize("scene", SCENES)
def test_what_honest_people_type_is_taken(scene: str) -> None:
    """Otherwise the law above would say little: what is asked for is stored, and nothing else."""
    changed = 0
    for form in (form for form in SCENES[scene]() if form.method == "POST"):
        before = rows()
        cookies = SimpleCookie(form.client.cookies)
        cache.clear()
        with transaction.atomic():
            response = form.client.post(form.path, form.typed)
            assert response.status_code in (200, 302, 404, 422), form.path
            after = rows()
            assert list(unasked(form, before, after)) == [], form.path
            changed += after != before
            transaction.set_rollback(True)
        form.client.cookies = cookies
    assert changed >= {"strangers": 13, "applicants": 10, "members": 3}.get(scene, 4)


def test_an_address_that_only_looks_like_one_of_an_agency_proves_nothing() -> None:
    """ADR 0016: what is typed is refused, or it counts as no mail to a listed domain."""
    refused = 0
    for address in (*LOOK_ALIKES, *(f"a@{OWN_DOMAIN}.evil-{number}.com" for number in range(5))):
        with transaction.atomic():
            application, key = start_application("en")
            answer_questions(
                application, **{**ANSWERS, "agency_name": "Metropolitan Police", "country": "GB"}
            )
            client = Client()
            cache.clear()
            client.post(f"/en/join/return/{key}/")
            response = client.post("/en/join/email/", {"email": address})
            application.refresh_from_db()
            assert response.status_code in (302, 400, 422), address
            if response.status_code != 302:
                assert application.email == "", address
                refused += 1
            else:
                code = issue_code(application)
                assert code is not None
                confirm_address(application, code)
                submit_application(application)
                is_there = application.email.endswith((f"@{OWN_DOMAIN}", f".{OWN_DOMAIN}"))
                proved = application.evidence.filter(kind=EvidenceClass.DOMAIN, holds=True).exists()
                assert proved == is_there, address
                assert application.email.isascii(), address
            transaction.set_rollback(True)
    assert refused > len(LOOK_ALIKES) / 2


def test_vetters_read_what_applicants_wrote_as_text() -> None:
    """What one person writes another one reads: markup in each answer stays text at the desk."""
    person = Person(Who.VETTER)
    for text in MARKUP:
        plain = "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf"))[:100]
        application = make_application(
            name=plain,
            unit=plain,
            agency_name=plain,
            purpose=plain,
            supervisor=plain,
            how_to_verify=plain,
        )
        case = Case(Form(person.client, "", {}), "", (("name", plain),), "en", in_parts=False)
        for path in ("/en/vetting/", f"/en/vetting/{application.uuid}/"):
            response = person.client.get(path)
            assert response.status_code == 200
            assert list(alive(response.content.decode(), case)) == [], (path, text)
