"""Who makes a tool."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from catalogue.models.vocabulary import INDEX_TOPIC
from catalogue.validators import validate_source_url
from hub.core import audit, outbox


class Vendor(models.Model):
    """A company, agency, university or project that makes tools."""

    name = models.CharField(_("name"), max_length=160, unique=True)
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    url = models.CharField(
        _("address"), max_length=500, blank=True, default="", validators=[validate_source_url]
    )

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the index learns of every tool of this vendor in the same transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            outbox.enqueue(INDEX_TOPIC, self.tools.values_list("pk", flat=True))
            audit.record("vendor.saved", self)
