"""Agencies, their domains, and focal points: what one person proposes counts once another one has confirmed it."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.enums import AgencyKind
from community.models import Agency, AgencyDomain, FocalPoint, Listing
from community.rules import DOMAIN_LASTS, FOCAL_POINT_LASTS, RuleError
from community.validators import canonical_domain, is_free_mail, is_registered
from hub.core import audit
from hub.core.access import has_role, is_member
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
    _confirm(domain, "domain", DOMAIN_LASTS, by=by)


def withdraw_domain(domain: AgencyDomain, *, by: User | None) -> None:
    """Take a domain from the list at once. One person is enough: it lets nobody in."""
    _withdraw(domain, "domain", by=by)


def propose_focal_point(user: User, country: str, *, by: User | None) -> FocalPoint:
    """Propose a member who speaks for a country; it counts for nothing until somebody else confirms it.

    Raises RuleError for whoever is no member, for oneself, and for somebody who speaks for a country already.
    """
    _require_administrator(by)
    if not is_member(user):
        raise RuleError("Only members speak for a country")
    if by is not None and user.pk == by.pk:
        raise RuleError("Nobody decides about themselves")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if FocalPoint.objects.filter(user=user, withdrawn_at__isnull=True).exists():
            raise RuleError("This member speaks for a country already")
        point = FocalPoint.objects.create(
            user=user, country=country, proposed_by=by, proposed_at=timezone.now()
        )
        audit.record("focal-point.proposed", point, by=by, country=country)
    return point


def confirm_focal_point(point: FocalPoint, *, by: User | None) -> None:
    """Confirm who speaks for a country, or confirm it anew, for a year.

    Raises RuleError for whoever proposed it, and for the focal point.
    """
    if by is not None and by.pk == point.user_id:
        raise RuleError("Nobody decides about themselves")
    _confirm(point, "focal-point", FOCAL_POINT_LASTS, by=by)


def withdraw_focal_point(point: FocalPoint, *, by: User | None) -> None:
    """End somebody's speaking for a country at once. One person is enough: it lets nobody in."""
    _withdraw(point, "focal-point", by=by)


def _confirm(listing: Listing, name: str, lasts: timedelta, *, by: User | None) -> None:
    _require_administrator(by)
    now = timezone.now()
    with transaction.atomic():
        _lock(listing)
        if listing.withdrawn_at is not None:
            raise RuleError("This was withdrawn")
        if by is not None and listing.proposed_by_id == by.pk:
            raise RuleError("Somebody else confirms what you proposed")
        listing.confirmed_by, listing.confirmed_at, listing.expires_at = by, now, now + lasts
        listing.save(update_fields=["confirmed_by", "confirmed_at", "expires_at"])
        audit.record(f"{name}.confirmed", listing, by=by, expires_at=listing.expires_at.isoformat())


def _withdraw(listing: Listing, name: str, *, by: User | None) -> None:
    _require_administrator(by)
    with transaction.atomic():
        _lock(listing)
        if listing.withdrawn_at is None:
            listing.withdrawn_at = timezone.now()
            listing.save(update_fields=["withdrawn_at"])
            audit.record(f"{name}.withdrawn", listing, by=by)


def _lock(listing: Listing) -> None:
    type(listing)._default_manager.select_for_update().get(pk=listing.pk)
    listing.refresh_from_db()


def _require_administrator(by: User | None) -> None:
    if by is not None and not has_role(by, Role.ADMINISTRATOR):
        raise PermissionDenied
