"""What the worker does for the community: writes letters, and admits whom nobody has objected to."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from community.actions.applications import (
    CODE_LETTER,
    DECISION_LETTER,
    FOCAL_POINT_LETTER,
    RECEIPT_LETTER,
    WELCOME_LETTER,
    end_abandoned_applications,
    issue_code,
)
from community.actions.documents import destroy_documents
from community.actions.enrolment import invite
from community.actions.vetting import SPONSOR_LETTER, admit_applicant
from community.enums import ApplicationState, Choice, Reason
from community.models import Application, Evidence, FocalPoint
from community.queries.applications import confirmable_by
from community.rules import OBJECTIONS, RuleError
from hub.core import letters, worker
from hub.core.letters import Letter, Occasion

logger = logging.getLogger(__name__)


def register_letters() -> None:
    """Name what each letter says, and what is done every few minutes."""
    letters.register(CODE_LETTER, code_letter)
    letters.register(RECEIPT_LETTER, receipt_letter)
    letters.register(DECISION_LETTER, decision_letter)
    letters.register(WELCOME_LETTER, welcome_letter)
    letters.register(FOCAL_POINT_LETTER, focal_point_letter)
    letters.register(SPONSOR_LETTER, sponsor_letter)
    worker.register_duty(worker.Duty("destroy documents", timedelta(hours=6), destroy_old_documents))
    worker.register_duty(worker.Duty("admit applicants", timedelta(minutes=5), admit_agreed))
    worker.register_duty(worker.Duty("delete abandoned applications", timedelta(hours=6), delete_abandoned))


def admit_agreed() -> None:
    """Admit every applicant whose time for objections is over."""
    due = Application.objects.filter(
        state=ApplicationState.AGREED, agreed_at__lte=timezone.now() - OBJECTIONS
    )
    for application in due.order_by("agreed_at"):
        try:
            admit_applicant(application)
        except RuleError as error:
            logger.error(
                "applicant not admitted", extra={"application": application.reference, "reason": str(error)}
            )


def delete_abandoned() -> None:
    """Delete what was begun and not submitted in time, with all that was written."""
    end_abandoned_applications(by=None)


def destroy_old_documents() -> None:
    """Destroy the documents of applications that were decided 30 days ago."""
    destroy_documents(by=None)


def code_letter(key: str) -> Occasion | None:
    """Return the letter with the code that confirms an address; the code is made now and stands nowhere else."""
    application = Application.objects.filter(pk=key, state=ApplicationState.STARTED).first()
    if application is None or not application.email:
        return None

    def compose() -> Letter:
        code = issue_code(application)
        if code is None:
            return Letter(
                application.email,
                gettext("You are known to the Hub"),
                (
                    gettext("Somebody has begun an application for membership with this address."),
                    gettext(
                        "An account or another application has this address already, so it cannot be used again. "
                        "If it was you, sign in, or wait for the answer to your application."
                    ),
                    gettext(
                        "If it was not you, there is nothing to do: nobody can go on without this mailbox."
                    ),
                ),
            )
        return Letter(
            application.email,
            gettext("Your code: %(code)s") % {"code": code},
            (
                gettext("Write this code on the page where you were asked for it: %(code)s") % {"code": code},
                gettext("It works for 15 minutes. Nobody from the Hub will ever ask you for it."),
                gettext("If you did not apply for membership, there is nothing to do."),
            ),
        )

    return Occasion(application.language, compose)


def receipt_letter(key: str) -> Occasion | None:
    """Return the letter that says that an application has arrived."""
    application = Application.objects.filter(pk=key).first()
    if application is None:
        return None
    return Occasion(
        application.language,
        lambda: Letter(
            application.email,
            gettext("Your application %(reference)s") % {"reference": application.reference},
            (
                gettext("Your application for membership has arrived. Its number is %(reference)s.")
                % {"reference": application.reference},
                gettext(
                    "Two people check independently who you are. They may ring your agency, on a number that they find "
                    "themselves. That takes some days."
                ),
            ),
        ),
    )


def decision_letter(key: str) -> Occasion | None:
    """Return the letter that asks for more, or that refuses: in general words, which tell an impostor nothing."""
    application = Application.objects.filter(pk=key).first()
    if application is None:
        return None
    if application.state == ApplicationState.REFUSED:
        return Occasion(
            application.language,
            lambda: Letter(
                application.email,
                gettext("Your application %(reference)s") % {"reference": application.reference},
                (
                    gettext("We could not confirm the application. No account has been made."),
                    gettext(
                        "You may apply again, for instance with another way in which we can confirm your work."
                    ),
                ),
            ),
        )
    if application.state != ApplicationState.MORE_WANTED:
        return None
    asked = application.verdicts.filter(round=application.round - 1, choice=Choice.ASK).last()
    reason = Reason(asked.reason) if asked else Reason.OTHER_WAY
    return Occasion(
        application.language,
        lambda: Letter(
            application.email,
            gettext("Your application %(reference)s") % {"reference": application.reference},
            (
                gettext("We need more before we can decide:"),
                str(reason.label),
                gettext(
                    "Open the application with the address that you kept, change what you wrote, and submit it again."
                ),
            ),
        ),
    )


def focal_point_letter(key: str) -> Occasion | None:
    """Return the letter that tells who speaks for a country of an applicant; it names nobody."""
    application_key, _colon, point_key = key.partition(":")
    application = Application.objects.filter(pk=application_key).first()
    point = FocalPoint.objects.filter(pk=point_key, withdrawn_at__isnull=True).select_related("user").first()
    if (
        application is None
        or point is None
        or not confirmable_by(point.user).filter(pk=application.pk).exists()
    ):
        return None
    is_agreed = application.state == ApplicationState.AGREED

    def compose() -> Letter:
        address = settings.WAGTAILADMIN_BASE_URL + reverse("vetting_country")
        said = (
            gettext("Two vetters have agreed on an applicant of your country. You may object for 72 hours.")
            if is_agreed
            else gettext(
                "Somebody of your country has applied. You may say whether they are one of its officers."
            )
        )
        return Letter(
            point.user.email,
            gettext("An applicant of your country: %(reference)s") % {"reference": application.reference},
            (said, address),
        )

    return Occasion(point.user.language, compose)


def sponsor_letter(key: str) -> Occasion | None:
    """Return the letter that tells a member for whom they vouch; whoever did not, says so."""
    evidence = Evidence.objects.filter(pk=key).select_related("application", "sponsor").first()
    if evidence is None or evidence.sponsor is None:
        return None
    sponsor, application = evidence.sponsor, evidence.application
    return Occasion(
        sponsor.language,
        lambda: Letter(
            sponsor.email,
            gettext("You vouch for an applicant: %(reference)s") % {"reference": application.reference},
            (
                gettext(
                    "A vetter has recorded that you know an applicant and vouch for them: application %(reference)s."
                )
                % {"reference": application.reference},
                gettext("If that is not so, write to the Hub at once: %(address)s")
                % {"address": settings.SUPPORT_ADDRESS or settings.DEFAULT_FROM_EMAIL},
            ),
        ),
    )


def welcome_letter(key: str) -> Occasion | None:
    """Return the letter with the one-time link, which is made now and stands nowhere else."""
    application = Application.objects.filter(pk=key).select_related("user").first()
    if application is None or application.user is None or application.user.has_usable_password():
        return None
    user = application.user

    def compose() -> Letter:
        link = settings.WAGTAILADMIN_BASE_URL + reverse("account_enrol", args=[invite(user, by=None)])
        return Letter(
            user.email,
            gettext("You have been let in"),
            (
                gettext("Your application %(reference)s was approved.")
                % {"reference": application.reference},
                gettext("Open this address within 24 hours to choose a password and a second factor:"),
                link,
                gettext("It works once. If the time is over, ask for a new one."),
            ),
        )

    return Occasion(application.language, compose)
