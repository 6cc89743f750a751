"""The way in as a machine: whatever people do in whatever order, nobody becomes a member without all that is needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from community.actions.applications import (
    answer_questions,
    confirm_address,
    issue_code,
    start_application,
    submit_application,
    withdraw_application,
)
from community.actions.members import suspend_member
from community.actions.vetting import (
    admit_applicant,
    decide_application,
    object_to_admission,
    record_call,
    record_focal_point,
)
from community.enums import ApplicationState, Choice, EvidenceClass, Reason, SuspensionReason
from community.models import Application, Verdict
from community.queries.applications import classes_held
from community.rules import LIVE_CONTACT, OBJECTIONS, RuleError
from hub.core.access import is_member
from hub.core.audit import verify_chain
from hub.core.enums import MembershipState
from hub.core.models import AuditEntry, User
from tests.factories.community import (
    ANSWERS,
    FOUND_AT,
    FOUND_NUMBER,
    make_agency,
    make_vetter,
    name_focal_point,
)
from tests.factories.people import make_member

REASONS = {
    Choice.APPROVE: Reason.CONFIRMED,
    Choice.ASK: Reason.UNREACHABLE,
    Choice.REFUSE: Reason.NOT_CONFIRMED,
}
ENDS = (ApplicationState.APPROVED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
ADDRESSES = ("a@police.example", "b@police.example", "c@elsewhere.example")


class WayIn(RuleBasedStateMachine):
    """One applicant, five vetters of whom one is a colleague, a focal point; every step may be refused."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.traveller = self.clock.start()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        agency = make_agency(domain="police.example")
        self.colleague = make_vetter(agency)
        self.vetters = [*(make_vetter() for _ in range(4)), self.colleague]
        self.point = make_member()
        name_focal_point(self.point, "KE")
        self.application, _ = start_application("en")
        self.code: str | None = None
        self.confirmed: set[str] = set()
        self.ended: str | None = None

    def attempt(self, step: Callable[[], object]) -> None:
        """Try a step; that it is refused is no failure, and must leave nothing behind."""
        before = self.picture()
        with suppress(RuleError, PermissionDenied):
            step()
            return
        assert self.picture() == before

    def picture(self) -> tuple[object, ...]:
        row = Application.objects.filter(pk=self.application.pk).values(
            "state", "round", "email", "user", "agreed_at", "closed_at"
        )
        return (
            dict(row[0]),
            self.application.evidence.count(),
            self.application.verdicts.count(),
            User.objects.count(),
        )

    @rule(email=st.sampled_from(ADDRESSES))
    def write(self, email: str) -> None:
        self.attempt(lambda: answer_questions(self.application, **{**ANSWERS, "email": email}))

    @rule()
    def ask_for_code(self) -> None:
        with suppress(RuleError):
            self.code = issue_code(self.application)

    @rule(right=st.booleans())
    def enter_code(self, right: bool) -> None:
        code = self.code if right and self.code else "not it"
        with suppress(RuleError):
            confirm_address(self.application, code)
            assert right
            self.confirmed.add(self.application.email)

    @rule()
    def submit(self) -> None:
        self.attempt(lambda: submit_application(self.application))

    @rule(who=st.integers(0, 4), holds=st.booleans())
    def call(self, who: int, holds: bool) -> None:
        self.attempt(
            lambda: record_call(
                self.application, by=self.vetters[who], number=FOUND_NUMBER, source_url=FOUND_AT, holds=holds
            )
        )

    @rule(holds=st.booleans())
    def speak_for_the_country(self, holds: bool) -> None:
        self.attempt(lambda: record_focal_point(self.application, by=self.point, holds=holds))

    @rule(
        who=st.integers(0, 4),
        choice=st.sampled_from([Choice.APPROVE, Choice.APPROVE, Choice.APPROVE, Choice.REFUSE, Choice.ASK]),
    )
    def decide(self, who: int, choice: Choice) -> None:
        self.attempt(
            lambda: decide_application(self.application, choice, REASONS[choice], by=self.vetters[who])
        )

    @rule()
    def the_whole_desk_approves(self) -> None:
        for vetter in self.vetters:
            self.attempt(
                lambda vetter=vetter: decide_application(
                    self.application, Choice.APPROVE, Reason.CONFIRMED, by=vetter
                )
            )

    @rule()
    def object(self) -> None:
        self.attempt(lambda: object_to_admission(self.application, by=self.point))

    @rule(who=st.integers(0, 3))
    def a_vetter_is_suspended(self, who: int) -> None:
        suspend_member(self.vetters[who], by=None, reason=SuspensionReason.INQUIRY)
        self.vetters[who] = User.objects.get(pk=self.vetters[who].pk)

    @rule(hours=st.sampled_from([1, 71, 72, 73]))
    def time_passes(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))

    @rule()
    def let_in(self) -> None:
        self.attempt(lambda: admit_applicant(self.application))

    @rule()
    def suspend(self) -> None:
        user = Application.objects.get(pk=self.application.pk).user
        if user is not None:
            suspend_member(user, by=None, reason=SuspensionReason.INQUIRY)

    @rule(sure=st.integers(0, 9))
    def withdraw(self, sure: int) -> None:
        if not sure:
            self.attempt(lambda: withdraw_application(self.application))

    @invariant()
    def nobody_is_in_without_all_that_is_needed(self) -> None:
        application = Application.objects.get(pk=self.application.pk)
        user = User.objects.filter(email__in=ADDRESSES).first()
        assert (user is None) == (application.user_id is None)
        if user is None:
            return
        assert application.state == ApplicationState.APPROVED
        assert application.email in self.confirmed
        assert not user.has_usable_password()
        approvals = Verdict.objects.filter(
            application=application, round=application.round, choice=Choice.APPROVE
        ).values_list("by", flat=True)
        assert len(set(approvals)) >= (3 if application.third_review else 2) - (
            application.third_review and application.verdicts.filter(choice=Choice.REFUSE).exists()
        )
        assert self.colleague.pk not in approvals
        held = classes_held(application)
        assert len(held) >= 2
        assert held & LIVE_CONTACT
        if EvidenceClass.DOMAIN in held:
            assert application.email.endswith("@police.example")
        assert application.agreed_at is not None
        assert application.agreed_at + OBJECTIONS <= timezone.now()
        assert is_member(user) or user.membership_state == MembershipState.SUSPENDED

    @invariant()
    def an_end_is_an_end(self) -> None:
        state = Application.objects.get(pk=self.application.pk).state
        if self.ended is not None:
            assert state == self.ended
        elif state in ENDS:
            self.ended = state

    @invariant()
    def every_step_stands_in_the_record_once(self) -> None:
        lines = AuditEntry.objects.filter(subject_id=str(self.application.pk), action="application.approved")
        assert lines.count() == int(self.ended == ApplicationState.APPROVED)
        assert self.application.verdicts.count() == (
            AuditEntry.objects.filter(action="application.decided").count()
        )

    @invariant()
    def nobody_decides_twice_in_a_round(self) -> None:
        pairs = list(self.application.verdicts.values_list("round", "by"))
        assert len(pairs) == len(set(pairs))


def run(examples: int) -> None:
    run_state_machine_as_test(
        WayIn,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert verify_chain() is None


@pytest.mark.django_db
def test_no_order_of_steps_lets_in_who_was_not_vetted() -> None:
    # Nobody waits for a lock here, and that is what differs between databases.
    run(40 if connection.vendor == "sqlite" else 12)


@pytest.mark.django_db
@pytest.mark.long
def test_no_order_of_very_many_lets_in_who_was_not_vetted() -> None:
    run(2_000)


@pytest.mark.django_db
def test_the_machine_reaches_a_member() -> None:
    """Without this the law above might hold because nobody ever comes in."""
    machine = WayIn()
    try:
        machine.begin()
        machine.write(ADDRESSES[0])
        machine.ask_for_code()
        machine.enter_code(right=True)
        machine.submit()
        machine.call(0, holds=True)
        machine.the_whole_desk_approves()
        machine.time_passes(73)
        machine.let_in()
        assert User.objects.filter(email=ADDRESSES[0]).exists()
        machine.nobody_is_in_without_all_that_is_needed()
        machine.an_end_is_an_end()
        machine.every_step_stands_in_the_record_once()
    finally:
        machine.teardown()
