"""People of every standing, each with a browser, and what they are answered."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalogue import api as catalogue
from community import api as community
from community.actions.applications import start_application
from community.actions.enrolment import invite
from community.models import Document
from hub.core.documents import vault
from hub.core.enums import Role
from hub.core.models import User
from hub.seed.rights import seed_rights
from tests.factories.catalogue import ToolFactory
from tests.factories.community import make_agency, make_application, make_focal_point, make_vetter
from tests.factories.documents import jpeg
from tests.factories.people import PASSWORD, make_account, make_member, sign_in
from tests.security.addresses import Route


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
    FOCAL_POINT = "member who speaks for a country"
    ADMINISTRATOR = "administrator"


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
    """Return what came back."""
    location = urlsplit(response.get("Location", ""))
    hidden = {"X-Request-ID", "Location", "Expires"}
    return Answer(
        status=response.status_code,
        headers=tuple(sorted(item for item in response.headers.items() if item[0] not in hidden)),
        cookies=tuple(sorted(response.cookies)),
        leads_to=location.path,
        wanted="".join(parse_qs(location.query).get("next", [])),
        body="" if response.streaming else _PASSING.sub("…", response.content.decode(errors="replace")),
    )


class Person:
    """Somebody with a browser. What a request changes is undone after it, so that each one meets the same hub."""

    def __init__(self, who: Who, *, careful: bool = False, host: str = "testserver") -> None:
        self.who = who
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=careful, SERVER_NAME=host)
        self.user = _account(who)
        if self.user is not None and who is Who.NEW:
            self.client.force_login(self.user)
        elif self.user is not None:
            sign_in(self.client, self.user)
            confirm(self.client)
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
        cookies = SimpleCookie(self.client.cookies)
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
        """Return what comes back, under the same part of the hub as a path, where there is nothing."""
        asked = method, nothing_beside(path)
        if asked not in self._nothing:
            self._nothing[asked] = self.ask(*asked)
        return self._nothing[asked]


def confirm(client: Client) -> None:
    """Let somebody have proved a moment ago, once more, who they are."""
    session = client.session
    proofs = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**proof, "reauthenticated": True} for proof in proofs]
    session.save()


def _account(who: Who) -> User | None:
    match who:
        case Who.STRANGER:
            return None
        case Who.APPLICANT:
            return make_account()
        case Who.VETTER:
            return make_vetter()
        case Who.FOCAL_POINT:
            return make_focal_point("KE")
        case Who.NEW:
            return make_member(password=PASSWORD)
        case Who.MEMBER:
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
    """Give somebody a passkey, as a browser would."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def nothing_beside(path: str) -> str:
    """Return an address under the same part of the hub at which there is nothing."""
    first, _, rest = path.strip("/").partition("/")
    if first == "cms":
        return "/cms/there/is/none/"
    part = rest.partition("/")[0]
    closed = ("catalogue", "learning", "community", "account", "join", "vetting", "administration")
    return f"/en/{part if part in closed else 'account'}/there/is/none/"


def _sealed(sealed: vault.Sealed) -> dict[str, Any]:
    return {"file_name": sealed.name, "sealed_key": sealed.key}


class Addresses:
    """The address of each route at which there is something."""

    def __init__(self) -> None:
        seed_rights()
        tool = ToolFactory()
        catalogue.rebuild_index()
        self._other = make_account()
        application = make_application(country="KE")
        agency = make_agency()
        document = Document.objects.create(
            application=application,
            pages=1,
            sent_at=timezone.now(),
            **_sealed(vault.seal([jpeg()])),
        )
        _, key = start_application("en")
        self._values: dict[str, dict[str, object]] = {
            "catalogue:tool": {"slug": tool.slug},
            "catalogue:report": {"slug": tool.slug},
            "join_question": {"slug": "country"},
            "join_return": {"key": key},
            "account_enrol": {"token": invite(self._other, by=None)},
            **{
                name: {"uuid": application.uuid}
                for name in (
                    "vetting_case",
                    "vetting_call",
                    "vetting_sponsor",
                    "vetting_finding",
                    "vetting_decide",
                    "vetting_give_back",
                    "vetting_country_case",
                    "vetting_country_answer",
                )
            },
            "vetting_document": {"uuid": application.uuid, "document": document.uuid},
            "vetting_page": {"uuid": application.uuid, "document": document.uuid, "number": 1},
            **{
                name: {"uuid": agency.uuid}
                for name in (
                    "administration_agency",
                    "administration_domain_propose",
                    "administration_domain_decide",
                )
            },
        }

    def at(self, route: Route, person: Person) -> str:
        """Return where somebody may find something; a passkey is their own."""
        values = self._values.get(route.name)
        if route.name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            owner = person.user if person.user is not None and person.who is not Who.NEW else self._other
            passkey = Authenticator.objects.filter(user=owner, type=Authenticator.Type.WEBAUTHN).first()
            values = {"pk": (passkey or add_passkey(owner)).pk}
        return route.path if values is None else route.path_with(values)
