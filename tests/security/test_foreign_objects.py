"""What belongs to others is not there: foreign, missing and malformed ids are answered alike and do nothing (item 29)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from catalogue.models import FactReport
from community import api as community
from community.actions.applications import (
    answer_questions,
    start_application,
    withdraw_application,
)
from community.actions.enrolment import invite
from community.actions.vetting import record_sponsor
from community.models import Application, Document, EnrolmentLink, Evidence, Officer, Verdict
from community.queries.enrolment import hash_of_token
from hub.core.documents import vault
from hub.core.models import AuditEntry, Session, User
from hub.core.sessions import hash_of_key
from tests.factories.catalogue import ToolFactory
from tests.factories.community import (
    ANSWERS,
    FOUND_AT,
    FOUND_NUMBER,
    make_agency,
    make_application,
    make_vetter,
    place_in,
)
from tests.factories.documents import jpeg
from tests.factories.people import PASSWORD, make_account, make_member, sign_in
from tests.security.addresses import Route, routes
from tests.security.standings import LOG_IN, Answer, Person, Who, add_passkey

pytestmark = pytest.mark.django_db

TABLES = (
    Application,
    Evidence,
    Verdict,
    EnrolmentLink,
    FactReport,
    Authenticator,
    Session,
    User,
    AuditEntry,
)
"""Where a request could leave a trace. A line in the record is one, too."""


@dataclass
class Things:
    """Ids for one route: of something that is the person's own business, of what is somebody else's, of nothing."""

    person: Person
    own: object
    foreign: dict[str, object]
    """By why they are none of this person's business."""
    missing: object
    malformed: list[str]
    secrets: set[str] = field(default_factory=set)
    """What must not be shown."""
    typed: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, object] = field(default_factory=dict)
    """The other parts of the address."""


def applications(typed: dict[str, Any]) -> Things:
    person = Person(Who.VETTER)
    vetter = person.user
    assert vetter is not None
    domain = vetter.email.partition("@")[2]
    own = make_application()
    seal_document(own)
    sponsor = make_member(email=SPONSOR)
    place_in(sponsor, make_agency(country="UG"))
    Officer.objects.filter(user=sponsor).update(verified_at=timezone.now() - timedelta(days=200))
    officer = Officer.objects.get(user=vetter)
    assert officer.agency is not None
    begun, _ = start_application("en")
    answer_questions(begun, **{**ANSWERS, "email": "begun@police.example"})
    sponsored = make_application()
    Officer.objects.filter(pk=officer.pk).update(verified_at=timezone.now() - timedelta(days=200))
    record_sponsor(sponsored, by=make_vetter(), sponsor=vetter, holds=True)
    found = {
        "of the vetter's agency": make_application(agency=officer.agency, agency_name=""),
        "of the vetter's mail domain": make_application(email=f"colleague@{domain}"),
        "below the vetter's mail domain": make_application(email=f"colleague@north.{domain}"),
        "sponsored by the vetter": sponsored,
        "still being written": make_application(submitted=False),
        "not even with an address": begun,
    }
    foreign: dict[str, object] = {}
    for number, (why, application) in enumerate(found.items()):
        Application.objects.filter(pk=application.pk).update(name=f"Hidden Person {number}")
        foreign[why] = application.uuid
    return Things(
        person,
        own=own.uuid,
        foreign=foreign,
        missing=uuid4(),
        malformed=["x", str(own.pk), own.reference, str(own.uuid).upper(), own.uuid.hex, f"{own.uuid}0"],
        secrets={"Hidden Person", *(one.reference for one in found.values())},
        typed=typed,
    )


def seal_document(application: Application) -> Document:
    sealed = vault.seal([jpeg()])
    return Document.objects.create(
        application=application,
        pages=1,
        sent_at=timezone.now(),
        file_name=sealed.name,
        sealed_key=sealed.key,
    )


def documents(typed: dict[str, Any]) -> Things:
    person = Person(Who.VETTER)
    assert person.user is not None
    agency = Officer.objects.get(user=person.user).agency
    application = make_application()
    gone = seal_document(application)
    Document.objects.filter(pk=gone.pk).update(file_name="", sealed_key=b"", destroyed_at=timezone.now())
    own = seal_document(application)
    return Things(
        person,
        own=own.uuid,
        foreign={
            "of another application": seal_document(make_application()).uuid,
            "of the vetter's agency": seal_document(make_application(agency=agency, agency_name="")).uuid,
            "destroyed": gone.uuid,
        },
        missing=uuid4(),
        malformed=["x", str(own.pk), own.file_name, f"{own.uuid}0"],
        beside={"uuid": application.uuid, "number": 1},
    )


def applicants_of_country(typed: dict[str, Any]) -> Things:
    person = Person(Who.FOCAL_POINT)
    own = make_application(country="KE")
    withdrawn = make_application(country="KE", name="Hidden Person")
    withdraw_application(withdrawn)
    found = {
        "of another country": make_application(country="UG", name="Hidden Person"),
        "still being written": make_application(country="KE", name="Hidden Person", submitted=False),
        "withdrawn": withdrawn,
    }
    return Things(
        person,
        own=own.uuid,
        foreign={why: one.uuid for why, one in found.items()},
        missing=uuid4(),
        malformed=["x", str(own.pk), own.reference, f"{own.uuid}0"],
        secrets={"Hidden Person", *(one.reference for one in found.values())},
    )


def passkeys(typed: dict[str, Any]) -> Things:
    person = Person(Who.MEMBER)
    assert person.user is not None
    own = add_passkey(person.user, "Key of mine")
    theirs = add_passkey(make_member(), "Key of somebody else")
    app = Authenticator.objects.get(user=person.user, type=Authenticator.Type.TOTP)
    return Things(
        person,
        own=own.pk,
        foreign={"somebody else's": theirs.pk, "no passkey": app.pk},
        missing=theirs.pk + 1_000,
        malformed=["x", "-1", "0", "1.0", "9" * 30, "١"],
        secrets={"Key of somebody else"},
        typed=typed,
    )


def tools(typed: dict[str, Any]) -> Things:
    hidden = ToolFactory(name="Hidden tool", draft=True)
    return Things(
        Person(Who.MEMBER),
        own=ToolFactory().slug,
        foreign={"not published": hidden.slug},
        missing="there-is-none",
        malformed=["x y", "<b>", "..", "%00"],
        secrets={"Hidden tool"},
        typed=typed,
    )


def keys(typed: dict[str, Any]) -> Things:
    _, key = start_application("en")
    theirs = make_application(name="Hidden Person")
    return Things(
        Person(Who.MEMBER),
        own=key,
        foreign={"how the key is stored": theirs.key_hash[:43]},
        missing="x" * 43,
        malformed=[theirs.reference, str(theirs.uuid), theirs.key_hash, str(theirs.pk), key[:-1], f"{key}x"],
        secrets={"Hidden Person", theirs.reference},
    )


def tokens(typed: dict[str, Any]) -> Things:
    own, used, late, gone = (invite(make_account(name="Hidden Person"), by=None) for _ in range(4))
    EnrolmentLink.objects.filter(token_hash=hash_of_token(used)).update(used_at=timezone.now())
    EnrolmentLink.objects.filter(token_hash=hash_of_token(late)).update(expires_at=timezone.now())
    link = EnrolmentLink.objects.get(token_hash=hash_of_token(gone))
    User.objects.filter(pk=link.user_id).update(is_active=False)
    return Things(
        Person(Who.STRANGER),
        own=own,
        foreign={
            "used": used,
            "over": late,
            "of a closed account": gone,
            "how it is stored": hash_of_token(own)[:43],
        },
        missing="x" * 43,
        malformed=[own[:-1], f"{own}x", hash_of_token(own), "x"],
        secrets={"Hidden Person"},
    )


SPONSOR = "sponsor@other.example"
CALL = {"number": FOUND_NUMBER, "source_url": FOUND_AT, "holds": "yes"}
REFUSE = {"decision": "refuse:not-confirmed"}
REPORT = {"group": "licence", "text": "The licence is another one."}

OWNED: dict[str, tuple[Callable[[dict[str, Any]], Things], dict[str, Any]]] = {
    "vetting_case": (applications, {}),
    "vetting_call": (applications, CALL),
    "vetting_sponsor": (applications, {"email": SPONSOR, "holds": "yes"}),
    "vetting_finding": (applications, {"holds": "yes"}),
    "vetting_decide": (applications, REFUSE),
    "vetting_give_back": (applications, {}),
    "vetting_document": (documents, {}),
    "vetting_page": (documents, {}),
    "vetting_country_case": (applicants_of_country, {}),
    "vetting_country_answer": (applicants_of_country, {"holds": "yes"}),
    "mfa_edit_webauthn": (passkeys, {"name": "Taken over"}),
    "mfa_remove_webauthn": (passkeys, {}),
    "catalogue:tool": (tools, {}),
    "catalogue:report": (tools, REPORT),
    "join_return": (keys, {}),
    "account_enrol": (tokens, {}),
}
"""Routes with an id of something that not everybody who passes may have, and what is sent there."""

NOBODYS = {
    "join_question",
    "wagtail_serve",
    "administration_agency",
    "administration_domain_propose",
    "administration_domain_decide",
}
"""What varies in these addresses is the same for all who pass."""


def traces() -> list[list[tuple[Any, ...]]]:
    return [list(table._base_manager.order_by("pk").values_list()) for table in TABLES]


class Watch:
    """Sends requests of somebody, and tells whether one left a trace."""

    def __init__(self, person: Person, typed: dict[str, Any]) -> None:
        self._person, self._typed = person, typed
        self._before = traces()
        self.has_trace = False

    def ask(self, method: str, path: str) -> Answer:
        def look() -> None:
            self.has_trace = traces() != self._before

        answer = self._person.ask(method, path, self._typed if method == "POST" else {}, look=look)
        # Pages name their own address, for other languages.
        return replace(answer, body=answer.body.replace(path.partition("/en/")[2], "…"))


def test_each_route_with_an_id_is_here(production_addresses: None) -> None:
    closed = "hub.door.views.closed"
    varying = {
        route.name
        for route in routes()
        if route.parameters
        and not route.path.startswith("/cms/")
        and not hasattr(route.pattern.callback, "closed")
    }
    assert varying - {closed} == set(OWNED) | NOBODYS


@pytest.fixture
def route(production_addresses: None, request: pytest.FixtureRequest) -> Route:
    return next(route for route in routes() if route.name == request.param)


@pytest.mark.parametrize("route", OWNED, indirect=True)
def test_what_is_foreign_is_answered_as_what_is_missing(route: Route) -> None:
    make, typed = OWNED[route.name]
    things = make(typed)
    beside = {name: value for name, value in things.beside.items() if name in route.parameters}
    [parameter] = set(route.parameters) - set(beside)
    watch = Watch(things.person, typed)

    def ask(method: str, value: object) -> Answer:
        return watch.ask(method, route.path_with({**beside, parameter: value}))

    answers = [ask(method, things.own) for method in ("GET", "HEAD")]
    assert {answer.status for answer in answers} <= {200, 405}
    posted = ask("POST", things.own)
    assert (posted.status, watch.has_trace) in ((302, True), (405, False))
    for method in ("GET", "HEAD", "POST"):
        missing = ask(method, things.missing)
        assert missing.status in (404, 405)
        for why, value in things.foreign.items():
            answer = ask(method, value)
            assert answer == missing, (method, why)
            assert not watch.has_trace, (method, why)
        for malformed in things.malformed:
            answer = ask(method, malformed)
            assert answer.status in (400, 404, 405) or answer.leads_to == LOG_IN, (method, malformed)
            assert not watch.has_trace, (method, malformed)
        shown = missing.body + "".join(answer.body for answer in answers)
        assert not [secret for secret in things.secrets if secret in shown]


@pytest.mark.parametrize("who", [Who.STRANGER, Who.NEW, Who.EXPIRED, Who.MEMBER, Who.ADMINISTRATOR])
@pytest.mark.parametrize("name", ["vetting_case", "vetting_call", "vetting_decide"])
def test_who_does_not_vet_learns_nothing_about_any_id(
    production_addresses: None, who: Who, name: str
) -> None:
    make, typed = OWNED[name]
    things, person = make(typed), Person(who)
    route = next(route for route in routes() if route.name == name)
    watch = Watch(person, typed)
    for method in ("GET", "POST"):
        answers = []
        for value in (things.own, *things.foreign.values(), things.missing, "x", "0"):
            answer = watch.ask(method, route.path_with({"uuid": value}))
            answers.append((answer.status, answer.headers, answer.leads_to, answer.body))
            assert not watch.has_trace
        assert len(set(answers)) == 1


def test_lists_show_what_is_ones_own_and_nothing_else(production_addresses: None) -> None:
    things = applications({})
    queue = things.person.ask("GET", "/en/vetting/").body
    assert Application.objects.get(uuid=str(things.own)).reference in queue
    assert not [secret for secret in things.secrets if secret in queue]
    things = passkeys({})
    for path in ("/en/account/2fa/webauthn/", "/en/account/2fa/"):
        assert "Key of somebody else" not in things.person.ask("GET", path).body
    assert "Key of mine" in things.person.ask("GET", "/en/account/2fa/webauthn/").body


def test_nobody_ends_a_session_of_somebody_else(production_addresses: None) -> None:
    person, other = Person(Who.MEMBER), Person(Who.MEMBER)
    assert person.user is not None
    second = Person(Who.STRANGER)
    sign_in(second.client, person.user)
    mine, theirs = (hash_of_key(str(one.client.session.session_key)) for one in (second, other))
    shown = person.ask("GET", "/en/account/sessions/").body
    assert mine in shown
    assert theirs not in shown
    answers = {}
    for name, named in {
        "missing": "0" * 64,
        "foreign": theirs,
        "the key itself": str(other.client.session.session_key),
        "malformed": "x",
        "several": [theirs, "x", "0" * 64],
    }.items():
        watch = Watch(person, {"session": named})
        answers[name] = watch.ask("POST", "/en/account/sessions/")
        assert not watch.has_trace, name
    assert set(answers.values()) == {answers["missing"]}
    assert answers["missing"].status == 302
    watch = Watch(person, {"session": [mine, theirs]})
    watch.ask("POST", "/en/account/sessions/")
    assert watch.has_trace
    ended: list[bool] = []
    person.ask(
        "POST",
        "/en/account/sessions/",
        {"session": [mine, theirs]},
        look=lambda: ended.extend(Session.objects.filter(key_hash=one).exists() for one in (mine, theirs)),
    )
    assert ended == [False, True]


def test_an_application_is_there_for_whoever_has_its_key_and_for_nobody_else() -> None:
    """Where applications are taken: neither number nor id nor address opens one, and one key opens one."""
    application, key = start_application("en")
    answer_questions(application, **{**ANSWERS, "name": "Hidden Person", "email": "hidden@police.example"})
    _, other_key = start_application("en")
    pages = [f"/en/join/{name}/" for name in ("check", "status", "later", "withdraw", "code", "name")]
    for who in (Who.STRANGER, Who.MEMBER, Who.VETTER):
        person = Person(who)
        for path in pages:
            answer = person.ask("GET", path, {"key": key, "reference": application.reference})
            assert (answer.status, answer.leads_to) == (302, "/en/join/")
    stranger = Person(Who.STRANGER)
    stranger.client.post(f"/en/join/return/{other_key}/")
    for path in pages:
        assert "Hidden Person" not in stranger.ask("GET", path).body
    stranger.client.post(f"/en/join/return/{key}/")
    assert "Hidden Person" in stranger.ask("GET", "/en/join/check/").body


def test_a_link_gives_its_own_person_a_password_whoever_is_signed_in(production_addresses: None) -> None:
    """A member who opens somebody else's link leaves their own session, and keeps their own password."""
    member, newcomer = make_member(password=PASSWORD), make_account()
    person = Person(Who.STRANGER)
    sign_in(person.client, member)
    token = invite(newcomer, by=None)
    assert person.client.post(f"/en/account/enrol/{token}/").status_code == 302
    assert "_auth_user_id" not in person.client.session
    typed = {
        "password1": "otter-lamp-71-quilt",
        "password2": "otter-lamp-71-quilt",
        "user": member.pk,
        "email": member.email,
    }
    assert person.client.post("/en/account/enrol/", typed).status_code == 302
    assert int(person.client.session["_auth_user_id"]) == newcomer.pk
    member.refresh_from_db()
    newcomer.refresh_from_db()
    assert member.check_password(PASSWORD)
    assert newcomer.check_password("otter-lamp-71-quilt")
    assert community.person_to_enrol(token) is None
