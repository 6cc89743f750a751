"""Capabilities, stages and the values of the closed vocabularies: their words in six languages."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from catalogue.enums import Vocabulary
from hub.core import audit, outbox
from hub.core.models import Counter
from hub.core.translation import PinnedTranslations, text_in

TAXONOMY_COUNTER = "taxonomy"
INDEX_TOPIC = "index:tools"
EVERY_TOOL = "*"


class Concept(PinnedTranslations):
    """Something that has one code and, in each language, a label, a definition and synonyms."""

    code = models.SlugField(_("code"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    definition = models.TextField(_("definition"), blank=True, default="")
    synonyms = models.TextField(
        _("synonyms"),
        blank=True,
        default="",
        help_text=_("Other words under which it is searched, one a line."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return text_in(self, "label")[0] or self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; what is cached of the taxonomy and the search index learn of it in the same transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._changed("taxonomy.saved")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; as `save`."""
        with transaction.atomic():
            self._changed("taxonomy.deleted")
            return super().delete(*args, **kwargs)

    def _changed(self, action: str) -> None:
        Counter.renew(TAXONOMY_COUNTER)
        outbox.enqueue(INDEX_TOPIC, [EVERY_TOOL])
        audit.record(action, self, code=self.code)


class Capability(Concept):
    """What a tool can do, such as recognising faces."""

    class Meta(Concept.Meta):
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        constraints = [models.UniqueConstraint(fields=["code"], name="catalogue_capability_code_unique")]


class Stage(Concept):
    """A step of an investigation: eight in order, and wellbeing across all of them."""

    short_label = models.CharField(_("short label"), max_length=60, blank=True, default="")

    class Meta(Concept.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [models.UniqueConstraint(fields=["code"], name="catalogue_stage_code_unique")]


class VocabularyValue(Concept):
    """One value of a closed vocabulary. Editors change its words, never its code."""

    vocabulary = models.CharField(
        _("vocabulary"), max_length=40, choices=[(str(name), str(name)) for name in Vocabulary]
    )

    class Meta(Concept.Meta):
        verbose_name = _("vocabulary value")
        verbose_name_plural = _("vocabulary values")
        ordering = ["vocabulary", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "code"], name="catalogue_vocabularyvalue_code_unique"
            )
        ]
