"""Two people at the same moment: one outcome, one line in the record for it, and never half a state.

Threads with connections of their own, in a database where transactions really begin and end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.actions.applications import (
    answer_questions,
    confirm_address,
    issue_code,
    start_application,
    submit_application,
    withdraw_application,
)
from community.actions.enrolment import enrol, invite
from community.actions.members import grant_membership, suspend_member, withdraw_role
from community.actions.suspensions import confirm_lifting, propose_lifting, withdraw_lifting
from community.actions.vetting import (
    admit_applicant,
    decide_application,
    object_to_admission,
    record_call,
)
from community.enums import ApplicationState, Choice, Reason, SuspensionReason
from community.models import Application, EnrolmentLink, Suspension, Verdict
from community.rules import CODE_TRIES, OBJECTIONS, RuleError
from hub.core.access import is_member
from hub.core.audit import verify_chain
from hub.core.enums import MembershipState, Role
from hub.core.models import AuditEntry, OutboxEntry, RoleGrant, User
from tests.factories.community import (
    ANSWERS,
    FOUND_AT,
    FOUND_NUMBER,
    make_agency,
    make_application,
    make_vetter,
    name_focal_point,
    prove,
)
from tests.factories.databases import at_once
from tests.factories.people import make_account, make_member

pytestmark = pytest.mark.usefixtures("committed")

TIMES = 8
"""So often is each race run: what depends on who is first must hold for either."""
REASONS = {
    Choice.APPROVE: Reason.CONFIRMED,
    Choice.ASK: Reason.UNREACHABLE,
    Choice.REFUSE: Reason.NOT_CONFIRMED,
}
Step = Callable[[], object]


@pytest.fixture
def vetters(committed: Path) -> list[User]:
    """Five of them, of five agencies, and a listed domain."""
    make_agency(domain="police.example")
    return [make_vetter() for _ in range(5)]


def proved(by: User) -> Application:
    """An application for which enough evidence holds, not drawn for a third review."""
    application = make_application()
    Application.objects.filter(pk=application.pk).update(third_review=False)
    prove(application, by)
    return Application.objects.get(pk=application.pk)


def agreed(vetters: list[User]) -> Application:
    """An application on which two have agreed so long ago that nobody may object any more."""
    application = proved(vetters[0])
    for vetter in vetters[:2]:
        decision(application, vetter, Choice.APPROVE)()
    long_ago = timezone.now() - OBJECTIONS
    Application.objects.filter(pk=application.pk).update(agreed_at=long_ago)
    return Application.objects.get(pk=application.pk)


def decision(application: Application, by: User, choice: Choice) -> Step:
    """What one vetter does: each has an object of their own, as each request has."""
    own, vetter = Application.objects.get(pk=application.pk), User.objects.get(pk=by.pk)
    return lambda: decide_application(own, choice, REASONS[choice], by=vetter)


def own(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def race(*steps: Step) -> list[bool]:
    """Return which of them were done; the others were refused in words, by no fault of the database."""
    return [refusal is None for _, refusal in at_once(steps, RuleError, PermissionDenied)]


def lines(application: Application) -> list[str]:
    """What the record says about an application, since it was submitted."""
    found = AuditEntry.objects.filter(
        subject_type="community.application", subject_id=str(application.pk)
    ).order_by("number")
    actions = [action.removeprefix("application.") for action in found.values_list("action", flat=True)]
    return actions[actions.index("submitted") + 1 :]


def letters(kind: str, application: Application) -> int:
    return OutboxEntry.objects.filter(topic=f"letter:{kind}", key=str(application.pk)).count()


def test_two_applications_confirm_one_address_at_once_and_one_has_it(vetters: list[User]) -> None:
    for number in range(TIMES):
        begun = []
        for _ in range(2):
            application, _key = start_application("en")
            answer_questions(application, **{**ANSWERS, "email": f"twice-{number}@police.example"})
            code = issue_code(application)
            assert code is not None
            begun.append((application, code))
        done = race(*[partial(confirm_address, own(application), code) for application, code in begun])
        states = [own(application).state for application, _ in begun]
        assert sorted(done) == [False, True]
        assert sorted(states) == [ApplicationState.ADDRESS_CONFIRMED, ApplicationState.STARTED]
        assert states[done.index(True)] == ApplicationState.ADDRESS_CONFIRMED
    assert verify_chain() is None


def test_approve_against_refuse_where_one_vote_decides_has_one_outcome(vetters: list[User]) -> None:
    outcomes = set()
    for _ in range(TIMES):
        application = proved(vetters[0])
        decision(application, vetters[0], Choice.APPROVE)()
        decision(application, vetters[1], Choice.REFUSE)()
        done = race(
            decision(application, vetters[2], Choice.APPROVE),
            decision(application, vetters[3], Choice.REFUSE),
        )
        application.refresh_from_db()
        assert sorted(done) == [False, True]
        assert application.state == (ApplicationState.AGREED if done[0] else ApplicationState.REFUSED)
        assert (application.agreed_at is None, application.closed_at is None) == (not done[0], done[0])
        assert lines(application) == [
            "decided",
            "in-review",
            "decided",
            "decided",
            application.state,
        ]
        assert application.verdicts.count() == 3
        assert letters("application-decided", application) == (not done[0])
        outcomes.add(application.state)
    assert verify_chain() is None


def test_first_approval_against_first_refusal_leaves_both_and_waits_for_a_third(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = proved(vetters[0])
        assert race(
            decision(application, vetters[0], Choice.APPROVE),
            decision(application, vetters[1], Choice.REFUSE),
        ) == [True, True]
        application.refresh_from_db()
        assert application.state == ApplicationState.IN_REVIEW
        assert sorted(lines(application)) == ["decided", "decided", "in-review"]
        assert letters("application-decided", application) == 0
    assert verify_chain() is None


def test_two_approvals_at_once_agree_once(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = proved(vetters[0])
        assert race(*(decision(application, vetter, Choice.APPROVE) for vetter in vetters[:2])) == [
            True,
            True,
        ]
        application.refresh_from_db()
        assert application.state == ApplicationState.AGREED
        assert application.agreed_at is not None
        assert lines(application) == ["decided", "in-review", "decided", "agreed"]
    assert verify_chain() is None


def test_five_who_decide_at_once_are_heard_until_it_is_decided(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = proved(vetters[0])
        choices = [Choice.APPROVE, Choice.REFUSE, Choice.APPROVE, Choice.REFUSE, Choice.APPROVE]
        done = race(*(decision(application, *one) for one in zip(vetters, choices, strict=True)))
        application.refresh_from_db()
        counted = list(application.verdicts.values_list("choice", flat=True))
        assert len(counted) == sum(done) in (2, 3)
        winner = max(counted, key=counted.count)
        assert counted.count(winner) == 2
        assert (
            application.state
            == {
                Choice.APPROVE: ApplicationState.AGREED,
                Choice.REFUSE: ApplicationState.REFUSED,
            }[Choice(winner)]
        )
        assert lines(application).count(application.state) == 1
    assert verify_chain() is None


def test_approval_against_asking_for_more_has_one_outcome(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = proved(vetters[0])
        decision(application, vetters[0], Choice.APPROVE)()
        done = race(
            decision(application, vetters[1], Choice.APPROVE), decision(application, vetters[2], Choice.ASK)
        )
        application.refresh_from_db()
        assert sorted(done) == [False, True]
        assert application.state == (ApplicationState.AGREED if done[0] else ApplicationState.MORE_WANTED)
        assert application.round == (1 if done[0] else 2)
        assert lines(application) == ["decided", "in-review", "decided", application.state]
    assert verify_chain() is None


@pytest.mark.parametrize("choice", list(Choice))
def test_a_double_click_decides_once(vetters: list[User], choice: Choice) -> None:
    for _ in range(TIMES):
        application = proved(vetters[0])
        done = race(*(decision(application, vetters[1], choice) for _ in range(2)))
        assert sorted(done) == [False, True]
        assert Verdict.objects.filter(application=application).count() == 1
        assert lines(application).count("decided") == 1
        assert len(lines(application)) == 2
    assert verify_chain() is None


def test_a_decision_against_the_suspension_of_who_decides(vetters: list[User]) -> None:
    """It stands if it came first; whoever was suspended before it decides nothing."""
    for _ in range(TIMES):
        vetter, application = make_vetter(), proved(vetters[0])
        decided, suspended = race(
            decision(application, vetter, Choice.APPROVE),
            partial(suspend_member, User.objects.get(pk=vetter.pk), by=None, reason=SuspensionReason.INQUIRY),
        )
        assert suspended
        assert application.verdicts.count() == decided
        order = list(
            AuditEntry.objects.filter(action__in=("application.decided", "membership.suspended"))
            .order_by("-number")
            .values_list("action", flat=True)[: 1 + decided]
        )
        assert order == ["membership.suspended", "application.decided"][: 1 + decided]
    assert verify_chain() is None


def test_two_workers_admit_one_applicant_once(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = agreed(vetters)
        done = race(*(partial(admit_applicant, own(application)) for _ in range(3)))
        application.refresh_from_db()
        assert sorted(done) == [False, False, True]
        assert application.user is not None
        assert User.objects.filter(email=application.email).count() == 1
        assert lines(application)[-2:] == ["agreed", "approved"]
        assert letters("application-approved", application) == 1
    assert verify_chain() is None


def test_admission_against_withdrawal_makes_a_member_or_nobody(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = agreed(vetters)
        admitted, withdrawn = race(
            partial(admit_applicant, own(application)), partial(withdraw_application, own(application))
        )
        application.refresh_from_db()
        assert admitted != withdrawn
        assert application.state == (ApplicationState.APPROVED if admitted else ApplicationState.WITHDRAWN)
        assert User.objects.filter(email=application.email).exists() == admitted
        assert lines(application)[-1] == application.state
        assert lines(application).count("approved") + lines(application).count("withdrawn") == 1
        assert letters("application-approved", application) == admitted
    assert verify_chain() is None


@pytest.mark.parametrize("how", ["the focal point objects", "a call does not hold"])
def test_admission_against_what_speaks_against_it_makes_a_member_or_nobody(
    vetters: list[User], how: str
) -> None:
    point = make_member()
    name_focal_point(point, "KE")
    for _ in range(TIMES):
        application = agreed(vetters)
        against: Step = (
            partial(object_to_admission, own(application), by=point)
            if how == "the focal point objects"
            else partial(
                record_call,
                own(application),
                by=vetters[2],
                number=FOUND_NUMBER,
                source_url=FOUND_AT,
                holds=False,
            )
        )
        admitted, stopped = race(partial(admit_applicant, own(application)), against)
        application.refresh_from_db()
        assert admitted != stopped
        assert application.state == (ApplicationState.APPROVED if admitted else ApplicationState.IN_REVIEW)
        assert (application.round, application.agreed_at is None) == ((1, False) if admitted else (2, True))
        assert User.objects.filter(email=application.email).exists() == admitted
        assert lines(application)[-1] == application.state
    assert verify_chain() is None


def test_membership_against_suspension_never_lifts_it(vetters: list[User]) -> None:
    for _ in range(TIMES):
        account = make_account()
        administrator = make_member(Role.ADMINISTRATOR)
        until = timezone.now() + timedelta(days=365)
        _, suspended = race(
            partial(grant_membership, User.objects.get(pk=account.pk), by=administrator, valid_until=until),
            partial(
                suspend_member,
                User.objects.get(pk=account.pk),
                by=vetters[0],
                reason=SuspensionReason.INQUIRY,
            ),
        )
        account.refresh_from_db()
        assert suspended
        assert account.membership_state == MembershipState.SUSPENDED
        assert not is_member(account)
    assert verify_chain() is None


def lifting(step: Callable[..., None], suspension: Suspension, by: User) -> Step:
    """What one administrator does: each has objects of their own, as each request has."""
    own_row, own_user = Suspension.objects.get(pk=suspension.pk), User.objects.get(pk=by.pk)
    return partial(step, own_row, by=own_user)


def suspension_of(member: User) -> Suspension:
    suspend_member(member, by=None, reason=SuspensionReason.INQUIRY)
    return Suspension.objects.get(user=member)


def lines_of_membership(member: User) -> list[str]:
    found = AuditEntry.objects.filter(subject_type="core.user", subject_id=str(member.pk))
    found = found.filter(action__startswith="membership.").order_by("number")
    return [action.removeprefix("membership.") for action in found.values_list("action", flat=True)][2:]


def test_two_who_lift_a_suspension_at_once_lift_it_once() -> None:
    one, *others = (make_member(Role.ADMINISTRATOR) for _ in range(3))
    for _ in range(TIMES):
        member = make_member()
        suspension = suspension_of(member)
        propose_lifting(suspension, by=one)
        done = race(*(lifting(confirm_lifting, suspension, by) for by in others))
        assert sorted(done) == [False, True]
        assert is_member(User.objects.get(pk=member.pk))
        assert lines_of_membership(member) == ["lift_proposed", "lifted"]
        assert Suspension.objects.get(user=member).lifted_by == others[done.index(True)]
    assert verify_chain() is None


def test_two_who_propose_to_lift_at_once_are_one_proposal() -> None:
    both = [make_member(Role.ADMINISTRATOR) for _ in range(2)]
    for _ in range(TIMES):
        member = make_member()
        suspension = suspension_of(member)
        done = race(*(lifting(propose_lifting, suspension, by) for by in both))
        assert sorted(done) == [False, True]
        assert lines_of_membership(member) == ["lift_proposed"]
    assert verify_chain() is None


def test_lifting_against_dropping_it_has_one_outcome() -> None:
    one, other = (make_member(Role.ADMINISTRATOR) for _ in range(2))
    for _ in range(TIMES):
        member = make_member()
        suspension = suspension_of(member)
        propose_lifting(suspension, by=one)
        lifted, dropped = race(
            lifting(confirm_lifting, suspension, other), lifting(withdraw_lifting, suspension, one)
        )
        assert lifted != dropped
        assert is_member(User.objects.get(pk=member.pk)) == lifted
        assert lines_of_membership(member) == ["lift_proposed", "lifted" if lifted else "lift_dropped"]
    assert verify_chain() is None


@pytest.mark.parametrize("who", ["proposes", "confirms"])
def test_lifting_against_the_suspension_of_one_of_the_two(who: str) -> None:
    """It stands if it came first; whoever was suspended before it lifts nothing."""
    for _ in range(TIMES):
        one, other, member = (make_member(Role.ADMINISTRATOR) for _ in range(3))
        suspension = suspension_of(member)
        propose_lifting(suspension, by=one)
        away = one if who == "proposes" else other
        lifted, suspended = race(
            lifting(confirm_lifting, suspension, other),
            partial(
                suspend_member, User.objects.get(pk=away.pk), by=None, reason=SuspensionReason.COMPROMISED
            ),
        )
        assert suspended
        assert is_member(User.objects.get(pk=member.pk)) == lifted
        order = AuditEntry.objects.filter(action__in=("membership.lifted", "membership.suspended"))
        newest = list(order.order_by("-number").values_list("action", flat=True)[: 1 + lifted])
        assert newest == ["membership.suspended", "membership.lifted"][: 1 + lifted]
    assert verify_chain() is None


def test_one_link_used_twice_at_once_sets_one_password(vetters: list[User]) -> None:
    passwords = ("otter-lamp-71-quilt", "seven-maple-tunnel-9", "cedar-violin-33-paper")
    for _ in range(TIMES // 2):
        person = make_account()
        token = invite(person, by=None)
        done = race(*(partial(enrol, token, password=one) for one in passwords))
        person.refresh_from_db()
        assert sorted(done) == [False, False, True]
        assert [person.check_password(one) for one in passwords] == done
        completed = AuditEntry.objects.filter(action="enrolment.completed", subject_id=str(person.pk))
        assert completed.count() == 1
        assert EnrolmentLink.objects.get(user=person).used_at is not None
    assert verify_chain() is None


def test_a_link_used_against_a_newer_one_sets_no_password_or_the_one_of_who_used_it() -> None:
    for _ in range(TIMES // 2):
        person = make_account()
        token = invite(person, by=None)
        used, invited = race(
            partial(enrol, token, password="otter-lamp-71-quilt"),
            partial(invite, User.objects.get(pk=person.pk), by=None),
        )
        person.refresh_from_db()
        assert invited
        assert person.check_password("otter-lamp-71-quilt") == used
        assert EnrolmentLink.objects.filter(user=person, used_at__isnull=True).count() == 1
    assert verify_chain() is None


def test_a_form_submitted_twice_at_once_is_one_application(vetters: list[User]) -> None:
    for _ in range(TIMES):
        application = make_application(submitted=False)
        assert any(race(*(partial(submit_application, own(application)) for _ in range(2))))
        found = AuditEntry.objects.filter(subject_id=str(application.pk), action="application.submitted")
        assert found.count() == 1
        assert application.evidence.count() == 1
        assert letters("application-received", application) == 1
    assert verify_chain() is None


def test_a_code_confirms_once_and_wrong_ones_at_once_all_count() -> None:
    application, _ = start_application("en")
    answer_questions(application, **{**ANSWERS, "email": "g.wanjiru@police.example"})
    code = issue_code(application)
    assert code is not None
    assert sum(race(*(partial(confirm_address, own(application), code) for _ in range(3)))) == 1
    found = AuditEntry.objects.filter(subject_id=str(application.pk), action="application.address-confirmed")
    assert found.count() == 1

    other, _ = start_application("en")
    answer_questions(other, **{**ANSWERS, "email": "d.mwangi@police.example"})
    code = issue_code(other)
    assert code is not None
    assert not any(race(*(partial(confirm_address, own(other), "wrong") for _ in range(CODE_TRIES))))
    with pytest.raises(RuleError):
        confirm_address(other, code)
    assert own(other).state == ApplicationState.STARTED
    assert verify_chain() is None


def test_of_two_administrators_who_lose_the_role_at_once_one_stays() -> None:
    for _ in range(TIMES):
        two = [make_member(Role.ADMINISTRATOR) for _ in range(2)]
        done = race(*(partial(withdraw_role, one, Role.ADMINISTRATOR, by=None) for one in two))
        assert sorted(done) == [False, True]
        (left,) = RoleGrant.objects.filter(role=Role.ADMINISTRATOR)
        left.delete()
