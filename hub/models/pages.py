"""The public pages: home, and plain ones such as about and neutrality."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from hub.core.blocks import BodyBlock, StatementBlock

RESERVED_SLUGS = frozenset(
    {"catalogue", "learning", "community", "join", "account", "demo", "translate", "vetting", "cms", "api"}
)
"""First parts of addresses that the rooms answer; a page there would never be seen."""


class HubPage(Page):
    """What home and plain pages share."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse an address that belongs to a room."""
        super().clean()
        if self.depth in (None, 3) and self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This address belongs to a room of the hub. Choose another.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add where the same page is in the other languages."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        translations = self.get_translations(inclusive=True).live().select_related("locale")
        context["page_urls"] = {page.locale.language_code: page.get_url(request) for page in translations}
        return context


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
