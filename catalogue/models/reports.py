"""Reports of wrong facts, written by members and read by editors."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.enums import FactGroup, ReportState
from catalogue.models.fields import source_url_field
from catalogue.models.tool import Tool


class FactReport(models.Model):
    """A member says that a fact is wrong, and where the right one stands."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="reports", verbose_name=_("tool"))
    group = models.CharField(_("facts"), max_length=12, choices=FactGroup)
    text = models.TextField(_("what is wrong"), max_length=2_000)
    source_url = source_url_field(verbose_name=_("source"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    language = models.CharField(_("language"), max_length=10)
    created_at = models.DateTimeField(_("reported at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.OPEN)
    answer = models.TextField(_("answer"), blank=True, default="", max_length=2_000)

    class Meta:
        verbose_name = _("report of a wrong fact")
        verbose_name_plural = _("reports of wrong facts")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ReportState.values), name="catalogue_report_state"
            ),
            models.CheckConstraint(
                condition=models.Q(group__in=FactGroup.values), name="catalogue_report_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool}: {self.get_group_display()}"
