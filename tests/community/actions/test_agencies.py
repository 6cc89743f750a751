"""Agencies and domains: two people make a domain count, and time or one person ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.actions.agencies import add_agency, confirm_domain, propose_domain, withdraw_domain
from community.enums import AgencyKind
from community.models import AgencyDomain
from community.queries.applications import listed_domain_of
from community.rules import DOMAIN_LASTS, RuleError
from hub.core.enums import Role
from hub.core.models import AuditEntry
from tests.factories.community import make_agency
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db
SOURCE = "https://list.example/"


def test_a_domain_counts_once_a_second_person_has_confirmed_it() -> None:
    first, second = make_member(Role.ADMINISTRATOR), make_member(Role.ADMINISTRATOR)
    proposed = propose_domain(make_agency(), "Police.Example", source_url=SOURCE, by=first)
    assert listed_domain_of("a@police.example") is None
    with pytest.raises(RuleError, match="Somebody else"):
        confirm_domain(proposed, by=first)
    assert listed_domain_of("a@police.example") is None
    confirm_domain(proposed, by=second)
    assert listed_domain_of("a@cyber.POLICE.example") == proposed
    assert listed_domain_of("a@police.example.evil.com") is None
    assert list(AuditEntry.objects.filter(action__startswith="domain.").values_list("action", flat=True)) == [
        "domain.proposed",
        "domain.confirmed",
    ]


def test_the_database_itself_wants_two_people() -> None:
    only = make_member(Role.ADMINISTRATOR)
    proposed = propose_domain(make_agency(), "police.example", source_url=SOURCE, by=only)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyDomain.objects.filter(pk=proposed.pk).update(
            confirmed_by=only, confirmed_at=timezone.now(), expires_at=timezone.now()
        )


def test_a_domain_expires_after_a_year_and_can_be_confirmed_anew() -> None:
    agency = make_agency(domain="police.example")
    domain = agency.domains.get()
    with time_machine.travel(timezone.now() + DOMAIN_LASTS + timedelta(seconds=1)):
        assert listed_domain_of("a@police.example") is None
        confirm_domain(domain, by=make_member(Role.ADMINISTRATOR))
        assert listed_domain_of("a@police.example") == domain


def test_one_person_takes_a_domain_from_the_list_at_once() -> None:
    domain = make_agency(domain="police.example").domains.get()
    withdraw_domain(domain, by=make_member(Role.ADMINISTRATOR))
    assert listed_domain_of("a@police.example") is None
    with pytest.raises(RuleError, match="withdrawn"):
        confirm_domain(domain, by=make_member(Role.ADMINISTRATOR))


def test_the_narrowest_domain_decides_whose_an_address_is() -> None:
    ministry, police = make_agency(domain="interior.example"), make_agency(domain="police.interior.example")
    found = [listed_domain_of(f"a@{domain}") for domain in ("x.police.interior.example", "interior.example")]
    assert [one.agency for one in found if one] == [police, ministry]


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("gmail.com", "Anybody"),
        ("police.uk", "Many share"),
        ("co.uk", "Many share"),
        ("no domain", "no domain"),
        ("taken.example", "on the list"),
    ],
)
def test_what_is_no_evidence_is_not_listed(domain: str, words: str) -> None:
    agency = make_agency(domain="taken.example")
    with pytest.raises(RuleError, match=words):
        propose_domain(agency, domain, source_url=SOURCE, by=None)


def test_an_agency_is_listed_once() -> None:
    add_agency("Police", country="KE", kind=AgencyKind.POLICE, by=None)
    add_agency("Police", country="TZ", kind=AgencyKind.POLICE, by=None)
    with pytest.raises(RuleError, match="on the list"):
        add_agency(" police ", country="KE", kind=AgencyKind.BORDER, by=None)


@pytest.mark.parametrize("role", [None, Role.VETTER, Role.EDITOR])
def test_only_administrators_keep_the_list(role: Role | None) -> None:
    person = make_member(*([role] if role else []))
    agency = make_agency(domain="police.example")
    domain = agency.domains.get()
    for forbidden in (
        lambda: add_agency("Mine", country="KE", kind=AgencyKind.POLICE, by=person),
        lambda: propose_domain(agency, "mine.example", source_url=SOURCE, by=person),
        lambda: confirm_domain(domain, by=person),
        lambda: withdraw_domain(domain, by=person),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
