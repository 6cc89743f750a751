"""Work that has to happen after a change: told to a search index, sent as a mail."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class OutboxEntry(models.Model):
    """One piece of work, written in the transaction of the change that caused it."""

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    available_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["topic", "available_at", "id"], name="core_outbox_due")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
