"""The public pages: home, and plain ones such as about and neutrality."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation

from hub.core.blocks import BodyBlock, StatementBlock
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.models.case_facts import CaseFact, ShownFact

RESERVED_SLUGS = frozenset(
    {
        "catalogue",
        "learning",
        "community",
        "join",
        "account",
        "administration",
        "demo",
        "translate",
        "vetting",
        "cms",
        "api",
    }
)
"""First parts of addresses that the rooms answer; a page there would never be seen."""

TextState = Literal["source", "draft", "reviewed", "changed", "untranslated"]

_FACTS_AT_ONCE = 6
_LONG_PAGE = 3  # headings
_SCHEME = re.compile(r"^https?://(www\.)?")


class HubPage(Page):
    """What home and plain pages share."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse an address that belongs to a room."""
        super().clean()
        if self.depth in (None, 3) and self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This address belongs to a room of the hub. Choose another.")})

    @cached_property
    def text_language(self) -> str:
        """The code of the language that the text is in: an alias still has the text of its source."""
        page = self.alias_of if self.alias_of_id else self
        return str(page.locale.language_code)

    @cached_property
    def text_state(self) -> TextState:
        """Where the text comes from: written here, translated by a machine or a person, outdated, or not translated."""
        if self.text_language != self.locale.language_code:
            return "untranslated"
        if self.locale.language_code == DEFAULT_LANGUAGE:
            return "source"
        segments = StringSegment.objects.filter(
            source__object_id=self.translation_key, source__locale__language_code=DEFAULT_LANGUAGE
        ).exclude(string__data="")
        if segments.annotate_translation(self.locale).filter(translation__isnull=True).exists():
            return "changed"
        drafts = StringTranslation.objects.filter(
            locale=self.locale,
            context__object_id=self.translation_key,
            translation_of__segments__context=F("context"),
            translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
        ).exclude(context__path="slug")
        return "draft" if drafts.exists() else "reviewed"

    def urls_by_language(self, request: HttpRequest | None = None) -> dict[str, str]:
        """Return where the page is in each language; where it is not, that language's home page."""
        urls = {code: f"/{code}/" for code in LANGUAGE_CODES}
        for page in self.get_translations(inclusive=True).live().select_related("locale"):
            urls[page.locale.language_code] = page.get_url(request)
        return urls

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add where the text comes from; tell the language bar where the page is in the other languages."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        request.page_urls = self.urls_by_language(request)  # type: ignore[attr-defined]
        source_url = request.page_urls[DEFAULT_LANGUAGE]  # type: ignore[attr-defined]
        return {
            **context,
            "text_language": self.text_language,
            "text_state": self.text_state,
            "source_text_url": source_url if self.text_state in ("draft", "changed") else "",
        }


class HomePage(HubPage):
    """The page that a visitor sees who has not signed in."""

    heading = models.CharField(_("heading"), max_length=120)
    lead = models.TextField(_("lead"), max_length=600)
    joining = models.TextField(_("how to join"), max_length=400, blank=True)
    rules = StreamField([("rule", StatementBlock())], verbose_name=_("rules of honesty"), blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("lead"),
        FieldPanel("joining"),
        FieldPanel("rules"),
    ]
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["hub.StandardPage"]
    template = "pages/home.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add a record and figures of the catalogue, and dated figures from elsewhere."""
        from catalogue import api as catalogue  # noqa: PLC0415 - it stands on models that load after this one

        context = super().get_context(request, *args, **kwargs)
        figures = catalogue.figures()
        counts = dict(figures.by_stage)
        stages = catalogue.stage_links(AnonymousUser())
        stage_rows = [{"label": stage.label, "count": counts.get(stage.code, 0)} for stage in stages]
        labels = catalogue.gap_labels()
        gap_rows = [{"label": labels[name], "count": count} for name, count in figures.not_known if count]
        specimen = catalogue.specimen()
        served = specimen.stages if specimen else ()
        facts = [fact.shown() for fact in CaseFact.objects.filter(is_shown=True)]
        return {
            **context,
            "figures": figures,
            "stages": stages,
            "stage_rows": stage_rows,
            "gap_rows": gap_rows,
            "longest_bar": max([*counts.values(), *dict(figures.not_known).values()], default=0),
            "specimen": specimen,
            "specimen_stages": [stage.label for stage in stages if stage.code in served],
            "caution_source_label": _SCHEME.sub("", specimen.caution_source) if specimen else "",
            # As the reader's eye goes along the first two rules: side by side, not one below the other.
            "rule_columns": [column for column in (self.rules[::2], self.rules[1::2]) if column],
            "first_facts": _columns(facts[:_FACTS_AT_ONCE]),
            "more_facts": _columns(facts[_FACTS_AT_ONCE:]),
            "more_facts_number": len(facts[_FACTS_AT_ONCE:]),
        }


class StandardPage(HubPage):
    """A page of text."""

    lead = models.TextField(_("lead"), max_length=600, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types: ClassVar = ["hub.HomePage", "hub.StandardPage"]
    subpage_types: ClassVar = ["hub.StandardPage"]
    template = "pages/standard.html"

    class Meta:
        verbose_name = _("page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the blocks, headings with an anchor each, and the contents of a long page."""
        context = super().get_context(request, *args, **kwargs)
        blocks = []
        anchors: set[str] = set()
        for block in self.body:
            anchor = _anchor(str(block.value), anchors) if block.block_type == "heading" else ""
            blocks.append({"block": block, "anchor": anchor})
        headings = [
            {"title": str(item["block"].value), "url": f"#{item['anchor']}"}
            for item in blocks
            if item["anchor"]
        ]
        return {**context, "blocks": blocks, "contents": headings if len(headings) >= _LONG_PAGE else []}


def _columns(facts: list[ShownFact]) -> list[list[ShownFact]]:
    """Return the facts in two columns, the first one as long as the second or one longer."""
    middle = (len(facts) + 1) // 2
    return [column for column in (facts[:middle], facts[middle:]) if column]


def _anchor(heading: str, taken: set[str]) -> str:
    """Return an id for a heading that no other heading of the page has."""
    base = slugify(heading, allow_unicode=True) or "part"
    anchor = next(
        name
        for number in range(1, len(taken) + 2)
        if (name := base if number == 1 else f"{base}-{number}") not in taken
    )
    taken.add(anchor)
    return anchor
