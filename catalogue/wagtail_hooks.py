"""What the catalogue tells Wagtail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Revision
from wagtail.signals import published
from wagtail.snippets.models import register_snippet

from catalogue.actions.vouch_for_texts import columns_without_origin, vouch_for_texts
from catalogue.admin.group import CatalogueGroup
from catalogue.admin.home import ConflictsItem, ReportsItem, ToolsItem
from catalogue.models import Tool
from catalogue.models.tool import TEXT_COLUMNS

register_snippet(CatalogueGroup)


@receiver(published, sender=Tool)
def vouch_for_published_texts(instance: Tool, revision: Revision, **kwargs: Any) -> None:
    """Note who wrote the texts that a publication has changed. Drafts are seen by nobody and need no note."""
    before = instance.replaced
    changed = {column for column in TEXT_COLUMNS if before.get(column) != getattr(instance, column)}
    if not before.get("live"):
        changed |= columns_without_origin(instance)
    vouch_for_texts(instance, changed, by=revision.user)


@hooks.register("before_delete_snippet")
def keep_published_tools(request: HttpRequest, instances: Iterable[models.Model]) -> HttpResponse | None:
    """A published tool is withdrawn first, and deleted then if it must be: members may have it on a list."""
    for instance in instances:
        if isinstance(instance, Tool) and instance.live:
            messages.error(
                request,
                gettext("“%(tool)s” is published. Unpublish it first.") % {"tool": instance.name},
            )
            return redirect("wagtailsnippets_catalogue_tool:edit", instance.pk)
    return None


@hooks.register("construct_homepage_summary_items")
def count_what_waits(request: HttpRequest, items: list[Any]) -> None:
    """Show first what waits for an editor."""
    items[:0] = [ToolsItem(request), ReportsItem(request), ConflictsItem(request)]
