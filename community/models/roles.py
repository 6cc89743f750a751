"""Roles that one administrator wants to give or take, until another one has said yes or no."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.enums import RoleStep
from hub.core.enums import Role


class RoleChange(models.Model):
    """A role to be given or taken. Written by `community.actions.roles` alone; what was decided stays as history."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_changes")
    step = models.CharField(max_length=10, choices=RoleStep)
    role = models.CharField(max_length=16, choices=Role)
    languages = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    """When the role ends; None where it is taken."""
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(null=True, blank=True)
    """None while nobody has decided."""

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(decided_at__isnull=True),
                name="community_one_open_change_of_a_role",
            ),
            models.CheckConstraint(
                condition=~Q(is_confirmed=True)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="community_role_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed__isnull=True, decided_at__isnull=True)
                | Q(is_confirmed__isnull=False, decided_at__isnull=False),
                name="community_role_change_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="community_role_change_role_known"
            ),
            models.CheckConstraint(
                condition=Q(step__in=RoleStep.values), name="community_role_change_step_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.get_role_display()}"
