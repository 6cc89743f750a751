"""Where each translated text comes from, and which source text it was made from."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from hub.core.enums import TextOrigin
from hub.core.languages import LANGUAGE_CODES


class TextProvenance(models.Model):
    """One record per object, field and language. A changed source text shows by its hash."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=60)
    language = models.CharField(max_length=10, choices=[(code, code) for code in LANGUAGE_CODES])
    origin = models.CharField(max_length=10, choices=TextOrigin)
    source_hash = models.CharField(max_length=64, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field", "language"],
                name="core_provenance_once_per_text",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.field} {self.language}: {self.origin}"
