"""Vetting: two people, two classes of evidence, nobody who is near, nobody twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.actions.vetting import (
    SPONSOR_STANDING,
    SPONSORED_AT_MOST,
    admit_applicant,
    decide_application,
    object_to_admission,
    record_call,
    record_focal_point,
    record_sponsor,
    recuse_vetter,
)
from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from community.models import Application, Officer, Recusal
from community.queries.applications import classes_held, queue_of, verdicts_visible_to, visible_to
from community.rules import OBJECTIONS, RuleError, is_proved
from hub.core.access import is_member
from hub.core.enums import Role
from hub.core.models import AuditEntry, User
from tests.factories.community import (
    FOUND_AT,
    FOUND_NUMBER,
    make_agency,
    make_application,
    make_vetter,
    name_focal_point,
    place_in,
    prove,
)
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> Application:
    """An application whose address is at a listed domain, not drawn for a third review."""
    make_agency(domain="police.example")
    made = make_application()
    Application.objects.filter(pk=made.pk).update(third_review=False)
    made.refresh_from_db()
    return made


def approve(application: Application, *vetters: User) -> None:
    for vetter in vetters:
        decide_application(application, Choice.APPROVE, Reason.CONFIRMED, by=vetter)


def refuse(application: Application, *vetters: User) -> None:
    for vetter in vetters:
        decide_application(application, Choice.REFUSE, Reason.NOT_CONFIRMED, by=vetter)


def after_objections() -> time_machine.travel:
    return time_machine.travel(timezone.now() + OBJECTIONS + timedelta(seconds=1))


class TestWhoVets:
    def test_only_vetters(self, application: Application) -> None:
        for person in (make_member(), make_member(Role.ADMINISTRATOR), make_member(Role.EDITOR)):
            assert not visible_to(person).exists()
            with pytest.raises(PermissionDenied):
                refuse(application, person)
        assert list(queue_of(make_vetter())) == [application]

    def test_nobody_of_the_applicants_agency(self, application: Application) -> None:
        assert application.agency is not None
        colleague = make_vetter(application.agency)
        assert not visible_to(colleague).exists()
        with pytest.raises(PermissionDenied):
            prove(application, colleague)
        with pytest.raises(PermissionDenied):
            refuse(application, colleague)

    @pytest.mark.parametrize(
        ("email", "is_near"),
        [
            ("boss@police.example", True),
            ("boss@hq.police.example", True),
            ("a@notpolice.example", False),
        ],
    )
    def test_nobody_whose_mail_comes_from_the_same_place(
        self, application: Application, email: str, is_near: bool
    ) -> None:
        vetter = make_member(Role.VETTER, email=email)
        assert visible_to(vetter).exists() != is_near

    def test_nobody_who_sponsors(self, application: Application) -> None:
        sponsor, recorder = make_vetter(), make_vetter()
        Officer.objects.update(verified_at=timezone.now() - SPONSOR_STANDING)
        assert visible_to(sponsor).exists()
        record_sponsor(application, by=recorder, sponsor=sponsor, holds=True)
        assert not visible_to(sponsor).exists()
        with pytest.raises(PermissionDenied):
            refuse(application, sponsor)

    def test_nobody_who_gave_the_case_back(self, application: Application) -> None:
        knows_them, other, third = make_vetter(), make_vetter(), make_vetter()
        prove(application, knows_them)
        recuse_vetter(application, by=knows_them)
        assert not visible_to(knows_them).exists()
        assert not queue_of(knows_them).exists()
        for step in (
            lambda: approve(application, knows_them),
            lambda: recuse_vetter(application, by=knows_them),
            lambda: record_call(
                application, by=knows_them, number=FOUND_NUMBER, source_url=FOUND_AT, holds=False
            ),
        ):
            with pytest.raises(PermissionDenied):
                step()
        assert classes_held(application)
        approve(application, other, third)
        assert Application.objects.get().state == ApplicationState.AGREED
        assert AuditEntry.objects.filter(action="application.given-back", actor=knows_them).count() == 1

    def test_whoever_has_decided_gives_nothing_back(self, application: Application) -> None:
        vetter = make_vetter()
        refuse(application, vetter)
        with pytest.raises(RuleError, match="decided already"):
            recuse_vetter(application, by=vetter)
        refuse(application, make_vetter())
        with pytest.raises(RuleError, match="Nobody decides"):
            recuse_vetter(application, by=make_vetter())
        assert not Recusal.objects.exists()

    def test_a_suspended_vetter_sees_nothing(self, application: Application) -> None:
        vetter = make_vetter()
        vetter.membership_state = "suspended"
        vetter.save()
        vetter = User.objects.get(pk=vetter.pk)
        assert not visible_to(vetter).exists()
        with pytest.raises(PermissionDenied):
            refuse(application, vetter)

    def test_what_somebody_is_still_writing_is_nobodys_business(self) -> None:
        make_application(submitted=False)
        assert not visible_to(make_vetter()).exists()


class TestEvidence:
    def test_two_different_classes_are_needed_and_one_is_a_live_contact(self) -> None:
        domain, call, document = EvidenceClass.DOMAIN, EvidenceClass.CALL_BACK, EvidenceClass.DOCUMENT
        assert not is_proved([domain])
        assert not is_proved([call, call])
        assert not is_proved([domain, document])
        assert not is_proved([domain, document, EvidenceClass.SPONSOR])
        assert is_proved([domain, call])
        assert is_proved([EvidenceClass.FOCAL_POINT, document])

    def test_nobody_approves_before(self, application: Application) -> None:
        vetter = make_vetter()
        with pytest.raises(RuleError, match="Two classes"):
            approve(application, vetter)
        prove(application, vetter)
        approve(application, vetter)

    @pytest.mark.parametrize("number", ["0700 111 222", "0700111222", "+254 700 111 222", "700-111-222"])
    def test_a_number_that_the_applicant_has_given_is_none(
        self, application: Application, number: str
    ) -> None:
        with pytest.raises(RuleError, match="find another one yourself"):
            record_call(application, by=make_vetter(), number=number, source_url=FOUND_AT, holds=True)

    @pytest.mark.parametrize(("number", "source"), [("", FOUND_AT), ("12345", FOUND_AT), (FOUND_NUMBER, "")])
    def test_a_call_names_number_and_source(self, application: Application, number: str, source: str) -> None:
        with pytest.raises(RuleError, match="Name the number"):
            record_call(application, by=make_vetter(), number=number, source_url=source, holds=True)

    def test_the_newest_finding_of_a_class_counts(self, application: Application) -> None:
        vetter = make_vetter()
        prove(application, vetter)
        assert EvidenceClass.CALL_BACK in classes_held(application)
        record_call(application, by=vetter, number=FOUND_NUMBER, source_url=FOUND_AT, holds=False)
        assert EvidenceClass.CALL_BACK not in classes_held(application)

    def test_a_sponsor_is_a_member_of_another_agency_for_six_months(self, application: Application) -> None:
        vetter, sponsor = make_vetter(), make_member()
        with pytest.raises(RuleError, match="six months"):
            record_sponsor(application, by=vetter, sponsor=sponsor, holds=True)
        place_in(sponsor, application.agency or make_agency())
        with pytest.raises(RuleError, match="six months"):
            record_sponsor(application, by=vetter, sponsor=sponsor, holds=True)
        Officer.objects.update(verified_at=timezone.now() - SPONSOR_STANDING)
        with pytest.raises(RuleError, match="another agency"):
            record_sponsor(application, by=vetter, sponsor=sponsor, holds=True)
        Officer.objects.filter(user=sponsor).update(agency=make_agency())
        record_sponsor(application, by=vetter, sponsor=sponsor, holds=True)
        assert EvidenceClass.SPONSOR in classes_held(application)
        with pytest.raises(RuleError, match="whom they sponsor"):
            record_sponsor(application, by=vetter, sponsor=vetter, holds=True)

    def test_a_sponsor_vouches_for_three_people_a_quarter(self) -> None:
        vetter, sponsor = make_vetter(), make_vetter()
        Officer.objects.update(verified_at=timezone.now() - SPONSOR_STANDING)
        for _ in range(SPONSORED_AT_MOST):
            record_sponsor(make_application(), by=vetter, sponsor=sponsor, holds=True)
        with pytest.raises(RuleError, match="three people"):
            record_sponsor(make_application(), by=vetter, sponsor=sponsor, holds=True)

    def test_only_the_focal_point_of_the_country_speaks_for_it(self, application: Application) -> None:
        own, foreign = make_member(), make_member()
        name_focal_point(own, "KE")
        name_focal_point(foreign, "UG")
        for person in (foreign, make_member(), make_vetter()):
            with pytest.raises(PermissionDenied):
                record_focal_point(application, by=person, holds=True)
        record_focal_point(application, by=own, holds=True)
        assert is_proved(classes_held(application))


class TestDeciding:
    def test_two_who_approve_agree_and_time_lets_in(self, application: Application) -> None:
        first, second = make_vetter(), make_vetter()
        prove(application, first)
        approve(application, first)
        assert application.state == ApplicationState.IN_REVIEW
        approve(application, second)
        assert application.state == ApplicationState.AGREED
        with pytest.raises(RuleError, match="Objections"):
            admit_applicant(application)
        assert not User.objects.filter(email=application.email).exists()
        with after_objections():
            user = admit_applicant(application)
            assert is_member(user)
            assert not user.has_usable_password()
            with pytest.raises(RuleError, match="Nobody has agreed"):
                admit_applicant(application)
        assert application.state == ApplicationState.APPROVED
        assert Officer.objects.get(user=user).agency == application.agency
        assert AuditEntry.objects.filter(action="application.approved").count() == 1

    def test_two_who_refuse_refuse(self, application: Application) -> None:
        refuse(application, make_vetter(), make_vetter())
        assert application.state == ApplicationState.REFUSED
        with pytest.raises(RuleError, match="Nobody decides"):
            refuse(application, make_vetter())

    def test_who_disagree_need_a_third(self, application: Application) -> None:
        first, second, third = make_vetter(), make_vetter(), make_vetter()
        prove(application, first)
        approve(application, first)
        refuse(application, second)
        assert application.state == ApplicationState.IN_REVIEW
        approve(application, third)
        assert application.state == ApplicationState.AGREED

    def test_who_was_drawn_by_lot_needs_a_third(self, application: Application) -> None:
        Application.objects.filter(pk=application.pk).update(third_review=True)
        first, second, third = make_vetter(), make_vetter(), make_vetter()
        prove(application, first)
        approve(application, first, second)
        assert application.state == ApplicationState.IN_REVIEW
        approve(application, third)
        assert application.state == ApplicationState.AGREED

    def test_asking_for_more_begins_a_new_round(self, application: Application) -> None:
        first, second = make_vetter(), make_vetter()
        prove(application, first)
        approve(application, first)
        decide_application(application, Choice.ASK, Reason.UNREACHABLE, by=second)
        assert (application.state, application.round) == (ApplicationState.MORE_WANTED, 2)
        assert not queue_of(first).exists()

    def test_nobody_decides_twice(self, application: Application) -> None:
        vetter = make_vetter()
        refuse(application, vetter)
        with pytest.raises(RuleError, match="decided already"):
            refuse(application, vetter)
        assert not queue_of(vetter).exists()
        assert application.verdicts.count() == 1

    @pytest.mark.parametrize(
        ("choice", "reason"),
        [
            (Choice.APPROVE, Reason.NOT_FOR),
            (Choice.ASK, Reason.CONFIRMED),
            (Choice.REFUSE, Reason.UNREACHABLE),
        ],
    )
    def test_a_decision_has_a_reason_that_fits(
        self, application: Application, choice: Choice, reason: Reason
    ) -> None:
        with pytest.raises(RuleError, match="does not fit"):
            decide_application(application, choice, reason, by=make_vetter())

    def test_the_second_is_blind_to_what_the_first_decided(self, application: Application) -> None:
        first, second, third = make_vetter(), make_vetter(), make_vetter()
        refuse(application, first)
        assert list(verdicts_visible_to(application, first).values_list("by", flat=True)) == [first.pk]
        assert not verdicts_visible_to(application, second).exists()
        assert not verdicts_visible_to(application, make_member()).exists()
        refuse(application, second)
        for vetter in (first, second, third):
            assert verdicts_visible_to(application, vetter).count() == 2


class TestObjecting:
    @pytest.fixture
    def agreed(self, application: Application) -> Application:
        first, second = make_vetter(), make_vetter()
        prove(application, first)
        approve(application, first, second)
        return application

    def test_the_focal_point_stops_what_was_agreed(self, agreed: Application) -> None:
        point = make_member()
        name_focal_point(point, "KE")
        object_to_admission(agreed, by=point)
        assert (agreed.state, agreed.round) == (ApplicationState.IN_REVIEW, 2)
        with after_objections(), pytest.raises(RuleError):
            admit_applicant(agreed)

    def test_nobody_else_does(self, agreed: Application) -> None:
        foreign = make_member()
        name_focal_point(foreign, "UG")
        for person in (foreign, make_member(), make_vetter()):
            with pytest.raises(PermissionDenied):
                object_to_admission(agreed, by=person)
        assert agreed.state == ApplicationState.AGREED

    def test_evidence_that_falls_meanwhile_lets_nobody_in(self, agreed: Application) -> None:
        record_call(agreed, by=make_vetter(), number=FOUND_NUMBER, source_url=FOUND_AT, holds=False)
        assert (agreed.state, agreed.round) == (ApplicationState.IN_REVIEW, 2)
        with after_objections(), pytest.raises(RuleError, match="Nobody has agreed"):
            admit_applicant(agreed)
        assert not User.objects.filter(email=agreed.email).exists()
