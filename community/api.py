"""The front door of the community: what the roof may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.actions.agencies import (
    add_agency,
    confirm_domain,
    confirm_focal_point,
    propose_domain,
    propose_focal_point,
)
from community.actions.applications import (
    answer_questions,
    confirm_address,
    issue_code,
    start_application,
    submit_application,
    withdraw_application,
)
from community.actions.enrolment import enrol
from community.actions.members import (
    Founder,
    create_account,
    create_administrator,
    grant_membership,
    grant_role,
    suspend_member,
    withdraw_role,
)
from community.actions.terms import accept_terms, add_terms
from community.actions.vetting import decide_application, record_call
from community.enums import AgencyKind, ApplicationState, SuspensionReason
from community.models import Agency, Application
from community.queries.applications import SESSION_KEY, application_of_key, country_of_focal_point
from community.queries.documents import is_document_wanted
from community.queries.door import people_at_the_door
from community.queries.enrolment import working_links
from community.queries.terms import current_terms, has_accepted_current_terms, last_accepted_terms
from community.rules import MEMBERSHIP_LASTS, OBJECTIONS, RuleError
from community.tasks import admit_agreed
from community.validators import address_as_kept
from hub.core.access import is_member
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import User

__all__ = [
    "MEMBERSHIP_LASTS",
    "Founder",
    "RuleError",
    "SuspensionReason",
    "accept_terms_for_demonstration",
    "address_as_kept",
    "apply_for_demonstration",
    "called",
    "create_account",
    "create_administrator",
    "decided",
    "end_objections_for_demonstration",
    "enrol",
    "grant_membership",
    "grant_role",
    "has_accepted_current_terms",
    "is_document_wanted_of",
    "list_agency_for_demonstration",
    "name_focal_point_for_demonstration",
    "people_at_the_door",
    "person_to_enrol",
    "publish_first_terms",
    "speaks_for_a_country",
    "suspend_member",
    "withdraw_role",
    "withdrawn",
]

Step = Callable[[Application], object]
"""What happens to an application of the demonstration."""


def is_document_wanted_of(session: SessionBase) -> bool:
    """Tell whether the applicant whose session this is was asked for a document."""
    key = session.get(SESSION_KEY)
    application = application_of_key(str(key)) if key else None
    return application is not None and is_document_wanted(application)


def speaks_for_a_country(user: User | AnonymousUser) -> bool:
    """Tell whether somebody is a national focal point now. No query for a person that `people_at_the_door` has found."""
    if hasattr(user, "speaks_for"):
        return bool(user.speaks_for) and is_member(user)
    return bool(country_of_focal_point(user))


def publish_first_terms() -> bool:
    """Publish the terms that come with the hub, unless some were published; return whether it was done."""
    if current_terms() is not None:
        return False
    folder = Path(__file__).with_name("first_terms")
    add_terms(
        {code: (folder / f"{code}.txt").read_text(encoding="utf-8") for code in LANGUAGE_CODES}, by=None
    )
    return True


def list_agency_for_demonstration(name: str, *, country: str, domain: str) -> None:
    """List an invented agency and its domain, unless they are listed. Only where the demonstration is on."""
    _refuse_outside_demonstration()
    if Agency.objects.filter(name=name, country=country).exists():
        return
    with transaction.atomic():
        agency = add_agency(name, country=country, kind=AgencyKind.POLICE, by=None)
        proposed = propose_domain(agency, domain, source_url="https://example.org/", by=None)
        confirm_domain(proposed, by=None)


def apply_for_demonstration(language: str, answers: Mapping[str, Any], course: Sequence[Step] = ()) -> bool:
    """Submit an application of somebody invented, and let people of the demonstration deal with it.

    Returns False where an application of this address is there. `course` are the steps, in order.
    """
    _refuse_outside_demonstration()
    if Application.objects.filter(email=answers["email"]).exists():
        return False
    with transaction.atomic():
        application, _ = start_application(language)
        answer_questions(application, **answers)
        code = issue_code(application)
        if code is None:
            return False
        confirm_address(application, code)
        submit_application(application, accepted=current_terms())
        Application.objects.filter(pk=application.pk).update(third_review=False)
        for step in course:
            step(application)
    return True


def called(by: User, *, holds: bool = True, note: str = "") -> Step:
    """Return the step in which a vetter rings the agency."""
    return lambda application: record_call(
        application,
        by=by,
        number="+254 20 555 0100",
        source_url="https://police.example/contact",
        holds=holds,
        note=note,
    )


def decided(by: User, choice: str, reason: str) -> Step:
    """Return the step in which a vetter decides."""
    return lambda application: decide_application(application, choice, reason, by=by)


def withdrawn() -> Step:
    """Return the step in which an applicant gives up."""
    return withdraw_application


def end_objections_for_demonstration() -> int:
    """Admit at once whomever two vetters have agreed on; return how many. Only where the demonstration is on."""
    _refuse_outside_demonstration()
    waiting = Application.objects.filter(state=ApplicationState.AGREED)
    waiting.update(agreed_at=timezone.now() - OBJECTIONS)
    before = Application.objects.filter(state=ApplicationState.APPROVED).count()
    admit_agreed()
    return Application.objects.filter(state=ApplicationState.APPROVED).count() - before


def name_focal_point_for_demonstration(user: User, country: str) -> None:
    """Let somebody invented speak for a country, unless they do. Only where the demonstration is on."""
    _refuse_outside_demonstration()
    if not country_of_focal_point(user):
        confirm_focal_point(propose_focal_point(user, country, by=None), by=None)


def accept_terms_for_demonstration(user: User) -> None:
    """Let somebody invented agree to the terms, unless they have. Only where the demonstration is on."""
    _refuse_outside_demonstration()
    terms = current_terms()
    if terms is not None and last_accepted_terms(user) is None:
        accept_terms(terms, by=user)


def _refuse_outside_demonstration() -> None:
    if not settings.DEMO:
        raise PermissionDenied


def person_to_enrol(token: str) -> User | None:
    """Return whose one-time link this is, or None if it does not work."""
    link = working_links(token).first()
    return link.user if link else None
