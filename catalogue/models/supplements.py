"""What no other catalogue has: how a tool gets into use, what leaves the network, how it errs, what to beware of."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from catalogue.enums import Vocabulary
from catalogue.models.fields import (
    code_constraint,
    code_field,
    codes_field,
    reduced_date_field,
    source_url_field,
)
from catalogue.models.tool import Tool
from catalogue.models.vocabulary import INDEX_TOPIC, Capability
from hub.core import audit, outbox
from hub.core.translation import PinnedTranslations


class Supplement(PinnedTranslations):
    """A record about a tool with a source of its own. Saving or deleting it tells the index about the tool."""

    tool: Tool
    source_url = source_url_field(verbose_name=_("source"))
    note = models.TextField(_("note"), blank=True, default="", max_length=1_000)
    checked_on = reduced_date_field(verbose_name=_("checked on"))
    confidence = code_field(Vocabulary.CONFIDENCE, verbose_name=_("confidence"), default="source")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}: {self.tool}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the index and the audit learn of it in the same transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._changed("saved")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; as `save`."""
        with transaction.atomic():
            self._changed("deleted")
            return super().delete(*args, **kwargs)

    def _changed(self, verb: str) -> None:
        outbox.enqueue(INDEX_TOPIC, [self.tool_id])  # type: ignore[attr-defined]
        audit.record(f"{self._meta.model_name}.{verb}", self, tool=self.tool_id)  # type: ignore[attr-defined]


class Implementation(Supplement):
    """How a tool gets into use: steps, time, skills, hardware."""

    tool = models.OneToOneField(Tool, on_delete=models.CASCADE, related_name="implementation")
    install_kind = code_field(Vocabulary.INSTALL_KIND, verbose_name=_("way of installation"))
    steps = models.TextField(_("steps"), blank=True, default="", help_text=_("One step a line."))
    prerequisites = models.TextField(_("prerequisites"), blank=True, default="", help_text=_("One a line."))
    hardware = models.CharField(_("hardware"), max_length=400, blank=True, default="")
    gpu = code_field(Vocabulary.GPU, verbose_name=_("graphics processor"))
    setup_effort = code_field(Vocabulary.SETUP_EFFORT, verbose_name=_("time to set up"))
    skills = codes_field(Vocabulary.SKILL, verbose_name=_("skills"))
    air_gapped_install = code_field(
        Vocabulary.AIR_GAPPED_INSTALL, verbose_name=_("installation without a network")
    )
    model_download_mb = models.PositiveIntegerField(_("download of models (MB)"), null=True, blank=True)
    price_note = models.CharField(_("price"), max_length=400, blank=True, default="")
    support = models.CharField(_("support"), max_length=400, blank=True, default="")
    training = models.CharField(_("training"), max_length=400, blank=True, default="")
    last_release = models.CharField(_("last release"), max_length=80, blank=True, default="")
    last_release_on = reduced_date_field(verbose_name=_("released on"))

    class Meta:
        verbose_name = _("implementation")
        verbose_name_plural = _("implementations")
        constraints = [
            code_constraint("implementation", "install_kind", Vocabulary.INSTALL_KIND),
            code_constraint("implementation", "gpu", Vocabulary.GPU),
            code_constraint("implementation", "setup_effort", Vocabulary.SETUP_EFFORT),
            code_constraint("implementation", "air_gapped_install", Vocabulary.AIR_GAPPED_INSTALL),
        ]


class DataFlow(Supplement):
    """What leaves the network of the agency, where it goes and how long it stays."""

    tool = models.OneToOneField(Tool, on_delete=models.CASCADE, related_name="data_flow")
    data_leaves = code_field(Vocabulary.DATA_LEAVES, verbose_name=_("data leaves the network"))
    what_leaves = models.CharField(_("what leaves"), max_length=400, blank=True, default="")
    where_to = models.CharField(_("where to"), max_length=400, blank=True, default="")
    retention = models.CharField(_("kept for"), max_length=400, blank=True, default="")
    vendor_training_use = code_field(
        Vocabulary.VENDOR_TRAINING_USE, verbose_name=_("trains the vendor’s models")
    )
    telemetry = code_field(Vocabulary.TELEMETRY, verbose_name=_("usage statistics"))
    offline_mode = code_field(Vocabulary.OFFLINE_CAPABLE, verbose_name=_("can be run offline"))

    class Meta:
        verbose_name = _("data flow")
        verbose_name_plural = _("data flows")
        constraints = [
            code_constraint("dataflow", "data_leaves", Vocabulary.DATA_LEAVES),
            code_constraint("dataflow", "vendor_training_use", Vocabulary.VENDOR_TRAINING_USE),
            code_constraint("dataflow", "telemetry", Vocabulary.TELEMETRY),
            code_constraint("dataflow", "offline_mode", Vocabulary.OFFLINE_CAPABLE),
        ]


class ErrorMeasure(Supplement):
    """One published measure of how a tool errs. It holds for its test set only."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="error_measures")
    capability = models.ForeignKey(
        Capability,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("capability"),
    )
    measure = code_field(Vocabulary.MEASURE, verbose_name=_("measure"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=6)
    printed_value = models.CharField(_("value as printed"), max_length=40)
    unit = code_field(Vocabulary.UNIT, verbose_name=_("unit"))
    threshold = models.CharField(_("threshold"), max_length=120, blank=True, default="")
    version = models.CharField(_("version"), max_length=120, blank=True, default="")
    test_set = models.CharField(_("test set"), max_length=200, blank=True, default="")
    test_set_size = models.CharField(_("size of the test set"), max_length=120, blank=True, default="")
    group = models.CharField(_("group"), max_length=160, blank=True, default="")
    measured_by = code_field(Vocabulary.MEASURED_BY, verbose_name=_("measured by"))
    published_on = reduced_date_field(verbose_name=_("published on"))
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("error measure")
        verbose_name_plural = _("error measures")
        ordering = ["position", "pk"]
        constraints = [
            code_constraint("errormeasure", "measure", Vocabulary.MEASURE),
            code_constraint("errormeasure", "unit", Vocabulary.UNIT),
            code_constraint("errormeasure", "measured_by", Vocabulary.MEASURED_BY),
        ]


class Caution(Supplement):
    """Something to beware of, with its source. Always shown."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="cautions")
    kind = code_field(Vocabulary.CAUTION_KIND, verbose_name=_("kind"), default="general")
    text = models.TextField(_("text"), max_length=1_000)
    issued_by = models.CharField(_("issued by"), max_length=160, blank=True, default="")
    issued_on = reduced_date_field(verbose_name=_("issued on"))
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("caution")
        verbose_name_plural = _("cautions")
        ordering = ["position", "pk"]
        constraints = [code_constraint("caution", "kind", Vocabulary.CAUTION_KIND)]
