"""The vetting desk over HTTP: vetters see what they may decide; to everybody else there is nothing there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from community.actions.vetting import decide_application
from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from community.models import Application, Recusal
from community.queries.applications import classes_held
from hub.core import outbox
from hub.core.enums import Role
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import AuditEntry, User
from tests.factories.community import (
    FOUND_AT,
    FOUND_NUMBER,
    make_agency,
    make_application,
    make_vetter,
    place_in,
    prove,
)
from tests.factories.people import code_of_app, make_member, sign_in, sign_in_member

pytestmark = pytest.mark.django_db
DESK = "/en/vetting/"
CALL = {"number": FOUND_NUMBER, "source_url": FOUND_AT, "holds": "yes", "note": "Switchboard."}
REFUSE = {"decision": f"{Choice.REFUSE}:{Reason.NOT_CONFIRMED}"}
APPROVE = {"decision": f"{Choice.APPROVE}:{Reason.CONFIRMED}"}


@pytest.fixture
def application() -> Application:
    """An application whose address is at a listed domain, not drawn for a third review."""
    make_agency("Kenya Police", domain="police.example")
    made = make_application(how_to_verify="Ring <b>0700 111 222</b>.")
    Application.objects.filter(pk=made.pk).update(third_review=False)
    made.refresh_from_db()
    return made


@pytest.fixture
def vetter(client: Client) -> Client:
    """The browser of a vetter."""
    sign_in(client, make_vetter())
    return client


def case(application: Application, step: str = "") -> str:
    return f"{DESK}{application.uuid}/{step}"


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.ADMINISTRATOR, Role.TRAINER])
def test_to_everybody_else_there_is_nothing_there(application: Application, role: Role | None) -> None:
    stranger, member = Client(), Client()
    sign_in_member(member, *([role] if role else []))
    missing = case(application).replace(str(application.uuid), "00000000-0000-4000-8000-000000000000")
    for path in (DESK, case(application), missing):
        assert stranger.get(path)["Location"].startswith("/en/account/login/")
        assert member.get(path).status_code == 404
    for path, typed in ((case(application, "call/"), CALL), (case(application, "decide/"), REFUSE)):
        assert member.post(path, typed).status_code == 404
    assert not application.verdicts.exists()


def test_a_colleague_of_the_applicant_finds_nothing(application: Application) -> None:
    near, far = Client(), Client()
    colleague = make_vetter()
    colleague.officer.delete()
    assert application.agency is not None
    place_in(colleague, application.agency)
    sign_in(near, colleague)
    sign_in(far, make_vetter())
    assert far.get(case(application)).status_code == 200
    assert near.get(case(application)).status_code == 404
    assert application.reference not in near.get(DESK).content.decode()
    assert near.post(case(application, "decide/"), REFUSE).status_code == 404


def test_a_case_is_given_back_on_its_page_and_is_gone(vetter: Client) -> None:
    application, other = make_application(), make_application()
    assert "Give this case back" in vetter.get(case(application)).content.decode()
    assert vetter.post(case(application, "give-back/"))["Location"] == DESK
    page = vetter.get(DESK).content.decode()
    assert "You have given a case back" in page
    assert application.reference not in page
    assert vetter.get(case(application)).status_code == 404
    assert vetter.post(case(application, "give-back/")).status_code == 404
    assert vetter.post(case(other, "decide/"), REFUSE).status_code == 302
    assert "Give this case back" not in vetter.get(case(other)).content.decode()
    assert vetter.post(case(other, "give-back/"))["Location"] == case(other)
    assert "cannot be given back" in vetter.get(case(other)).content.decode()
    assert Recusal.objects.count() == 1


def test_the_queue_is_oldest_first_with_age_and_country(vetter: Client) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=4)):
        older = make_application()
    younger = make_application(country="PE")
    page = vetter.get(DESK).content.decode()
    assert page.index(older.reference) < page.index(younger.reference)
    assert "waiting 4 days" in page
    assert "Peru" in page


def test_an_empty_queue_says_what_will_be_there(vetter: Client) -> None:
    assert "Nothing waits for you" in vetter.get(DESK).content.decode()


def test_the_queue_takes_as_many_queries_for_three_as_for_one(vetter: Client) -> None:
    counts = []
    for _ in range(2):
        make_application()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            vetter.get(DESK)
        counts.append(len(queries))
        make_application()
    assert counts[0] == counts[1]


class TestPages:
    """The queue is long: it is shown in pages, and costs as much whatever its length."""

    @pytest.fixture
    def references(self) -> list[str]:
        """Of 120 applications, the oldest first."""
        return [make_application().reference for _ in range(120)]

    def shown(self, vetter: Client, query: str = "") -> list[str]:
        return re.findall(r"V-[0-9A-Z]{4}-[0-9A-Z]{4}", vetter.get(DESK + query).content.decode())

    def test_the_51st_stands_on_the_second_page(self, vetter: Client, references: list[str]) -> None:
        assert self.shown(vetter) == references[:50]
        assert self.shown(vetter, "?page=2") == references[50:100]
        assert self.shown(vetter, "?page=3") == references[100:]

    def test_every_page_says_how_many_wait_and_leads_on(self, vetter: Client, references: list[str]) -> None:
        for query, title, part, links in (
            ("", "Vetting desk", "1–50", {"?page=2"}),
            ("?page=2", "Vetting desk, page 2", "51–100", {"?page=1", "?page=3"}),
            ("?page=3", "Vetting desk, page 3", "101–120", {"?page=2"}),
        ):
            page = vetter.get(DESK + query).content.decode()
            assert "120 applications wait for your decision" in page
            assert f"<title>{title} · " in page
            assert f"<bdi>{part}</bdi> of 120" in page
            assert set(re.findall(r'href="(\?page=\d+)"', page)) == links

    def test_120_take_as_many_queries_as_one(self, vetter: Client) -> None:
        counts = []
        for more in (1, 119):
            for _ in range(more):
                make_application()
            for query in ("", "?page=3"):
                with CaptureQueriesContext(connection) as queries:
                    vetter.get(DESK + query)
                counts.append(len(queries))
        assert len(set(counts)) == 1, counts

    def test_what_applicants_write_at_length_is_not_read_for_a_list(self, vetter: Client) -> None:
        make_application()
        with CaptureQueriesContext(connection) as queries:
            vetter.get(DESK)
        asked = [query["sql"] for query in queries if "community_application" in query["sql"]]
        assert asked
        assert not [sql for sql in asked if "how_to_verify" in sql or "purpose" in sql]

    def test_a_page_behind_the_last_is_the_last(self, vetter: Client) -> None:
        references = [make_application().reference for _ in range(51)]
        for query in ("?page=2", "?page=3", "?page=99999999999"):
            assert self.shown(vetter, query) == references[50:]

    @pytest.mark.parametrize(
        ("number", "said"),
        [("0", "0"), ("-1", "-1"), ("two", "two"), ("1.5", "1.5"), ("٢", "٢"), ("9" * 200, "9" * 60)],
    )
    def test_what_is_no_page_is_said_and_the_first_is_shown(
        self, vetter: Client, number: str, said: str
    ) -> None:
        application = make_application()
        response = vetter.get(DESK, {"page": number})
        page = response.content.decode()
        assert response.status_code == 200
        assert "Not everything in this address was understood" in page
        assert f">page={said}</bdi>" in page
        assert application.reference in page
        assert "Not everything" not in vetter.get(DESK, {"page": "1"}).content.decode()

    def test_what_stands_in_the_address_is_text(self, vetter: Client) -> None:
        page = vetter.get(DESK, {"page": "<b>\u202e1"}).content.decode()
        assert "page=&lt;b&gt;" in page
        assert "<b>1" not in page
        assert "\u202e" not in page


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_the_desk_speaks_every_language(vetter: Client, application: Application, language: str) -> None:
    for path in (DESK, case(application)):
        assert vetter.get(path.replace("/en/", f"/{language}/")).status_code == 200


def test_one_page_shows_what_was_written_and_what_was_found(vetter: Client, application: Application) -> None:
    make_member(name=application.name)
    page = vetter.get(case(application)).content.decode()
    for words in (
        application.name,
        application.email,
        "Kenya Police",
        "listed domain",
        "1 other person of this name",
    ):
        assert words in page
    assert "&lt;b&gt;0700" in page  # what applicants write is text
    assert "1 of 2 classes hold" in page


def test_an_address_that_only_looks_official_is_pointed_out(vetter: Client, application: Application) -> None:
    other = make_application(email="d.mwangi@po1ice.example")
    page = " ".join(vetter.get(case(other)).content.decode().split())
    assert "not listed, and looks like" in page


def test_a_call_is_recorded_with_number_and_source(vetter: Client, application: Application) -> None:
    assert vetter.post(case(application, "call/"), CALL)["Location"] == case(application)
    assert EvidenceClass.CALL_BACK in classes_held(application)
    assert FOUND_NUMBER in vetter.get(case(application)).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": "0700 111 222"}, "The applicant has given this number"),
        ({"number": ""}, "Write the number"),
        ({"source_url": "nonsense"}, "Write the whole address"),
        ({"source_url": "javascript:alert(1)"}, "Write the whole address"),
        ({"holds": ""}, "Choose what came of the call"),
    ],
)
def test_a_call_that_proves_nothing_is_refused_and_stays_typed(
    vetter: Client, application: Application, changed: dict[str, str], words: str
) -> None:
    response = vetter.post(case(application, "call/"), {**CALL, **changed})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Switchboard." in page
    assert EvidenceClass.CALL_BACK not in classes_held(application)


def test_approval_is_refused_until_two_classes_hold(vetter: Client, application: Application) -> None:
    response = vetter.post(case(application, "decide/"), {**APPROVE, "note": "Known to me."})
    assert response.status_code == 422
    assert "two classes" in response.content.decode()
    assert "Known to me." in response.content.decode()
    vetter.post(case(application, "call/"), CALL)
    assert vetter.post(case(application, "decide/"), APPROVE).status_code == 302
    application.refresh_from_db()
    assert application.state == ApplicationState.IN_REVIEW


class TestASponsor:
    """A member of another agency vouches, and is told so."""

    @pytest.fixture
    def sponsor(self) -> User:
        member = make_member(email="s.ondiek@other.example")
        place_in(member, make_agency(country="UG"))
        member.officer.verified_at = timezone.now() - timedelta(days=200)
        member.officer.save()
        return member

    def test_whoever_vouches_is_a_class_of_evidence_and_hears_of_it(
        self, vetter: Client, application: Application, sponsor: User
    ) -> None:
        typed = {"email": "S.Ondiek@other.example", "holds": "yes", "note": "Asked by telephone."}
        assert vetter.post(case(application, "sponsor/"), typed)["Location"] == case(application)
        assert EvidenceClass.SPONSOR in classes_held(application)
        while outbox.drain():
            pass
        [told] = [letter for letter in mail.outbox if letter.to == [sponsor.email]]
        assert application.reference in str(told.body)
        assert application.name not in str(told.body)

    @pytest.mark.parametrize("how", ["nobody", "new", "same agency", "no member"])
    def test_who_cannot_vouch_is_refused_in_words(
        self, vetter: Client, application: Application, sponsor: User, how: str
    ) -> None:
        email = sponsor.email
        if how == "nobody":
            email = "nobody@other.example"
        elif how == "new":
            sponsor.officer.verified_at = timezone.now()
        elif how == "same agency":
            sponsor.officer.agency = application.agency
        else:
            User.objects.filter(pk=sponsor.pk).update(membership_valid_until=timezone.now())
        sponsor.officer.save()
        answer = vetter.post(case(application, "sponsor/"), {"email": email, "holds": "yes", "note": "Mine."})
        assert answer.status_code == 422
        assert "a sponsor is a member for six months" in answer.content.decode()
        assert "Mine." in answer.content.decode()
        assert not application.evidence.filter(kind=EvidenceClass.SPONSOR).exists()


def test_a_case_has_a_trail_of_who_did_what(vetter: Client, application: Application) -> None:
    vetter.get(case(application))
    vetter.get(case(application))
    vetter.post(case(application, "call/"), CALL)
    page = vetter.get(case(application)).content.decode()
    for words in ("submitted", "address confirmed with a code", "evidence recorded"):
        assert words in page
    assert (
        AuditEntry.objects.filter(action="application.opened").count() == 2
    )  # before the call, and after it


@pytest.mark.parametrize(
    "decision", ["", "approve", "approve:not-for", "nonsense:confirmed", "approve:confirmed:x"]
)
def test_a_decision_that_is_none_is_refused(vetter: Client, application: Application, decision: str) -> None:
    prove(application, make_vetter())
    assert vetter.post(case(application, "decide/"), {"decision": decision}).status_code == 422
    assert not application.verdicts.exists()


def test_the_first_decision_is_sealed_until_the_second(vetter: Client, application: Application) -> None:
    decide_application(
        application, Choice.REFUSE, Reason.NOT_FOR, by=make_vetter(), note="The switchboard knows nobody."
    )
    page = vetter.get(case(application)).content.decode()
    assert "Another vetter has decided" in page
    assert "The switchboard knows nobody." not in page
    assert str(Reason.NOT_CONFIRMED.label) in page  # as a choice
    vetter.post(case(application, "decide/"), REFUSE)
    page = vetter.get(case(application)).content.decode()
    assert "The switchboard knows nobody." in page
    assert "Record my decision" not in page
    application.refresh_from_db()
    assert application.state == ApplicationState.REFUSED


@pytest.mark.parametrize(("step", "typed"), [("decide/", REFUSE), ("call/", CALL), ("give-back/", {})])
def test_whoever_loses_the_role_while_a_request_runs_finds_nothing(
    vetter: Client, application: Application, settings: Settings, step: str, typed: dict[str, str]
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.factories.databases.RolesLostMeanwhile"]
    answer = vetter.post(case(application, step), typed)
    assert answer.status_code == 404
    assert not application.verdicts.exists()
    assert not Recusal.objects.exists()
    assert classes_held(application) == {EvidenceClass.DOMAIN}


def test_nobody_decides_twice(vetter: Client, application: Application) -> None:
    assert vetter.post(case(application, "decide/"), REFUSE).status_code == 302
    assert vetter.post(case(application, "decide/"), REFUSE).status_code == 422
    assert application.verdicts.count() == 1


def test_looking_changes_nothing(vetter: Client, application: Application) -> None:
    before = list(Application.objects.values())
    for step in ("call/", "decide/"):
        assert vetter.get(case(application, step)).status_code == 405
    vetter.get(case(application))
    assert list(Application.objects.values()) == before


class TestAFreshProof:
    """A case opens to who has proved the second factor within five minutes (security item 27)."""

    @pytest.fixture
    def clock(self) -> Iterator[time_machine.Traveller]:
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            yield traveller

    @pytest.fixture
    def person(self, clock: time_machine.Traveller) -> User:
        return make_vetter()

    @pytest.fixture
    def desk(self, client: Client, person: User) -> Client:
        sign_in(client, person)
        return client

    def test_within_five_minutes_it_opens(
        self, desk: Client, application: Application, clock: time_machine.Traveller
    ) -> None:
        clock.shift(timedelta(minutes=4, seconds=59))
        assert desk.get(case(application)).status_code == 200

    @pytest.mark.parametrize("step", ["", "call/", "decide/"])
    def test_afterwards_a_code_is_asked_for_and_nothing_is_done(
        self, desk: Client, application: Application, clock: time_machine.Traveller, step: str
    ) -> None:
        clock.shift(timedelta(minutes=5, seconds=1))
        ask = desk.post if step else desk.get
        response = ask(case(application, step), {**CALL, **REFUSE} if step else {})
        place = urlencode({"next": case(application)})
        assert response["Location"] == f"/en/account/2fa/reauthenticate/?{place}"
        assert not application.verdicts.exists()
        assert EvidenceClass.CALL_BACK not in classes_held(application)
        assert desk.get(DESK).status_code == 200

    def test_what_was_typed_is_there_after_the_code(
        self, desk: Client, person: User, application: Application, clock: time_machine.Traveller
    ) -> None:
        clock.shift(timedelta(minutes=6))
        asked = desk.post(case(application, "call/"), CALL)["Location"]
        back = desk.post(asked, {"code": code_of_app(), "next": case(application)})
        assert back["Location"] == case(application)
        page = desk.get(case(application)).content.decode()
        assert FOUND_NUMBER in page
        assert "Switchboard." in page
        assert "Switchboard." not in desk.get(case(application)).content.decode()
        assert desk.post(case(application, "call/"), CALL).status_code == 302
        assert EvidenceClass.CALL_BACK in classes_held(application)

    def test_whoever_is_no_vetter_is_told_nothing_by_it(
        self, client: Client, application: Application, clock: time_machine.Traveller
    ) -> None:
        sign_in_member(client)
        clock.shift(timedelta(minutes=6))
        assert client.get(case(application)).status_code == 404

    def test_a_factor_that_is_gone_proves_nothing(
        self, desk: Client, person: User, application: Application
    ) -> None:
        Authenticator.objects.filter(user=person).delete()
        assert desk.get(case(application)).status_code == 302
