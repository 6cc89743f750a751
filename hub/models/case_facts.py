"""Dated figures from outside, each with its source, for the public home page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from hub.core.translation import PinnedTranslations, text_in

_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A dated figure as a page shows it: `day` if its date is a year, month or day, else `words`, each with a language."""

    text: str
    language: str
    day: str
    words: str
    words_language: str
    source: str
    source_url: str


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

    def shown(self) -> ShownFact:
        """Return what a page shows of it in the active language."""
        text, language = text_in(self, "fact")
        words, words_language = text_in(self, "as_of")
        is_date = bool(_DATE.fullmatch(words))
        host = urlsplit(self.source_url).hostname or ""
        return ShownFact(
            text=text,
            language=language,
            day=words if is_date else "",
            words="" if is_date else words,
            words_language=words_language,
            source=self.source_title or host.removeprefix("www."),
            source_url=self.source_url,
        )
