"""Agencies, the mail domains that are theirs, and who belongs to them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

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


class AgencyDomain(models.Model):
    """A mail domain of an agency. It counts once a second person has confirmed it, and until it expires."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    """In small ASCII letters, as `community.validators.canonical_domain` returns it."""
    source_url = models.URLField(max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(withdrawn_at__isnull=True),
                name="community_domain_of_one_agency",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="community_domain_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, expires_at__isnull=True)
                | Q(confirmed_at__isnull=False, expires_at__isnull=False),
                name="community_domain_confirmed_until",
            ),
        ]

    def __str__(self) -> str:
        return self.domain


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


class FocalPoint(models.Model):
    """A member who says, for a country, whether an applicant is one of its officers. Counts once a second person agrees."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="focal_points")
    country = models.CharField(max_length=2)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(withdrawn_at__isnull=True),
                name="community_focal_point_of_one_country",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="community_focal_point_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, expires_at__isnull=True)
                | Q(confirmed_at__isnull=False, expires_at__isnull=False),
                name="community_focal_point_confirmed_until",
            ),
        ]

    def __str__(self) -> str:
        return self.country
