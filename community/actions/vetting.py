"""What vetters and national focal points do: record what they found, decide, object; and what follows."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.actions.applications import (
    DECISION_LETTER,
    WELCOME_LETTER,
    move_application,
    tell_focal_points,
)
from community.actions.members import create_account, grant_membership
from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from community.models import Application, Evidence, Officer, Recusal, Verdict
from community.queries.applications import (
    case_history,
    classes_held,
    confirmable_by,
    lock_application,
    visible_to,
)
from community.rules import MEMBERSHIP_LASTS, OBJECTIONS, OPEN, REASONS, RuleError, is_proved, outcome
from hub.core import audit, letters
from hub.core.access import is_member
from hub.core.models import User

SPONSOR_LETTER = "application-sponsored"
_OPENED = "application.opened"
SPONSOR_STANDING = timedelta(days=180)
SPONSORED_AT_MOST, SPONSORED_WITHIN = 3, timedelta(days=91)
_SHORTEST_NUMBER = 6
_COUNTRY_CODE_AT_MOST = 4


def record_call(
    application: Application, *, by: User, number: str, source_url: str, holds: bool, note: str = ""
) -> Evidence:
    """Record a call to a number that the vetter found, and where.

    Raises RuleError for a number that the applicant has given: whoever answers there may be anybody.
    """
    digits = _digits(number)
    if len(digits) < _SHORTEST_NUMBER or not source_url:
        raise RuleError("Name the number and the page where you found it")
    given = _digits(f"{application.how_to_verify} {application.supervisor} {application.unit}")
    if digits in given or digits[_COUNTRY_CODE_AT_MOST:] in given:
        raise RuleError("The applicant has given this number: find another one yourself")
    return _record(
        application,
        EvidenceClass.CALL_BACK,
        by=by,
        holds=holds,
        note=note,
        number=number.strip(),
        source_url=source_url,
    )


def record_sponsor(
    application: Application, *, by: User, sponsor: User, holds: bool, note: str = ""
) -> Evidence:
    """Record whether a member vouches for an applicant.

    Raises RuleError unless the sponsor is a member of another agency for six months, vouches for three people a quarter
    at most, and is not the vetter.
    """
    standing = Officer.objects.filter(user=sponsor).first()
    now = timezone.now()
    if not is_member(sponsor) or standing is None or standing.verified_at > now - SPONSOR_STANDING:
        raise RuleError("A sponsor is a member for six months")
    if standing.agency_id is None or standing.agency_id == application.agency_id:
        raise RuleError("A sponsor is of another agency")
    if sponsor.pk == by.pk:
        raise RuleError("Nobody decides about whom they sponsor")
    vouched = Evidence.objects.filter(sponsor=sponsor, recorded_at__gt=now - SPONSORED_WITHIN, holds=True)
    others = vouched.exclude(application=application).values("application").distinct()
    if others.count() >= SPONSORED_AT_MOST:
        raise RuleError("This member has vouched for three people within three months")
    with transaction.atomic():
        evidence = _record(application, EvidenceClass.SPONSOR, by=by, holds=holds, note=note, sponsor=sponsor)
        if holds:
            letters.post(SPONSOR_LETTER, evidence.pk)
    return evidence


def record_document(application: Application, *, by: User, holds: bool, note: str = "") -> Evidence:
    """Record whether a document shows that the applicant works where they say. Raises RuleError if there is none."""
    if not application.documents.filter(destroyed_at__isnull=True).exists():
        raise RuleError("There is no document")
    return _record(application, EvidenceClass.DOCUMENT, by=by, holds=holds, note=note)


def record_focal_point(application: Application, *, by: User, holds: bool, note: str = "") -> Evidence:
    """Record what the national focal point, who acts here, says about an applicant of their country."""
    with transaction.atomic():
        lock_application(application)
        _require_focal_point(application, by)
        return _write_evidence(application, EvidenceClass.FOCAL_POINT, by=by, holds=holds, note=note)


def decide_application(
    application: Application, choice: Choice | str, reason: Reason | str, *, by: User, note: str = ""
) -> Verdict:
    """Record what a vetter decides, once a round, and what follows from it.

    Raises PermissionDenied for who may not vet this application, RuleError for a second decision, for a reason that does
    not fit, for an application that nobody decides now, and for an approval before enough evidence holds.
    """
    choice, reason = Choice(choice), Reason(reason)
    if reason not in REASONS[choice]:
        raise RuleError("This reason does not fit the decision")
    with transaction.atomic():
        lock_application(application)
        _require_vetter(application, by)
        if application.state not in OPEN:
            raise RuleError("Nobody decides about this application now")
        if application.verdicts.filter(round=application.round, by=by).exists():
            raise RuleError("You have decided already")
        if choice == Choice.APPROVE and not is_proved(classes_held(application)):
            raise RuleError("Two classes of evidence must hold, and one must be a live contact")
        now = timezone.now()
        verdict = Verdict.objects.create(
            application=application,
            round=application.round,
            by=by,
            choice=choice,
            reason=reason,
            note=note,
            decided_at=now,
        )
        audit.record("application.decided", application, by=by, round=application.round)
        choices = [Choice(one.choice) for one in application.verdicts.filter(round=application.round)]
        following = outcome(choices, third_review=application.third_review)
        if following != application.state:
            if following == ApplicationState.AGREED:
                application.agreed_at = now
            elif following == ApplicationState.REFUSED:
                application.closed_at = now
            elif following == ApplicationState.MORE_WANTED:
                application.round += 1
            move_application(application, following, by=by, also=["agreed_at", "closed_at", "round"])
            if following in (ApplicationState.REFUSED, ApplicationState.MORE_WANTED):
                letters.post(DECISION_LETTER, application.pk)
            elif following == ApplicationState.AGREED:
                tell_focal_points(application)
    return verdict


def recuse_vetter(application: Application, *, by: User) -> None:
    """Give a case back for good: the vetter knows the applicant, or cannot decide freely. What they recorded stays.

    Raises PermissionDenied for who may not vet this application, RuleError once they have decided in this round, and where
    nobody decides now.
    """
    with transaction.atomic():
        lock_application(application)
        _require_vetter(application, by)
        if application.state not in OPEN:
            raise RuleError("Nobody decides about this application now")
        if application.verdicts.filter(round=application.round, by=by).exists():
            raise RuleError("You have decided already")
        Recusal.objects.create(application=application, by=by, at=timezone.now())
        audit.record("application.given-back", application, by=by)


def object_to_admission(application: Application, *, by: User, note: str = "") -> None:
    """Stop what two vetters have agreed on, as the national focal point: vetters look at it anew.

    Raises RuleError when it is too late.
    """
    with transaction.atomic():
        lock_application(application)
        _require_focal_point(application, by)
        if application.state != ApplicationState.AGREED:
            raise RuleError("There is nothing to object to now")
        _write_evidence(application, EvidenceClass.FOCAL_POINT, by=by, holds=False, note=note)
        if application.state == ApplicationState.AGREED:
            _review_anew(application, by=by)


def admit_applicant(application: Application) -> User:
    """Make a member of an applicant, once the time for objections is over. They can do nothing without a second factor.

    Raises RuleError before that time, and if the evidence does not hold any more or somebody else has the address.
    """
    with transaction.atomic():
        lock_application(application)
        now = timezone.now()
        if application.state != ApplicationState.AGREED or application.agreed_at is None:
            raise RuleError("Nobody has agreed on this application")
        if application.agreed_at + OBJECTIONS > now:
            raise RuleError("Objections are still possible")
        if not is_proved(classes_held(application)):
            raise RuleError("The evidence does not hold any more")
        user = create_account(
            application.email,
            by=None,
            name=application.name,
            language=application.language,
            is_demo=settings.DEMO,
        )
        Officer.objects.create(
            user=user, agency=application.agency, country=application.country, verified_at=now
        )
        grant_membership(user, by=None, valid_until=now + MEMBERSHIP_LASTS)
        application.user, application.closed_at = user, now
        move_application(application, ApplicationState.APPROVED, by=None, also=["user", "closed_at"])
        letters.post(WELCOME_LETTER, application.pk)
    return user


def note_opened_case(application: Application, *, by: User) -> None:
    """Keep a line of who looked at an application; none where the last line says the same."""
    with transaction.atomic():
        _require_vetter(application, by)
        last = case_history(application).first()
        if last is None or (last.action, last.actor_id) != (_OPENED, by.pk):
            audit.record(_OPENED, application, by=by)


def _record(
    application: Application, kind: EvidenceClass, *, by: User, holds: bool, **found: object
) -> Evidence:
    with transaction.atomic():
        lock_application(application)
        _require_vetter(application, by)
        return _write_evidence(application, kind, by=by, holds=holds, **found)


def _write_evidence(
    application: Application, kind: EvidenceClass, *, by: User, holds: bool, **found: object
) -> Evidence:
    with transaction.atomic():
        lock_application(application)
        if application.state not in (*OPEN, ApplicationState.AGREED):
            raise RuleError("Nothing is looked into now")
        evidence = Evidence.objects.create(
            application=application,
            kind=kind,
            holds=holds,
            recorded_by=by,
            recorded_at=timezone.now(),
            **found,
        )
        audit.record("evidence.recorded", evidence, by=by, kind=str(kind), holds=holds)
        if application.state == ApplicationState.AGREED and not is_proved(classes_held(application)):
            _review_anew(application, by=by)
    return evidence


def _review_anew(application: Application, *, by: User) -> None:
    """Take back what two vetters have agreed on."""
    application.round += 1
    application.agreed_at = None
    move_application(application, ApplicationState.IN_REVIEW, by=by, also=["agreed_at", "round"])


def _require_vetter(application: Application, by: User) -> None:
    if not visible_to(_as_of_now(by)).filter(pk=application.pk).exists():
        raise PermissionDenied


def _require_focal_point(application: Application, by: User) -> None:
    if not confirmable_by(_as_of_now(by)).filter(pk=application.pk).exists():
        raise PermissionDenied


def _as_of_now(user: User) -> User:
    """Return somebody as they are now, and keep them so until the transaction ends.

    Whoever was suspended since their request began decides nothing. Locked after the application, never before it.
    """
    return User.objects.select_for_update().get(pk=user.pk)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
