"""Agencies, vetters and applications for tests, made by the actions of the community."""

from __future__ import annotations

from itertools import count
from typing import Any

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
)
from community.actions.vetting import record_call
from community.enums import AgencyKind
from community.models import Agency, Application, FocalPoint, Officer
from community.queries.terms import current_terms
from hub.core.enums import Role
from hub.core.models import User
from tests.factories.people import make_member

_numbers = count(1)
FOUND_NUMBER = "+254 20 341 4906"
FOUND_AT = "https://www.police.example/contact"
ANSWERS: dict[str, Any] = {
    "agency_name": "National Police",
    "country": "KE",
    "unit": "Cybercrime unit",
    "name": "Grace Wanjiru",
    "job": "investigator",
    "languages": ["en"],
    "purpose": "Sorting of seized media.",
    "supervisor": "Insp. Otieno",
    "how_to_verify": "Ring the duty desk on 0700 111 222.",
}


def make_agency(name: str = "", *, country: str = "KE", domain: str = "") -> Agency:
    """Make an agency; with a domain, one that an administrator has proposed and another one has confirmed."""
    agency = add_agency(
        name or f"Police no. {next(_numbers)}", country=country, kind=AgencyKind.POLICE, by=None
    )
    if domain:
        proposed = propose_domain(agency, domain, source_url="https://list.example/", by=None)
        confirm_domain(proposed, by=make_member(Role.ADMINISTRATOR))
    return agency


def make_vetter(agency: Agency | None = None) -> User:
    """Make a vetter of an agency of their own, with a mail domain of their own."""
    number = next(_numbers)
    vetter = make_member(Role.VETTER, email=f"vetter@desk-{number}.example")
    place_in(vetter, agency or make_agency(country="FR"))
    return vetter


def make_focal_point(country: str = "KE") -> User:
    """Make a member who speaks for a country, as two administrators have agreed."""
    user = make_member()
    name_focal_point(user, country)
    return user


def name_focal_point(user: User, country: str) -> FocalPoint:
    """Let a member speak for a country."""
    point = propose_focal_point(user, country, by=None)
    confirm_focal_point(point, by=None)
    return point


def place_in(user: User, agency: Agency) -> None:
    """Make somebody an officer of an agency, verified now."""
    Officer.objects.create(user=user, agency=agency, country=agency.country, verified_at=timezone.now())


def make_application(*, submitted: bool = True, **answers: Any) -> Application:
    """Make an application as its applicant would, with a confirmed address."""
    application, _ = start_application("en")
    email = f"g.wanjiru-{next(_numbers)}@police.example"
    answer_questions(application, **{**ANSWERS, "email": email, **answers})
    code = issue_code(application)
    assert code is not None
    confirm_address(application, code)
    if submitted:
        submit_application(application, accepted=current_terms())
    return application


def prove(application: Application, by: User) -> None:
    """Record a call-back that holds; with a listed domain that makes two classes."""
    record_call(application, by=by, number=FOUND_NUMBER, source_url=FOUND_AT, holds=True)
