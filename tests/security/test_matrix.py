"""Who passes where: each standing, at each address of production, with each method (security items 28, 29, 50, 53).

The table below is written by hand and knows nothing of `hub.door.routes`. Whoever adds an address adds it here.
"""

from __future__ import annotations

import enum
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalogue import api as catalogue
from community import api as community
from community.actions.applications import start_application
from community.actions.enrolment import invite
from hub.core.enums import Role
from hub.core.models import User
from hub.seed.rights import seed_rights
from tests.factories.catalogue import ToolFactory
from tests.factories.community import make_application, make_vetter
from tests.factories.people import make_account, make_member, sign_in
from tests.security.addresses import Route, routes, routes_out_of_reach

pytestmark = pytest.mark.django_db


class Who(enum.StrEnum):
    """What somebody has proved and is."""

    STRANGER = "not signed in"
    NEW = "signed in, without a second factor"
    APPLICANT = "second factor, never a member"
    EXPIRED = "second factor, member until yesterday"
    SUSPENDED = "second factor, suspended"
    MEMBER = "member"
    TRAINER = "trainer"
    EDITOR = "editor"
    TRANSLATOR = "translator"
    VETTER = "vetter"
    ADMINISTRATOR = "administrator"


EVERYBODY = frozenset(Who)
PUBLIC = EVERYBODY - {Who.NEW}
"""Whoever has no second factor adds one before anything else."""
SIGNED_IN = EVERYBODY - {Who.STRANGER}
ACCOUNT = SIGNED_IN - {Who.NEW}
MEMBERS = ACCOUNT - {Who.APPLICANT, Who.EXPIRED, Who.SUSPENDED}
EDITORS = frozenset({Who.EDITOR, Who.TRANSLATOR})
VETTERS = frozenset({Who.VETTER})
NOBODY: frozenset[Who] = frozenset()
JOIN = MEMBERS
"""As long as production does not take applications; then `PUBLIC`."""

MAY_PASS: dict[str, frozenset[Who]] = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "robots": EVERYBODY,
    "sitemap": EVERYBODY,
    "home": PUBLIC,
    "wagtail_serve": PUBLIC,
    "catalogue:index": MEMBERS,
    "catalogue:tool": MEMBERS,
    "catalogue:report": MEMBERS,
    "learning:index": MEMBERS,
    "community:index": MEMBERS,
    "account_login": PUBLIC,
    "account_logout": EVERYBODY,
    "account_inactive": PUBLIC,
    "account_enrol": PUBLIC,
    "account_enrol_password": PUBLIC,
    "account_overview": ACCOUNT,
    "account_sessions": ACCOUNT,
    "account_change_password": ACCOUNT,
    "account_reauthenticate": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_deactivate_totp": ACCOUNT,
    "mfa_reauthenticate": ACCOUNT,
    "mfa_reauthenticate_webauthn": ACCOUNT,
    "mfa_view_recovery_codes": ACCOUNT,
    "mfa_generate_recovery_codes": ACCOUNT,
    "mfa_list_webauthn": ACCOUNT,
    "mfa_edit_webauthn": ACCOUNT,
    "mfa_remove_webauthn": ACCOUNT,
    "join": JOIN,
    "join_question": JOIN,
    "join_code": JOIN,
    "join_check": JOIN,
    "join_later": JOIN,
    "join_return": JOIN,
    "join_status": JOIN,
    "join_withdraw": JOIN,
    "vetting": VETTERS,
    "vetting_case": VETTERS,
    "vetting_call": VETTERS,
    "vetting_decide": VETTERS,
    "account_signup": NOBODY,
    "account_email": NOBODY,
    "account_email_verification_sent": NOBODY,
    "account_confirm_email": NOBODY,
    "account_set_password": NOBODY,
    "account_reset_password": NOBODY,
    "account_reset_password_done": NOBODY,
    "account_reset_password_from_key": NOBODY,
    "account_confirm_login_code": NOBODY,
    "mfa_download_recovery_codes": NOBODY,
    "hub.door.views.closed": NOBODY,
}
"""Which standings pass at which route. Everything else under /cms/ is for editors and translators."""

OUT_OF_REACH = {
    r"^cms/(?:login|password_reset)(?:/.*)?$": False,
    "wagtailadmin_account": True,
    "wagtailadmin_logout": True,
    "wagtailadmin_login": True,
    "wagtailadmin_password_reset": True,
    "wagtailadmin_password_reset_done": True,
    "wagtailadmin_password_reset_confirm": True,
    "wagtailadmin_password_reset_complete": True,
    "wagtailcore_authenticate_with_password": True,
    "wagtailcore_login": True,
}
"""Routes of Wagtail behind one of ours, and that one: no address is made of its pattern, so it is tried by name elsewhere."""

NOTHING_THERE = {"account_enrol_password", "wagtail_serve"}
"""Where whoever passes finds nothing either: no link was opened, there is no such page."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LOG_IN, ADD_FACTOR = "/en/account/login/", "/en/account/2fa/"


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back, apart from what differs from one request to the next."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    leads_to: str
    wanted: str
    """What the log-in is to come back to."""
    body: str


_PASSING = re.compile(r'(?<=csrfmiddlewaretoken" value=")[^"]+|\b[0-9a-f]{32}\b')


def answer_of(response: Any) -> Answer:
    location = urlsplit(response.get("Location", ""))
    hidden = {"X-Request-ID", "Location"}
    return Answer(
        status=response.status_code,
        headers=tuple(sorted(item for item in response.headers.items() if item[0] not in hidden)),
        cookies=tuple(sorted(response.cookies)),
        leads_to=location.path,
        wanted="".join(parse_qs(location.query).get("next", [])),
        body="" if response.streaming else _PASSING.sub("…", response.content.decode()),
    )


class Person:
    """Somebody with a browser. What a request changes is undone after it, so that each one meets the same hub."""

    def __init__(self, who: Who, *, careful: bool = False) -> None:
        self.who = who
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=careful)
        self.user = _account(who)
        if self.user is not None and who is Who.NEW:
            self.client.force_login(self.user)
        elif self.user is not None:
            sign_in(self.client, self.user)
        self._nothing: dict[tuple[str, str], Answer] = {}

    def ask(
        self,
        method: str,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        look: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Send a request; `look` sees the database before what was done is undone."""
        cookies = self.client.cookies.copy()
        if method == "POST":
            cache.clear()
        with transaction.atomic():
            options = {"data": data or {}} if method in ("GET", "HEAD", "POST") else {}
            answer = answer_of(getattr(self.client, method.lower())(path, **options))
            look()
            transaction.set_rollback(True)
        self.client.cookies = cookies
        return answer

    def find_nothing(self, method: str, path: str) -> Answer:
        """Return what comes back, under the same part of the hub, where there is nothing."""
        asked = method, nothing_beside(path)
        if asked not in self._nothing:
            self._nothing[asked] = self.ask(*asked)
        return self._nothing[asked]


def _account(who: Who) -> User | None:
    match who:
        case Who.STRANGER:
            return None
        case Who.APPLICANT:
            return make_account()
        case Who.VETTER:
            return make_vetter()
        case Who.NEW | Who.MEMBER:
            return make_member()
        case Who.EXPIRED:
            user = make_member()
            User.objects.filter(pk=user.pk).update(membership_valid_until=timezone.now() - timedelta(days=1))
            return user
        case Who.SUSPENDED:
            user = make_member()
            community.suspend_member(user, by=None, reason="inquiry")
            return user
        case _:
            return make_member(Role(who.value))


def add_passkey(user: User, name: str = "Key") -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


class Addresses:
    """The address of each route at which there is something."""

    def __init__(self) -> None:
        seed_rights()
        tool = ToolFactory()
        catalogue.rebuild_index()
        self._other = make_account()
        application = make_application()
        _, key = start_application("en")
        self._values: dict[str, dict[str, object]] = {
            "catalogue:tool": {"slug": tool.slug},
            "catalogue:report": {"slug": tool.slug},
            "join_question": {"slug": "country"},
            "join_return": {"key": key},
            "account_enrol": {"token": invite(self._other, by=None)},
            **dict.fromkeys(("vetting_case", "vetting_call", "vetting_decide"), {"uuid": application.uuid}),
        }

    def at(self, route: Route, person: Person) -> str:
        values = self._values.get(route.name)
        if route.name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            owner = person.user if person.user is not None and person.who in ACCOUNT else self._other
            passkey = owner.authenticator_set.filter(type=Authenticator.Type.WEBAUTHN).first()
            values = {"pk": (passkey or add_passkey(owner)).pk}
        return route.path if values is None else route.path_with(values)


def is_of_desk(route: Route) -> bool:
    """Tell whether a route stands under the one rule of the editors' desk."""
    return route.path.startswith("/cms/") and route.name not in MAY_PASS


def may_pass(route: Route) -> frozenset[Who]:
    return EDITORS if is_of_desk(route) else MAY_PASS[route.name]


def nothing_beside(path: str) -> str:
    """Return an address under the same part of the hub at which there is nothing."""
    first, _, rest = path.strip("/").partition("/")
    if first == "cms":
        return "/cms/there/is/none/"
    part = rest.partition("/")[0]
    closed = ("catalogue", "learning", "community", "account", "join", "vetting")
    return f"/en/{part if part in closed else 'account'}/there/is/none/"


def faults_of(person: Person, route: Route, method: str, path: str) -> list[str]:
    """Return what is wrong in one cell of the matrix: who passes is answered, who does not finds what is nowhere."""
    answer, allowed = person.ask(method, path), may_pass(route)
    is_refused = bool(allowed) and person.who not in allowed
    is_no_method = method == "OPTIONS" or (
        method in ("PUT", "PATCH", "DELETE") and not path.startswith("/cms/")
    )
    wrong = []
    if is_no_method or is_refused:
        missing = person.find_nothing(method, path)
        wrong += [
            f"{name} is not that of an address with nothing"
            for name in ("status", "headers", "cookies", "leads_to", "body")
            if getattr(answer, name) != getattr(missing, name)
        ]
    if is_no_method:
        wrong += ["the method is known"] if answer.status != 405 else []
    elif not allowed:
        wrong += ["there is something"] if answer.status != 404 else []
    elif is_refused:
        expected = {Who.STRANGER: (302, LOG_IN, path), Who.NEW: (302, ADD_FACTOR, "")}
        got = (answer.status, answer.leads_to, answer.wanted)
        wrong += [f"not refused as such: {got}"] if got != expected.get(person.who, (404, "", "")) else []
    else:
        if answer.leads_to == LOG_IN and answer.wanted:
            wrong.append("sent to the log-in")
        if answer.status == 404 and route.name not in NOTHING_THERE and not is_of_desk(route):
            wrong.append("finds nothing")
    if answer.status >= 500:
        wrong.append(f"the hub fails: {answer.status}")
    return [f"{person.who}, {method} {path} ({route.name}): {one}" for one in wrong]


def faults_at(person: Person, chosen: Iterable[Route], addresses: Addresses) -> list[str]:
    """Return what is wrong in all cells of somebody at these routes."""
    return [
        fault
        for route in chosen
        for method in METHODS
        for fault in faults_of(person, route, method, addresses.at(route, person))
    ]


def test_each_route_is_in_the_table_and_each_name_in_the_table_has_a_route(production_addresses) -> None:
    """Item 28: an unlisted route fails."""
    found = {route.name for route in routes() if not is_of_desk(route)}
    assert found - set(MAY_PASS) == set(), "say in MAY_PASS who may pass there"
    assert set(MAY_PASS) - found == set(), "there is no such route any more"
    assert sum(is_of_desk(route) for route in routes()) > 250


def test_a_route_that_is_not_reached_stands_behind_one_that_is(production_addresses) -> None:
    """Otherwise it would not be in the matrix."""
    assert routes_out_of_reach() == OUT_OF_REACH


def drawn(found: list[Route], of: int) -> list[Route]:
    """Return every nth route, drawn by its address: the same ones each time, whatever stands around them."""
    return [route for route in found if zlib.crc32(route.path.encode()) % of == 0]


@pytest.mark.parametrize("who", Who)
def test_who_passes_where(production_addresses, who: Who, request: pytest.FixtureRequest) -> None:
    """Items 28, 29, 53. One rule holds for the editors' desk; with --long it is tried at each of its addresses."""
    found = routes()
    desk = [route for route in found if is_of_desk(route)]
    chosen = desk if request.config.getoption("--long") else drawn(desk, 24)
    assert len(chosen) > 10
    inside = [route for route in found if not is_of_desk(route)]
    assert faults_at(Person(who), [*inside, *chosen], Addresses()) == []
