"""What an applicant does: begin, answer, confirm an address, submit, withdraw."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from community.enums import ApplicationState, EvidenceClass
from community.models import Application, Evidence, Terms, Verdict
from community.queries.applications import (
    focal_points_of,
    hash_of_code,
    hash_of_key,
    listed_domain_of,
    lock_application,
)
from community.queries.terms import current_terms
from community.rules import (
    APPLICATION_LASTS,
    BEING_WRITTEN,
    CODE_LASTS,
    CODE_TRIES,
    CODES_AN_HOUR,
    REFUSALS,
    REFUSED_FOR,
    THIRD_REVIEWS,
    RuleError,
    check_step,
)
from community.validators import canonical_address
from hub.core import audit, letters
from hub.core.crypto import keyed_hash
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import User

CODE_LETTER, RECEIPT_LETTER = "application-code", "application-received"
DECISION_LETTER, WELCOME_LETTER = "application-decided", "application-approved"
FOCAL_POINT_LETTER = "application-of-country"
_HOUR = 3_600  # seconds
_KEY_BYTES = 32
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is read for another one."""
ANSWERS = frozenset(
    {
        "agency",
        "agency_name",
        "country",
        "unit",
        "name",
        "job",
        "email",
        "languages",
        "purpose",
        "supervisor",
        "how_to_verify",
        "is_to_be_listed",
        "gender",
    }
)
"""What an applicant writes. Everything else of an application is the hub's."""
_NEEDED = ("country", "unit", "name", "job", "email", "languages", "purpose", "how_to_verify")
_S = ApplicationState


def start_application(language: str) -> tuple[Application, str]:
    """Begin an application; return it and the key with which its applicant comes back, which is kept nowhere."""
    if language not in LANGUAGE_CODES:
        raise RuleError("The hub does not have this language")
    key = secrets.token_urlsafe(_KEY_BYTES)
    with transaction.atomic():
        application = Application.objects.create(
            reference=_new_reference(),
            language=language,
            key_hash=hash_of_key(key),
            started_at=timezone.now(),
        )
        audit.record("application.started", application)
    return application, key


def answer_questions(application: Application, **answers: Any) -> None:
    """Keep what an applicant has answered. Another address has to be confirmed anew.

    Raises RuleError for what is no answer, once the application is out of the applicant's hands, and for another address
    while more is asked for: what was found out was found out about the old one.
    """
    if unknown := answers.keys() - ANSWERS:
        raise RuleError(f"These are no answers: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        lock_application(application)
        if application.state not in BEING_WRITTEN:
            raise RuleError("This application cannot be changed any more")
        address = _address_in(answers, application)
        if address != application.email:
            if application.state == _S.MORE_WANTED:
                raise RuleError("The address was checked already")
            answers["email"] = address
            if application.state == _S.ADDRESS_CONFIRMED:
                move_application(application, _S.STARTED, by=None)
            application.code_hash, application.code_expires_at = "", None
        for name, value in answers.items():
            setattr(application, name, value)
        application.save()


def _address_in(answers: Mapping[str, Any], application: Application) -> str:
    if "email" not in answers:
        return application.email
    try:
        return canonical_address(str(answers["email"]))
    except ValueError as error:
        raise RuleError("This is no address") from error


def request_code(application: Application) -> None:
    """Have a code mailed to the address of an application.

    Raises RuleError without an address, when it is confirmed, and when the address got too many within an hour: nobody's
    mailbox is to be filled, and nobody is to guess code after code.
    """
    with transaction.atomic():
        lock_application(application)
        if application.state != _S.STARTED or not application.email:
            raise RuleError("There is no address to confirm")
        if _codes_asked_for(application.email) > CODES_AN_HOUR:
            raise RuleError("This address got enough codes for now")
        letters.post(CODE_LETTER, application.pk)


def request_invitation(application: Application) -> None:
    """Have the one-time address mailed again to somebody who was let in and has not used it; the older one stops working.

    Raises RuleError for everybody else, and when the address got too many letters within an hour.
    """
    with transaction.atomic():
        lock_application(application)
        if (
            application.state != _S.APPROVED
            or application.user is None
            or application.user.has_usable_password()
        ):
            raise RuleError("There is nobody to invite")
        if _codes_asked_for(application.email) > CODES_AN_HOUR:
            raise RuleError("This address got enough letters for now")
        letters.post(WELCOME_LETTER, application.pk)


def _codes_asked_for(address: str) -> int:
    """Count one more code for an address, and return how many that are within the hour."""
    key = f"code:{keyed_hash(address, purpose='limit of codes')}"
    cache.add(key, 0, timeout=_HOUR)
    try:
        return int(cache.incr(key))
    except ValueError:  # the hour ended just now
        return 1


def issue_code(application: Application) -> str | None:
    """Make a code for the address of an application and return it, to be mailed there. Older codes stop working.

    Returns None if the address belongs to a member or to another application: nothing then confirms it, and who asked
    sees no difference. Raises RuleError without an address, or when it is confirmed.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        lock_application(application)
        if application.state != _S.STARTED or not application.email:
            raise RuleError("There is no address to confirm")
        is_taken = (
            User.objects.with_address(application.email).exists()
            or Application.objects.filter(email=application.email)
            .exclude(pk=application.pk)
            .exclude(state__in=(_S.STARTED, _S.REFUSED, _S.WITHDRAWN))
            .exists()
        )
        kept = secrets.token_hex(8) if is_taken else code
        application.code_hash = hash_of_code(application, kept)
        application.code_expires_at = timezone.now() + CODE_LASTS
        application.code_tries = 0
        application.save(update_fields=["code_hash", "code_expires_at", "code_tries"])
        audit.record("application.code-issued", application)
    return None if is_taken else code


def confirm_address(application: Application, code: str) -> None:
    """Confirm the address with the code that was mailed there.

    Raises RuleError if it is not the code (any more), and if another application has confirmed this address meanwhile.
    """
    with transaction.atomic():
        lock_application(application)
        is_right = (
            application.state == _S.STARTED
            and bool(application.code_hash)
            and application.code_expires_at is not None
            and application.code_expires_at > timezone.now()
            and application.code_tries < CODE_TRIES
            and hmac.compare_digest(application.code_hash, hash_of_code(application, code.strip()))
        )
        application.code_tries = min(application.code_tries + 1, CODE_TRIES)
        if is_right:
            application.code_hash, application.code_expires_at = "", None
            is_right = _take_address(application)
        application.save(update_fields=["code_hash", "code_expires_at", "code_tries"])
    # Not inside: a wrong try must count.
    if not is_right:
        raise RuleError("This is not the code")


def _take_address(application: Application) -> bool:
    """Tell whether the address is this application's from now on. Of two at once the database lets one have it."""
    try:
        with transaction.atomic():
            move_application(application, _S.ADDRESS_CONFIRMED, by=None)
    except IntegrityError:
        application.state = _S.STARTED
        return False
    return True


def submit_application(application: Application, *, accepted: Terms | None = None) -> None:
    """Hand an application to the vetters, whose applicant has accepted these terms.

    Raises RuleError if an answer is missing, the address is not confirmed, or the terms are not those that hold now.

    Whoever was refused three times within a year is refused at once.
    """
    with transaction.atomic():
        lock_application(application)
        missing = [name for name in _NEEDED if not getattr(application, name)]
        if not (application.agency_id or application.agency_name):
            missing.insert(0, "agency")
        if missing:
            raise RuleError(f"Not answered: {', '.join(missing)}")
        if accepted != current_terms():
            raise RuleError("The terms that hold now were not accepted")
        application.terms = accepted
        now = timezone.now()
        is_first = application.submitted_at is None
        if is_first:
            application.submitted_at = now
            application.third_review = secrets.randbelow(THIRD_REVIEWS) == 0
        move_application(application, _S.SUBMITTED, by=None)
        if is_first:
            _note_domain(application)
        refused = Application.objects.filter(
            email=application.email, state=_S.REFUSED, closed_at__gt=now - REFUSED_FOR
        )
        if refused.count() >= REFUSALS:
            application.closed_at = now
            move_application(application, _S.REFUSED, by=None, automatic=True)
            letters.post(DECISION_LETTER, application.pk)
        elif is_first:
            letters.post(RECEIPT_LETTER, application.pk)
            tell_focal_points(application)
        application.save()


def tell_focal_points(application: Application) -> None:
    """Have those who speak for the applicant's country told that they may say something."""
    for point in focal_points_of(application.country):
        letters.post(FOCAL_POINT_LETTER, f"{application.pk}:{point.pk}")


def withdraw_application(application: Application) -> None:
    """End an application at the applicant's wish."""
    with transaction.atomic():
        lock_application(application)
        application.closed_at = timezone.now()
        move_application(application, _S.WITHDRAWN, by=None, also=["closed_at"])


def end_abandoned_applications(*, by: User | None) -> int:
    """Delete applications that were not submitted in time, and end those whose applicant was asked and never answered.

    Returns how many.
    """
    too_old = timezone.now() - APPLICATION_LASTS
    with transaction.atomic():
        old = Application.objects.select_for_update().filter(
            state__in=(_S.STARTED, _S.ADDRESS_CONFIRMED), started_at__lt=too_old
        )
        for application in old:
            audit.record("application.abandoned", application, by=by)
        ended = old.delete()[1].get(Application._meta.label, 0)
        asked_lately = Verdict.objects.filter(application=OuterRef("pk"), decided_at__gt=too_old)
        for application in Application.objects.select_for_update().filter(
            ~Exists(asked_lately), state=_S.MORE_WANTED
        ):
            application.closed_at = timezone.now()
            move_application(application, _S.WITHDRAWN, by=by, also=["closed_at"], automatic=True)
            ended += 1
    return ended


def move_application(
    application: Application,
    to: ApplicationState,
    *,
    by: User | None,
    also: Sequence[str] = (),
    **details: Any,
) -> None:
    """Bring a locked application to another state: the one place where that happens, with a line in the record.

    `also` names fields that are written with it. Raises RuleError if that state cannot follow.
    """
    check_step(ApplicationState(application.state), to)
    application.state = to
    application.save(update_fields=["state", *also])
    audit.record(f"application.{to}", application, by=by, **details)


def _note_domain(application: Application) -> None:
    """Note whether the address is at a domain of the agency. It was confirmed by a code, so mail arrives there."""
    listed = listed_domain_of(application.email)
    if listed is None:
        return
    if application.agency_id is None:
        application.agency = listed.agency
    Evidence.objects.create(
        application=application,
        kind=EvidenceClass.DOMAIN,
        holds=application.agency_id == listed.agency_id,
        note=listed.domain,
        source_url=listed.source_url,
        recorded_at=timezone.now(),
    )


def _new_reference() -> str:
    while True:
        drawn = "".join(secrets.choice(_LETTERS) for _ in range(8))
        reference = f"V-{drawn[:4]}-{drawn[4:]}"
        if not Application.objects.filter(reference=reference).exists():
            return reference
