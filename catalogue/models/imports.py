"""What the last import wrote, so that the next one never overwrites what a person has corrected since."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedCell(models.Model):
    """The value that an import last wrote into one cell, and the one that an editor has decided against since."""

    table = models.CharField(max_length=40)
    row_key = models.CharField(max_length=200)
    column = models.CharField(max_length=60)
    value_hash = models.CharField(max_length=64)
    refused_hash = models.CharField(max_length=64, blank=True, default="")
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["table", "row_key", "column"], name="catalogue_importedcell_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_key} {self.column}"


class ImportConflict(models.Model):
    """A cell that an import left alone, because somebody had changed it; an editor decides."""

    table = models.CharField(_("table"), max_length=40)
    row_key = models.CharField(_("row"), max_length=200)
    column = models.CharField(_("column"), max_length=60)
    present_value = models.TextField(_("value in the hub"), blank=True)
    imported_value = models.TextField(_("value in the file"), blank=True)
    found_at = models.DateTimeField(_("found at"), auto_now=True)

    class Meta:
        verbose_name = _("import conflict")
        verbose_name_plural = _("import conflicts")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "row_key", "column"], name="catalogue_importconflict_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_key} {self.column}"
