"""What the catalogue tells Wagtail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet

from catalogue.admin.group import CatalogueGroup
from catalogue.admin.home import ConflictsItem, ReportsItem, ToolsItem
from catalogue.models import Tool

register_snippet(CatalogueGroup)


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
