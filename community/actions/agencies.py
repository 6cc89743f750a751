"""Agencies and their domains: what one person proposes counts once another one has confirmed it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.enums import AgencyKind
from community.models import Agency, AgencyDomain
from community.rules import DOMAIN_LASTS, RuleError
from community.validators import canonical_domain, is_free_mail, is_registered
from hub.core import audit
from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.models import User


def add_agency(name: str, *, country: str, kind: AgencyKind | str, by: User | None) -> Agency:
    """Add an agency. Raises RuleError if the country has one of this name."""
    _require_administrator(by)
    with transaction.atomic():
        if Agency.objects.filter(name__iexact=name.strip(), country=country).exists():
            raise RuleError("This agency is on the list")
        agency = Agency.objects.create(name=name.strip(), country=country, kind=AgencyKind(kind))
        audit.record("agency.added", agency, by=by, country=country)
    return agency


def propose_domain(agency: Agency, domain: str, *, source_url: str, by: User | None) -> AgencyDomain:
    """Propose a domain; it counts for nothing until somebody else confirms it.

    Raises RuleError for what is no registered domain, for one where anybody gets an address, and for one that is on the
    list.
    """
    _require_administrator(by)
    try:
        canonical = canonical_domain(domain)
    except ValueError as error:
        raise RuleError("This is no domain") from error
    if not is_registered(canonical):
        raise RuleError("Many share this domain: name the one that the agency has registered")
    if is_free_mail(canonical):
        raise RuleError("Anybody can have an address at this domain")
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        if AgencyDomain.objects.filter(domain=canonical, withdrawn_at__isnull=True).exists():
            raise RuleError("This domain is on the list")
        proposed = AgencyDomain.objects.create(
            agency=agency,
            domain=canonical,
            source_url=source_url,
            proposed_by=by,
            proposed_at=timezone.now(),
        )
        audit.record("domain.proposed", proposed, by=by, domain=canonical, agency=str(agency.uuid))
    return proposed


def confirm_domain(domain: AgencyDomain, *, by: User | None) -> None:
    """Confirm a domain, or confirm it anew, for a year. Raises RuleError for whoever proposed it."""
    _require_administrator(by)
    now = timezone.now()
    with transaction.atomic():
        AgencyDomain.objects.select_for_update().get(pk=domain.pk)
        domain.refresh_from_db()
        if domain.withdrawn_at is not None:
            raise RuleError("This domain was withdrawn")
        if by is not None and domain.proposed_by_id == by.pk:
            raise RuleError("Somebody else confirms what you proposed")
        domain.confirmed_by, domain.confirmed_at, domain.expires_at = by, now, now + DOMAIN_LASTS
        domain.save(update_fields=["confirmed_by", "confirmed_at", "expires_at"])
        audit.record("domain.confirmed", domain, by=by, expires_at=domain.expires_at.isoformat())


def withdraw_domain(domain: AgencyDomain, *, by: User | None) -> None:
    """Take a domain from the list at once. One person is enough: it lets nobody in."""
    _require_administrator(by)
    with transaction.atomic():
        AgencyDomain.objects.select_for_update().get(pk=domain.pk)
        domain.refresh_from_db()
        if domain.withdrawn_at is None:
            domain.withdrawn_at = timezone.now()
            domain.save(update_fields=["withdrawn_at"])
            audit.record("domain.withdrawn", domain, by=by)


def _require_administrator(by: User | None) -> None:
    if by is not None and not has_role(by, Role.ADMINISTRATOR):
        raise PermissionDenied
