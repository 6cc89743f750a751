"""Agencies, the mail domains that are theirs, and who belongs to them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from community.enums import AgencyKind


class Agency(models.Model):
    """A public authority whose officers may become members."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    """ISO 3166-1 alpha-2."""
    kind = models.CharField(max_length=20, choices=AgencyKind)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(Lower("name"), "country", name="community_agency_once_a_country"),
            models.CheckConstraint(
                condition=Q(kind__in=AgencyKind.values), name="community_agency_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListingQuerySet(models.QuerySet[Any]):
    """Listings, by whether they count."""

    def counting(self, now: datetime | None = None) -> Self:
        """Return those that a second person has confirmed, that have not expired and were not withdrawn."""
        return self.filter(
            confirmed_at__isnull=False, expires_at__gt=now or timezone.now(), withdrawn_at__isnull=True
        )


class Listing(models.Model):
    """What counts once a second person has confirmed it, until it expires. What was withdrawn stays as history."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None for the command line."""
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="%(app_label)s_%(class)s_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, expires_at__isnull=True)
                | Q(confirmed_at__isnull=False, expires_at__isnull=False),
                name="%(app_label)s_%(class)s_confirmed_until",
            ),
        ]


class AgencyDomain(Listing):
    """A mail domain of an agency."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    """In small ASCII letters, as `community.validators.canonical_domain` returns it."""
    source_url = models.URLField(max_length=500)

    class Meta(Listing.Meta):
        constraints = [
            *Listing.Meta.constraints,
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(withdrawn_at__isnull=True),
                name="community_domain_of_one_agency",
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class FocalPoint(Listing):
    """A member who says, for a country, whether an applicant is one of its officers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="focal_points")
    country = models.CharField(max_length=2)

    class Meta(Listing.Meta):
        constraints = [
            *Listing.Meta.constraints,
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(withdrawn_at__isnull=True),
                name="community_focal_point_of_one_country",
            ),
        ]

    def __str__(self) -> str:
        return self.country


class Officer(models.Model):
    """To which agency a member belongs, as it was verified."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="officer")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="officers")
    country = models.CharField(max_length=2)
    verified_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)
