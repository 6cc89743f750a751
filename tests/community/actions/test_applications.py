"""What an applicant does: answers are kept, an address is confirmed by its owner only, an end is an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.actions.applications import (
    answer_questions,
    confirm_address,
    end_abandoned_applications,
    issue_code,
    start_application,
    submit_application,
    withdraw_application,
)
from community.actions.vetting import decide_application
from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from community.models import Application
from community.queries.applications import application_of_key, classes_held
from community.rules import APPLICATION_LASTS, CODE_LASTS, CODE_TRIES, REFUSALS, REFUSED_FOR, RuleError
from hub.core.models import AuditEntry
from tests.factories.community import ANSWERS, make_agency, make_application, make_vetter
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db
ADDRESS = "g.wanjiru@police.example"


def begin(**answers: object) -> Application:
    application, _ = start_application("ar")
    answer_questions(application, **{**ANSWERS, "email": ADDRESS, **answers})
    return application


def state_of(application: Application) -> str:
    application.refresh_from_db()
    return application.state


def test_only_who_has_the_key_comes_back() -> None:
    application, key = start_application("fr")
    assert application_of_key(key) == application
    assert application_of_key(key[:-1]) is None
    assert key not in str(vars(application))
    assert application.reference.startswith("V-")


class TestAnswering:
    def test_answers_are_kept(self) -> None:
        application = begin(unit="Unit 4")
        application.refresh_from_db()
        assert (application.unit, application.email, application.languages) == ("Unit 4", ADDRESS, ["en"])

    @pytest.mark.parametrize(
        "name", ["state", "user", "reference", "third_review", "round", "code_hash", "pk"]
    )
    def test_what_is_the_hubs_cannot_be_answered(self, name: str) -> None:
        application = begin()
        with pytest.raises(RuleError, match="no answers"):
            answer_questions(application, **{name: 1})

    def test_another_address_has_to_be_confirmed_anew(self) -> None:
        application = make_application(submitted=False)
        answer_questions(application, unit="Another unit")
        assert state_of(application) == ApplicationState.ADDRESS_CONFIRMED
        answer_questions(application, email="boss@police.example")
        assert state_of(application) == ApplicationState.STARTED

    def test_a_code_for_one_address_confirms_no_other(self) -> None:
        application = begin()
        code = issue_code(application)
        answer_questions(application, email="other@police.example")
        with pytest.raises(RuleError):
            confirm_address(application, str(code))

    def test_nothing_changes_once_it_is_submitted(self) -> None:
        application = make_application()
        with pytest.raises(RuleError, match="cannot be changed"):
            answer_questions(application, unit="Another unit")

    def test_while_more_is_asked_for_all_but_the_address_can_be_changed(self) -> None:
        application = make_application()
        decide_application(application, Choice.ASK, Reason.UNIT_UNCLEAR, by=make_vetter())
        answer_questions(application, unit="Cybercrime, room 4")
        with pytest.raises(RuleError, match="checked already"):
            answer_questions(application, email="other@police.example")
        submit_application(application)
        assert state_of(application) == ApplicationState.SUBMITTED


class TestTheCode:
    def test_it_confirms_the_address_once(self) -> None:
        application = begin()
        code = str(issue_code(application))
        confirm_address(application, f" {code} ")
        assert state_of(application) == ApplicationState.ADDRESS_CONFIRMED
        with pytest.raises(RuleError):
            confirm_address(application, code)

    def test_an_address_that_another_application_has_meanwhile_is_not_confirmed(self) -> None:
        first, second = begin(), begin()
        codes = issue_code(first), issue_code(second)
        confirm_address(first, str(codes[0]))
        with pytest.raises(RuleError):
            confirm_address(second, str(codes[1]))
        second.refresh_from_db()
        assert (second.state, second.code_tries) == (ApplicationState.STARTED, 1)
        withdraw_application(first)
        confirm_address(second, str(issue_code(second)))

    def test_it_cannot_be_guessed(self) -> None:
        application = begin()
        code = str(issue_code(application))
        for number in range(CODE_TRIES):
            with pytest.raises(RuleError):
                confirm_address(application, f"{(int(code) + 1 + number) % 1_000_000:06d}")
        with pytest.raises(RuleError):
            confirm_address(application, code)
        assert state_of(application) == ApplicationState.STARTED

    def test_it_stops_working_after_a_quarter_of_an_hour_and_when_another_is_made(self) -> None:
        application = begin()
        first, second = str(issue_code(application)), str(issue_code(application))
        if first != second:
            with pytest.raises(RuleError):
                confirm_address(application, first)
        with (
            time_machine.travel(timezone.now() + CODE_LASTS + timedelta(seconds=1)),
            pytest.raises(RuleError),
        ):
            confirm_address(application, second)

    def test_it_stands_nowhere(self) -> None:
        application = begin()
        code = str(issue_code(application))
        application.refresh_from_db()
        assert code not in application.code_hash
        assert code not in str(list(AuditEntry.objects.values_list("details", flat=True)))

    @pytest.mark.parametrize("whose", ["a member", "another application"])
    def test_none_confirms_an_address_that_is_taken(self, whose: str) -> None:
        if whose == "a member":
            make_member(email=ADDRESS.upper())
        else:
            make_application(email=ADDRESS)
        application = begin()
        assert issue_code(application) is None
        assert application.code_hash
        for code in ("000000", ""):
            with pytest.raises(RuleError):
                confirm_address(application, code)

    def test_who_was_refused_may_try_again(self) -> None:
        refused = make_application(email=ADDRESS)
        for _ in range(2):
            decide_application(refused, Choice.REFUSE, Reason.NOT_CONFIRMED, by=make_vetter())
        assert issue_code(begin()) is not None


class TestSubmitting:
    def test_it_needs_a_confirmed_address(self) -> None:
        application = begin()
        with pytest.raises(RuleError, match="cannot become"):
            submit_application(application)
        assert state_of(application) == ApplicationState.STARTED

    @pytest.mark.parametrize(
        "name", ["unit", "name", "job", "purpose", "how_to_verify", "languages", "country"]
    )
    def test_it_needs_every_answer(self, name: str) -> None:
        application = make_application(submitted=False, **{name: [] if name == "languages" else ""})
        with pytest.raises(RuleError, match=name):
            submit_application(application)
        answer_questions(application, **{name: ANSWERS[name]})
        submit_application(application)

    def test_an_address_at_a_listed_domain_is_evidence_and_names_the_agency(self) -> None:
        agency = make_agency(domain="police.example")
        application = make_application(email="x@cyber.police.example")
        assert application.agency == agency
        assert classes_held(application) == {EvidenceClass.DOMAIN}

    def test_the_domain_of_another_agency_is_none(self) -> None:
        make_agency(domain="police.example")
        application = make_application(email="x@police.example", agency=make_agency())
        assert application.evidence.get().holds is False
        assert classes_held(application) == frozenset()

    def test_three_refusals_within_a_year_refuse_the_next(self) -> None:
        for _ in range(REFUSALS):
            refused = make_application(email=ADDRESS)
            for _ in range(2):
                decide_application(refused, Choice.REFUSE, Reason.NOT_CONFIRMED, by=make_vetter())
        assert make_application(email=ADDRESS).state == ApplicationState.REFUSED
        with time_machine.travel(timezone.now() + REFUSED_FOR + timedelta(days=1)):
            assert make_application(email=ADDRESS).state == ApplicationState.SUBMITTED


@pytest.mark.parametrize("submitted", [False, True])
def test_who_withdraws_is_out(submitted: bool) -> None:
    application = make_application(submitted=submitted)
    withdraw_application(application)
    assert state_of(application) == ApplicationState.WITHDRAWN
    with pytest.raises(RuleError):
        submit_application(application)


def test_what_is_not_submitted_in_time_is_deleted() -> None:
    submitted = make_application()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        younger = begin(email="younger@police.example")
    older = [begin(), make_application(submitted=False)]
    with time_machine.travel(timezone.now() + APPLICATION_LASTS + timedelta(minutes=1)):
        assert end_abandoned_applications(by=None) == len(older)
    assert set(Application.objects.all()) == {submitted, younger}


def test_the_database_knows_no_member_without_a_decision() -> None:
    application = make_application()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(state=ApplicationState.APPROVED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(user=make_member())
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(state="nonsense")
