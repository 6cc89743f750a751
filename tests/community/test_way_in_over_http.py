"""The way in as a machine over HTTP: no order of pages, mails, links and codes lets in who was not vetted.

Everybody has a browser and a network address of their own. What stands in mails is read from mails, what stands on pages
is read from pages. The national focal point has no pages and acts by the actions, as does who suspends.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as hub_settings
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pytest_django.fixtures import Settings

from community.actions.members import suspend_member
from community.actions.vetting import object_to_admission, record_focal_point
from community.enums import ApplicationState, Choice, EvidenceClass, Reason, SuspensionReason
from community.models import Agency, Application, Evidence, Verdict
from community.queries.applications import application_of_key, classes_held
from community.rules import BEING_WRITTEN, LIVE_CONTACT, OBJECTIONS, OPEN, RuleError
from community.tasks import admit_agreed
from community.views.join import QUESTIONS
from hub.core import outbox
from hub.core.audit import verify_chain
from hub.core.enums import Role
from hub.core.models import AuditEntry, User
from tests.factories.community import FOUND_AT, FOUND_NUMBER, make_agency, make_vetter, name_focal_point
from tests.factories.people import make_member, sign_in

HUB, LOG_IN, DESK, JOIN = "/en/catalogue/", "/en/account/login/", "/en/vetting/", "/en/join/"
CODE, CHECK, EMAIL = f"{JOIN}code/", f"{JOIN}check/", f"{JOIN}email/"
PASSWORD, FACTORS = "/en/account/enrol/", "/en/account/2fa/"
APP, APP_CODE = f"{FACTORS}totp/activate/", f"{FACTORS}authenticate/"
RECOVERY_CODES = f"{FACTORS}recovery-codes/"
GOOD, WEAK = "otter-lamp-71-quilt", "passwordpassword"
TYPED: dict[str, dict[str, Any]] = {
    "country": {"country": "KE"},
    "unit": {"unit": "Cybercrime unit"},
    "name": {"name": "Grace Wanjiru"},
    "job": {"job": "investigator"},
    "languages": {"languages": ["en"]},
    "purpose": {"purpose": "Sorting of seized media."},
    "supervisor": {"supervisor": ""},
    "verify": {"how_to_verify": "The staff page of the agency."},
    "listing": {"is_to_be_listed": "no"},
    "gender": {"gender": ""},
}
ADDRESSES = ("a@police.example", "b@police.example", "c@elsewhere.example")
REASONS = {
    Choice.APPROVE: Reason.CONFIRMED,
    Choice.ASK: Reason.UNREACHABLE,
    Choice.REFUSE: Reason.NOT_CONFIRMED,
}
FORGED: dict[str, Any] = {
    "state": "approved",
    "user": "1",
    "by": "1",
    "round": "9",
    "third_review": "",
    "agreed_at": "2020-01-01T00:00:00Z",
    "membership_state": "member",
    "next": HUB,
}
"""What no form of the way in asks for."""
MADE_UP = "x" * 43
FRESH = timedelta(minutes=4)
"""For so long a proof of the second factor opens a case."""
PERIOD = 30
"""Seconds for which an app shows a code."""
WAY = 12
"""Right steps from the first page to the hub, where no third review is drawn."""
STEPS = 8
"""Of a sequence, after those of the right way that were taken before it began."""
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""What Hypothesis explains of a failure takes longer than to read it."""
INSIDE_AT_LEAST = 0.05
"""The share of sequences that must reach the hub: where nobody ever comes in, the law says nothing."""


@dataclass(eq=False)
class Person:
    """Somebody with a browser, what they sent with it, and what they proved."""

    number: int
    user: User | None = None
    """Whom the desk knows; None for who is still outside."""
    cookies: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    """With which they come back to their applications."""
    signed_in_at: datetime | None = None
    has_proved: bool = False
    """Whether the session that the browser has now proved a second factor."""

    def __post_init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=f"203.0.113.{self.number}")
        self.client.cookies.load(self.cookies)
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def copy(self) -> Person:
        """Return the same person as they are now, to begin a sequence with."""
        cookies = {name: one.value for name, one in self.client.cookies.items()}
        copy = Person(self.number, self.user, cookies, list(self.keys), self.signed_in_at, self.has_proved)
        copy.sent = list(self.sent)
        return copy

    def post(self, path: str, typed: dict[str, Any]) -> Any:
        """Send a form of the page that the browser shows now, or a kept one with the token that it had."""
        token = self.client.cookies[hub_settings.CSRF_COOKIE_NAME].value
        form = {"csrfmiddlewaretoken": token, **typed}
        self.sent.append((path, form))
        return self.client.post(path, form)

    def sign_in_at_desk(self) -> None:
        """Prove a second factor now."""
        assert self.user is not None
        sign_in(self.client, self.user)
        self.signed_in_at = timezone.now()

    def begin(self, agency: Agency) -> None:
        """Answer all questions but the one for the address, and note the key that the page shows."""
        self.client.get(JOIN)
        self.post(JOIN, {})
        for question in QUESTIONS[:-1]:
            self.post(f"{JOIN}{question.slug}/", TYPED.get(question.slug, {"agency": str(agency.uuid)}))
        page = self.client.get(f"{JOIN}later/").content.decode()
        found = re.search(r"/join/return/([\w-]{43})/", page)
        assert found is not None
        self.keys.append(found[1])


@dataclass
class Known:
    """What was proved so far, as mails and answers said it."""

    codes: dict[str, list[str]] = field(default_factory=lambda: {address: [] for address in ADDRESSES})
    links: list[str] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)
    chose_by_link: set[str] = field(default_factory=set)
    seeds: dict[str, str] = field(default_factory=dict)
    recovery: dict[str, list[str]] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    suspended: set[int] = field(default_factory=set)
    findings: int = 0
    decisions: int = 0


@dataclass
class Cast:
    """Who is there when a sequence begins, and what they did before."""

    now: datetime
    agency: Agency
    applicant: Person
    impostor: Person
    vetters: list[Person]
    """The last one is of the applicant's agency."""
    point: User
    administrator: User
    accounts: int
    known: Known = field(default_factory=Known)

    def copy(self) -> Cast:
        """Return all of it, to go on from here."""
        return Cast(
            self.now,
            self.agency,
            self.applicant.copy(),
            self.impostor.copy(),
            [vetter.copy() for vetter in self.vetters],
            self.point,
            self.administrator,
            self.accounts,
            deepcopy(self.known),
        )


@pytest.fixture
def cast(db: None, settings: Settings) -> Iterator[Cast]:
    """The people, and two applications that were begun; once for all sequences."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # thousands are hashed here
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.factories.databases.CommitAfterView"]
    cache.clear()
    # Each of many thousand refusals is a line, which the test run would keep with its request.
    logging.disable(logging.CRITICAL)
    with time_machine.travel(timezone.now(), tick=False):
        agency = make_agency(domain="police.example")
        point, administrator = make_member(), make_member(Role.ADMINISTRATOR)
        name_focal_point(point, "KE")
        vetters = [
            Person(number, make_vetter(of)) for number, of in enumerate((None, None, None, agency), start=1)
        ]
        for vetter in vetters:
            vetter.client.get(LOG_IN)
            vetter.sign_in_at_desk()
        applicant, impostor = Person(11), Person(12)
        for person in (applicant, impostor):
            person.begin(agency)
        accounts = User.objects.count()
        # Nobody answers all the questions within three seconds.
        now = timezone.now() + timedelta(minutes=1)
        yield Cast(now, agency, applicant, impostor, vetters, point, administrator, accounts)
    logging.disable(logging.NOTSET)
    cache.clear()


def is_enough(application: Application) -> bool:
    """Two classes of evidence hold by their newest finding, and somebody was spoken to."""
    newest = {one.kind: one.holds for one in Evidence.objects.filter(application=application).order_by("pk")}
    held = {kind for kind, holds in newest.items() if holds}
    return len(held) >= 2 and not held.isdisjoint(LIVE_CONTACT)


class WayInOverHttp(RuleBasedStateMachine):
    """An applicant, an impostor, four vetters of whom one is a colleague, a focal point, an administrator."""

    def __init__(self, cast: Cast, reached: Counter[str]) -> None:
        super().__init__()
        self.cast, self.reached = cast.copy(), reached
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = time_machine.travel(cast.now, tick=False)
        self.traveller = self.clock.start()
        self.known = self.cast.known
        self.applicant, self.vetters = self.cast.applicant, self.cast.vetters
        self.outside = (self.cast.applicant, self.cast.impostor)
        self.third_review = False
        self.passed: set[str] = set()

    def teardown(self) -> None:
        self.reached.update(["sequence", *self.passed])
        self.clock.stop()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        mail.outbox.clear()

    # What is sent, and what the answer says that it did

    def send(self, person: Person, path: str, typed: dict[str, Any]) -> Any:
        """Send a form, and keep in mind what was proved by it."""
        application = self.application_in_hand(person) if path == CODE else None
        was_in = path in (PASSWORD, APP_CODE) and "_auth_user_id" in person.client.session
        response = person.post(path, typed)
        assert response.status_code < 500
        where = response["Location"] if response.status_code == 302 else ""
        if application is not None and application.state == ApplicationState.STARTED and where == CHECK:
            assert typed["code"] in self.known.codes[application.email]
            self.known.confirmed.add(application.email)
        elif path == CHECK:
            submitted = Application.objects.filter(state=ApplicationState.SUBMITTED)
            submitted.update(third_review=self.third_review)
        elif path.startswith(f"{JOIN}return/") and where not in ("", FACTORS):
            assert path.split("/")[-2] in {key for one in self.outside for key in one.keys}
        elif path.startswith(PASSWORD) and where == PASSWORD:
            assert path.split("/")[-2] in self.known.links
            person.has_proved = False
        elif path == PASSWORD and where == FACTORS and not was_in:
            assert typed["password1"] == GOOD
            self.known.chose_by_link.add(self.signed_in(person).email)
        elif path == LOG_IN and where == APP_CODE:
            person.has_proved = False
        elif path == APP and where == RECOVERY_CODES:
            person.has_proved = True
        elif path == APP_CODE and not was_in and "_auth_user_id" in person.client.session:
            self.note_code(self.signed_in(person).email, typed["code"])
            person.has_proved = True
        elif path.startswith(DESK) and where == path.removesuffix("call/").removesuffix("decide/"):
            self.note_work_at_desk(person, Application.objects.get(uuid=path.split("/")[3]), typed)
        return response

    def note_work_at_desk(self, person: Person, application: Application, typed: dict[str, Any]) -> None:
        """The desk takes a finding or a decision of a vetter of another agency, and no approval without evidence."""
        assert person.user is not None
        assert person in self.vetters[:-1]
        assert person.user.pk not in self.known.suspended
        self.known.findings += "holds" in typed
        self.known.decisions += "decision" in typed
        if str(typed.get("decision")).startswith(Choice.APPROVE):
            assert is_enough(application)

    def note_code(self, email: str, code: str) -> None:
        """A code that opened the door was the right one, and opens it once."""
        assert code in (*self.known.recovery.get(email, ()), self.code_of_app(email))
        assert (email, code) not in self.known.used
        self.known.used.add((email, code))

    def application_in_hand(self, person: Person) -> Application | None:
        """Return the application that the browser's session is about."""
        key = person.client.session.get("community.application")
        return application_of_key(key) if key else None

    def signed_in(self, person: Person) -> User:
        return User.objects.get(pk=person.client.session["_auth_user_id"])

    def code_of_app(self, email: str) -> str:
        if email not in self.known.seeds:
            return ""
        return format_hotp_value(
            hotp_value(self.known.seeds[email], int(timezone.now().timestamp()) // PERIOD)
        )

    def applications(self) -> list[Application]:
        return list(Application.objects.order_by("pk"))

    def case(self, whose: int, step: str) -> str:
        found = self.applications()
        return f"{DESK}{found[whose % len(found)].uuid}/{step}"

    def vetter(self, who: int) -> Person:
        """Return a vetter who has just proved the second factor, unless they are suspended."""
        person = self.vetters[who]
        assert person.user is not None
        assert person.signed_in_at is not None
        if timezone.now() - person.signed_in_at > FRESH and person.user.pk not in self.known.suspended:
            person.sign_in_at_desk()
        return person

    # What people do

    @initialize(third_review=st.sampled_from([False, False, False, True]))
    def draw_the_lot(self, third_review: bool) -> None:
        """Hypothesis draws it instead of chance, so that what fails fails again."""
        self.third_review = third_review
        Application.objects.filter(agreed_at__isnull=True).update(third_review=third_review)

    @rule()
    def the_next_right_step(self) -> None:
        self.take_the_right_step()

    @rule(number=st.sampled_from([2, 4]))
    def the_next_right_steps(self, number: int) -> None:
        for _ in range(number):
            self.take_the_right_step()

    @rule()
    def the_rest_of_the_right_way(self) -> None:
        self.the_next_right_steps(WAY)

    @rule()
    def whatever_happened_they_go_on_to_the_end(self) -> None:
        """The same again: what Hypothesis leaves out of a sequence is seldom both."""
        self.the_rest_of_the_right_way()

    @rule(who=st.integers(0, 1), email=st.sampled_from(ADDRESSES))
    def write_address(self, who: int, email: str) -> None:
        self.send(self.outside[who], EMAIL, {"email": email})

    @rule(who=st.integers(0, 1), email=st.sampled_from(ADDRESSES))
    def forge_answers(self, who: int, email: str) -> None:
        before = list(Application.objects.order_by("pk").values_list("state", "email", "user", "round"))
        self.send(self.outside[who], f"{JOIN}unit/", {"unit": "Unit 7", "email": email, **FORGED})
        after = list(Application.objects.order_by("pk").values_list("state", "email", "user", "round"))
        assert after[: len(before)] == before

    @rule(who=st.integers(0, 1))
    def ask_for_another_code(self, who: int) -> None:
        self.send(self.outside[who], CODE, {"again": "1"})

    @rule(
        who=st.integers(0, 1),
        email=st.sampled_from(ADDRESSES),
        kind=st.sampled_from(["newest", "oldest", "made up"]),
    )
    def enter_code(self, who: int, email: str, kind: str) -> None:
        known = self.known.codes[email]
        made_up = next(code for code in ("000000", "000001") if code not in known)
        code = made_up if kind == "made up" or not known else known[-1 if kind == "newest" else 0]
        self.send(self.outside[who], CODE, {"code": code, **FORGED})

    @rule(who=st.integers(0, 1))
    def submit(self, who: int) -> None:
        self.send(self.outside[who], CHECK, {})

    @rule(who=st.integers(0, 1), is_sure=st.sampled_from([False, False, True]))
    def withdraw(self, who: int, is_sure: bool) -> None:
        if is_sure:
            self.send(self.outside[who], f"{JOIN}withdraw/", {})
        else:
            self.outside[who].client.get(f"{JOIN}withdraw/")

    @rule(who=st.integers(0, 1), whose=st.integers(0, 1), is_made_up=st.booleans())
    def come_back(self, who: int, whose: int, is_made_up: bool) -> None:
        key = MADE_UP if is_made_up else self.outside[whose].keys[-1]
        self.send(self.outside[who], f"{JOIN}return/{key}/", {})

    @rule(who=st.integers(0, 3), whose=st.integers(0, 1), holds=st.booleans())
    def call(self, who: int, whose: int, holds: bool) -> None:
        typed = {"number": FOUND_NUMBER, "source_url": FOUND_AT, "holds": "yes" if holds else "no"}
        self.send(self.vetter(who), self.case(whose, "call/"), typed)

    @rule(
        who=st.integers(0, 3),
        whose=st.sampled_from([0, 0, 1]),
        choice=st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.APPROVE, Choice.REFUSE, Choice.ASK]),
        times=st.integers(1, 2),
    )
    def decide(self, who: int, whose: int, choice: Choice, times: int) -> None:
        for _ in range(times):
            typed = {"decision": f"{choice}:{REASONS[choice]}", **FORGED}
            self.send(self.vetter(who), self.case(whose, "decide/"), typed)

    @rule(whose=st.sampled_from([0, 0, 1]))
    def the_whole_desk_approves(self, whose: int) -> None:
        for who in range(4):
            self.decide(who, whose, Choice.APPROVE, times=1)

    @rule(
        who=st.integers(0, 3),
        decision=st.sampled_from(["approve", "approve:not-for", "approved:confirmed", "ask:confirmed", ""]),
    )
    def forge_a_decision(self, who: int, decision: str) -> None:
        self.send(self.vetter(who), self.case(0, "decide/"), {"decision": decision})
        self.nothing_happened_behind_the_pages()

    @rule(who=st.integers(0, 3))
    def decide_without_a_fresh_proof(self, who: int) -> None:
        person = self.vetters[who]
        assert person.signed_in_at is not None
        if timezone.now() - person.signed_in_at > timedelta(minutes=5):
            self.send(person, self.case(0, "decide/"), {"decision": "approve:confirmed"})

    @rule(who=st.integers(0, 1), step=st.sampled_from(["call/", "decide/"]))
    def decide_from_outside(self, who: int, step: str) -> None:
        typed = {"number": FOUND_NUMBER, "source_url": FOUND_AT, "holds": "yes"}
        self.send(self.outside[who], self.case(who, step), {"decision": "approve:confirmed", **typed})

    @rule(whose=st.integers(0, 1), holds=st.booleans())
    def speak_for_the_country(self, whose: int, holds: bool) -> None:
        found = self.applications()
        with suppress(RuleError, PermissionDenied):
            record_focal_point(found[whose % len(found)], by=self.cast.point, holds=holds)
            self.known.findings += 1

    @rule(whose=st.integers(0, 1))
    def object(self, whose: int) -> None:
        found = self.applications()
        with suppress(RuleError, PermissionDenied):
            object_to_admission(found[whose % len(found)], by=self.cast.point)
            self.known.findings += 1

    @rule()
    def the_worker_runs(self) -> None:
        """Mails are sent, and the applicants whom nobody objected to are admitted; then people read their mail."""
        admit_agreed()
        while outbox.drain():
            pass
        for letter in mail.outbox:
            [to] = letter.to
            text = f"{letter.subject} {letter.body}"
            if to not in self.known.codes:  # a vetter, an administrator or the focal point is told something
                continue
            self.known.codes[to] += re.findall(r"\b\d{6}\b", text)[:1]
            self.known.links += re.findall(r"/en/account/enrol/([\w-]{43})/", text)
        mail.outbox.clear()

    @rule(hours=st.sampled_from([0.1, 0.3, 25, 71, 72]))
    def time_passes(self, hours: float) -> None:
        self.traveller.shift(timedelta(hours=hours))

    @rule(who=st.integers(0, 1), is_made_up=st.booleans(), presses_button=st.booleans())
    def open_link(self, who: int, is_made_up: bool, presses_button: bool) -> None:
        token = MADE_UP if is_made_up or not self.known.links else self.known.links[-1]
        if presses_button:
            self.send(self.outside[who], f"{PASSWORD}{token}/", FORGED)
        else:
            self.outside[who].client.get(f"{PASSWORD}{token}/")

    @rule(who=st.integers(0, 1), password=st.sampled_from([GOOD, GOOD, WEAK]))
    def choose_password(self, who: int, password: str) -> None:
        self.send(self.outside[who], PASSWORD, {"password1": password, "password2": password, **FORGED})

    @rule(who=st.integers(0, 1), is_right=st.booleans())
    def add_app(self, who: int, is_right: bool) -> None:
        person = self.outside[who]
        found = re.search(r'<code dir="ltr">([A-Z2-7]+)</code>', person.client.get(APP).content.decode())
        if found is None:
            self.send(person, APP, {"code": "000000"})
            return
        moment = int(timezone.now().timestamp()) // PERIOD
        code = format_hotp_value(hotp_value(found[1], moment if is_right else moment - 1))
        if self.send(person, APP, {"code": code}).status_code == 302:
            assert is_right
            email = self.signed_in(person).email
            self.known.seeds[email] = found[1]
            self.known.used.add((email, code))
            page = person.client.get(RECOVERY_CODES).content.decode()
            self.known.recovery[email] = re.findall(r"<code>(\d{8})</code>", page)

    @rule(who=st.integers(0, 1), email=st.sampled_from(ADDRESSES), is_right=st.booleans())
    def log_in(self, who: int, email: str, is_right: bool) -> None:
        password = GOOD if is_right else WEAK
        self.send(self.outside[who], LOG_IN, {"login": email, "password": password, "next": HUB})

    @rule(
        who=st.integers(0, 1),
        email=st.sampled_from(ADDRESSES),
        kind=st.sampled_from(["app", "app", "recovery", "made up"]),
    )
    def enter_second_factor(self, who: int, email: str, kind: str) -> None:
        codes = {"app": self.code_of_app(email), "recovery": (self.known.recovery.get(email) or [""])[0]}
        self.send(self.outside[who], APP_CODE, {"code": codes.get(kind) or "123456"})

    @rule(who=st.integers(0, 5), whose=st.integers(0, 5), back=st.integers(1, 6), times=st.integers(1, 2))
    def send_again(self, who: int, whose: int, back: int, times: int) -> None:
        """Send what somebody sent before: the own form with the token that it had, or that of another."""
        people = (*self.outside, *self.vetters)
        sent = people[whose].sent
        if not sent:
            return
        path, form = sent[-min(back, len(sent))]
        typed = dict(form) if who == whose else {name: form[name] for name in form if name[:4] != "csrf"}
        for _ in range(times):
            self.send(people[who], path, typed)

    @rule(who=st.integers(0, 3))
    def a_vetter_is_suspended(self, who: int) -> None:
        self.suspend(self.vetters[who].user)

    @rule()
    def the_member_is_suspended(self) -> None:
        for user in User.objects.filter(email__in=ADDRESSES):
            self.suspend(user)

    def suspend(self, user: User | None) -> None:
        assert user is not None
        # The action changes what it is given, and the people of one sequence are those of the next.
        person = User.objects.get(pk=user.pk)
        suspend_member(person, by=self.cast.administrator, reason=SuspensionReason.INQUIRY)
        self.known.suspended.add(user.pk)

    # The right way

    def take_the_right_step(self) -> None:
        """Do what brings the applicant nearer to the hub, whatever happened before; what comes too early is tried, too."""
        person = self.applicant
        application = application_of_key(person.keys[-1])
        assert application is not None
        if application.state in BEING_WRITTEN:
            self.go_on_writing(person, application)
        elif application.state in OPEN:
            self.go_on_vetting(application)
        elif application.state == ApplicationState.AGREED:
            # The worker runs every few minutes, and for three days in vain.
            self.the_worker_runs()
            application.refresh_from_db()
            if application.state == ApplicationState.AGREED:
                assert application.agreed_at is not None
                self.traveller.shift(application.agreed_at + OBJECTIONS - timezone.now())
        elif application.user is not None:
            self.go_on_enrolling(person, application.user)

    def go_on_writing(self, person: Person, application: Application) -> None:
        if self.application_in_hand(person) != application:
            self.send(person, f"{JOIN}return/{person.keys[-1]}/", {})
        elif application.state != ApplicationState.STARTED:
            self.submit(0)
        elif not application.email:
            self.write_address(0, ADDRESSES[0])
        elif outbox.pending():
            self.the_worker_runs()
        elif application.code_expires_at is None or application.code_expires_at <= timezone.now():
            self.ask_for_another_code(0)
        else:
            for kind in ("made up", "newest"):
                self.enter_code(0, application.email, kind)

    def go_on_vetting(self, application: Application) -> None:
        held = classes_held(application)
        whose = [one.pk for one in self.applications()].index(application.pk)
        if EvidenceClass.DOMAIN not in held and EvidenceClass.FOCAL_POINT not in held:
            self.speak_for_the_country(whose, holds=True)
            return
        done = application.verdicts.filter(round=application.round).values_list("by", flat=True)
        waiting = [
            number
            for number, vetter in enumerate(self.vetters[:3])
            if vetter.user is not None and vetter.user.pk not in {*done, *self.known.suspended}
        ]
        if not waiting:
            return
        if EvidenceClass.CALL_BACK not in held:
            self.call(waiting[0], whose, holds=True)
        else:
            self.decide(waiting[0], whose, Choice.APPROVE, times=1)

    def go_on_enrolling(self, person: Person, user: User) -> None:
        session = person.client.session
        is_signed_in = session.get("_auth_user_id") == str(user.pk)
        if not user.has_usable_password():
            if "door.enrolment" in session:
                self.choose_password(0, GOOD)
            elif outbox.pending():
                self.the_worker_runs()
            else:
                self.open_link(0, is_made_up=False, presses_button=True)
        elif is_signed_in and user.email not in self.known.seeds:
            self.add_app(0, is_right=True)
        elif not is_signed_in and "account_login" in session:
            if (user.email, self.code_of_app(user.email)) in self.known.used:
                self.traveller.shift(timedelta(seconds=PERIOD))
            self.enter_second_factor(0, user.email, "app")
        elif not is_signed_in:
            self.log_in(0, user.email, is_right=True)

    # The law

    @invariant()
    def nobody_reads_the_hub_without_all_that_is_needed(self) -> None:
        for person in self.outside:
            status = person.client.get(HUB).status_code
            assert status in (200, 302, 404)
            if status == 200:
                self.passed.add("inside")
                self.everything_is_there(person, self.signed_in(person))

    def everything_is_there(self, person: Person, user: User) -> None:
        application = Application.objects.get(user=user)
        assert application.state == ApplicationState.APPROVED
        assert user.email == application.email
        assert user.email in self.known.confirmed
        verdicts = Verdict.objects.filter(application=application, round=application.round)
        approvals = verdicts.filter(choice=Choice.APPROVE).select_related("by__officer")
        assert len({one.by_id for one in approvals}) >= 2
        assert all(one.by.officer.agency_id != application.agency_id for one in approvals)
        assert is_enough(application)
        assert application.agreed_at is not None
        assert application.closed_at is not None
        assert application.closed_at - application.agreed_at >= OBJECTIONS
        assert max(one.decided_at for one in approvals) == application.agreed_at
        assert user.email in self.known.chose_by_link
        assert person.has_proved
        assert user.pk not in self.known.suspended

    @invariant()
    def the_suspended_read_nothing(self) -> None:
        for vetter in self.vetters:
            if vetter.user is not None and vetter.user.pk in self.known.suspended:
                assert vetter.client.get(HUB).status_code == 302

    @invariant()
    def an_account_comes_of_one_application(self) -> None:
        approved = Application.objects.filter(state=ApplicationState.APPROVED).values_list("email", flat=True)
        assert len(set(approved)) == len(approved)
        assert User.objects.count() == self.cast.accounts + len(approved)
        lines = AuditEntry.objects.filter(action="application.approved")
        assert lines.count() == len(approved)
        if approved:
            self.passed.add("admitted")

    @invariant()
    def nothing_happened_behind_the_pages(self) -> None:
        """What the desk holds is what it said that it keeps: a refused form, and a second click, left nothing."""
        assert Verdict.objects.count() == self.known.decisions
        assert Evidence.objects.exclude(kind=EvidenceClass.DOMAIN).count() == self.known.findings

    @invariant()
    def the_record_is_whole(self) -> None:
        assert verify_chain() is None


def run(cast: Cast, examples: int, phases: tuple[Phase, ...] = PHASES) -> None:
    """Begin at each place of the right way in turn, so that everything is tried at every place."""
    reached: Counter[str] = Counter()
    walker = WayInOverHttp(cast, Counter())

    def from_here() -> WayInOverHttp:
        return WayInOverHttp(walker.cast, reached)

    try:
        for _ in range(WAY):
            walker.cast.now = timezone.now()
            run_state_machine_as_test(
                from_here,  # type: ignore[arg-type]
                settings=settings(
                    max_examples=ceil(examples / WAY),
                    stateful_step_count=STEPS,
                    phases=phases,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
            walker.take_the_right_step()
    finally:
        walker.teardown()
    assert reached["sequence"] >= examples
    assert reached["inside"] >= INSIDE_AT_LEAST * reached["sequence"]


def test_no_order_of_requests_lets_in_who_was_not_vetted(cast: Cast) -> None:
    # What differs between databases is how they lock, and here nobody waits: a few sequences are enough on the other.
    run(cast, 500 if connection.vendor == "sqlite" else 96)


@pytest.mark.long
def test_no_order_of_very_many_requests_lets_in_who_was_not_vetted(cast: Cast) -> None:
    run(cast, 5_000)


@pytest.mark.parametrize("third_review", [False, True])
def test_the_right_way_leads_inside_and_not_one_step_before(cast: Cast, third_review: bool) -> None:
    machine = WayInOverHttp(cast, Counter())
    try:
        machine.draw_the_lot(third_review)
        for is_inside in [*[False] * (WAY + third_review), True]:
            machine.nobody_reads_the_hub_without_all_that_is_needed()
            assert ("inside" in machine.passed) == is_inside
            machine.take_the_right_step()
    finally:
        machine.teardown()
