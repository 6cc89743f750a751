"""Dated figures from outside, each with its source, for the public home page."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from hub.core.translation import PinnedTranslations


class CaseFact(PinnedTranslations):
    """One figure: what it says, of when it is, and who says so."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    fact = models.TextField(_("fact"), max_length=600)
    figure = models.CharField(_("figure"), max_length=80, blank=True, default="")
    as_of = models.CharField(_("as of"), max_length=60, blank=True, default="")
    source_url = models.CharField(
        _("source"),
        max_length=500,
        blank=True,
        default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    source_title = models.CharField(_("title of the source"), max_length=300, blank=True, default="")
    is_shown = models.BooleanField(_("shown on the home page"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    panels: ClassVar = [
        FieldPanel("fact"),
        FieldPanel("figure"),
        FieldPanel("as_of"),
        FieldPanel("source_url"),
        FieldPanel("source_title"),
        FieldPanel("is_shown"),
        FieldPanel("position"),
    ]

    class Meta:
        verbose_name = _("dated figure")
        verbose_name_plural = _("dated figures")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.fact[:80]
