"""One-time links with which somebody who was let in sets a password."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class EnrolmentLink(models.Model):
    """A link that works once and for a day. Only a hash of its token is kept."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.token_hash[:8]
