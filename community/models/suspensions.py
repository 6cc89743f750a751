"""Who was suspended, why and by whom, and the two who lifted it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.enums import SuspensionReason
from hub.core.enums import MembershipState

_BEFORE = [state for state in MembershipState.values if state != MembershipState.SUSPENDED]


class Suspension(models.Model):
    """A suspension, from its first moment to its lifting. Written by actions alone; what was lifted stays as history."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="suspensions")
    state_before = models.CharField(max_length=12, choices=MembershipState)
    """The state that lifting gives back. When the membership ends stands with the person, and does not change."""
    reason = models.CharField(max_length=16, choices=SuspensionReason, blank=True)
    """Empty where it is not known."""
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """None for the command line."""
    suspended_at = models.DateTimeField(null=True, blank=True)
    """None where nothing is known of it."""
    lift_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lift_proposed_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(lifted_at__isnull=True),
                name="community_one_open_suspension",
            ),
            models.CheckConstraint(
                condition=Q(lift_proposed_by__isnull=True, lift_proposed_at__isnull=True)
                | (
                    Q(lift_proposed_by__isnull=False, lift_proposed_at__isnull=False)
                    & ~Q(lift_proposed_by=F("user"))
                ),
                name="community_lifting_proposed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | (
                    Q(lifted_by__isnull=False, lifted_at__isnull=False, lift_proposed_by__isnull=False)
                    & ~Q(lifted_by=F("lift_proposed_by"))
                    & ~Q(lifted_by=F("user"))
                ),
                name="community_lifted_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *SuspensionReason.values]),
                name="community_suspension_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(state_before__in=_BEFORE), name="community_state_before_suspension_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
