"""A vetting desk that is made up, of any size. For databases that are thrown away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.enums import AgencyKind, ApplicationState, Choice, EvidenceClass, JobRole, Reason
from community.models import Agency, Application, Evidence, Officer, Verdict
from community.queries.applications import queue_of
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import User

_S = ApplicationState
_WAITING = (_S.SUBMITTED, _S.SUBMITTED, _S.IN_REVIEW)
_OUT_OF_HAND = (_S.REFUSED, _S.WITHDRAWN, _S.MORE_WANTED, _S.STARTED)
_KINDS = (EvidenceClass.DOMAIN, EvidenceClass.SPONSOR, EvidenceClass.FOCAL_POINT)
_COUNTRIES = ("KE", "PE", "EG", "IN", "KZ", "FR")
_TEXT = "Sorting of seized media, and translation of chats. " * 10
_NEAR = 50
"""Of so many applications one is of the vetter's own agency, and one is decided by the vetter already."""
_BATCH = 500


def fill_desk(number: int, *, vetter: User, other: User) -> list[str]:
    """Add applications until this many wait for a vetter; return the addresses of the cases, the oldest first.

    As many are over or in their applicants' hands. Some are kept from the vetter, of an agency of their own, because they
    are near; `other` has decided on a third, and sponsors a third. Raises PermissionDenied outside the demonstration.
    """
    if not settings.DEMO:
        raise PermissionDenied
    with transaction.atomic():
        *foreign, last = _agencies()
        placed, _ = Officer.objects.get_or_create(
            user=vetter,
            defaults={"agency": last, "country": last.country, "verified_at": timezone.now()},
        )
        own = placed.agency or last
        while (missing := number - queue_of(vetter).count()) > 0:
            _add(min(missing, _BATCH), foreign, own, vetter, other)
    return [str(uuid) for uuid in queue_of(vetter).values_list("uuid", flat=True)]


def _agencies() -> list[Agency]:
    return [
        Agency.objects.get_or_create(
            name=f"Police of measurement no. {number}",
            country=country,
            defaults={"kind": AgencyKind.POLICE},
        )[0]
        for number, country in enumerate(_COUNTRIES)
    ]


def _add(number: int, foreign: list[Agency], own: Agency, vetter: User, other: User) -> None:
    """Add so many that wait for the vetter, and what stands beside them."""
    first = Application.objects.count()
    waiting = _make(first, _WAITING, number, foreign)
    first += number
    over = _make(first, _OUT_OF_HAND, number, [*foreign, own])
    first += number
    near = _make(first, _WAITING, -(-number // _NEAR), [own])
    first += len(near)
    decided = _make(first, (_S.IN_REVIEW,), len(near), foreign)
    moment = timezone.now()
    Evidence.objects.bulk_create(
        Evidence(
            application=application,
            kind=_KINDS[at % 3],
            holds=True,
            sponsor=other if _KINDS[at % 3] == EvidenceClass.SPONSOR else None,
            recorded_at=moment,
        )
        for at, application in enumerate([*waiting, *over, *near, *decided])
    )
    begun = [application for application in waiting if application.state == _S.IN_REVIEW]
    _decide(begun, other, moment)
    _decide(decided, vetter, moment)


def _make(
    first: int, states: tuple[ApplicationState, ...], number: int, agencies: list[Agency]
) -> list[Application]:
    return Application.objects.bulk_create(
        Application(
            state=states[at % len(states)], agency=agencies[at % len(agencies)], **_answers(first + at)
        )
        for at in range(number)
    )


def _answers(number: int) -> dict[str, Any]:
    """Return what an applicant of this number has written, and when: one an hour, so that the desk has a past."""
    submitted = timezone.now() - timedelta(hours=number % 5_000, minutes=number % 60)
    return {
        "reference": f"V-{number:08d}",
        "key_hash": f"{number:064x}",
        "language": LANGUAGE_CODES[number % len(LANGUAGE_CODES)],
        "country": _COUNTRIES[number % len(_COUNTRIES)],
        "unit": "Cybercrime unit",
        "name": f"Officer no. {number}",
        "job": JobRole.values[number % len(JobRole.values)],
        "email": f"officer-{number}@police-{number % 300}.example",
        "languages": ["en"],
        "purpose": _TEXT,
        "how_to_verify": _TEXT,
        "started_at": submitted,
        "submitted_at": submitted,
    }


def _decide(applications: Iterable[Application], vetter: User, moment: datetime) -> None:
    Verdict.objects.bulk_create(
        Verdict(
            application=application,
            round=1,
            by=vetter,
            choice=Choice.APPROVE,
            reason=Reason.CONFIRMED,
            decided_at=moment,
        )
        for application in applications
    )
