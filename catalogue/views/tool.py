"""The page of one tool."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalogue.data import CatalogueQuery
from catalogue.models import Tool
from catalogue.queries.provenance import text_states
from catalogue.queries.taxonomy import CAPABILITY, current_taxonomy
from catalogue.queries.tools import present_slug, similar_tools, visible_to, with_record
from catalogue.search.addresses import query_string
from catalogue.search.indexing import service
from catalogue.views.record import Record
from catalogue.views.rows import made_by, stage_labels
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.search import IndexUnavailable
from hub.core.translation import text_in

_SIMILAR = 5


@require_safe
def tool(request: HttpRequest, slug: str) -> HttpResponse:
    """Show everything that is known about a tool; a former address leads to the present one."""
    shown = with_record(visible_to(request.user)).filter(slug=slug).first()  # type: ignore[arg-type]
    if shown is None:
        present = present_slug(slug, request.user)  # type: ignore[arg-type]
        if present is None:
            raise Http404
        return redirect("catalogue:tool", slug=present, permanent=True)
    context = record_context(shown)
    context["similar"] = similar_tools(_similar_keys(shown), request.user)  # type: ignore[arg-type]
    return render(request, "catalogue/tool.html", context)


def preview(request: HttpRequest, shown: Tool) -> HttpResponse:
    """Show a draft as its page; the model names this view for the previews of the editors' desk."""
    return render(request, "catalogue/tool.html", record_context(shown))


def record_context(shown: Tool) -> dict[str, Any]:
    """Return what the page of a tool needs; the preview of a draft uses it too."""
    language = get_language() or DEFAULT_LANGUAGE
    taxonomy = current_taxonomy()
    record = Record(shown, taxonomy)
    summary, summary_language = text_in(shown, "summary")
    capability = next(iter(shown.capabilities.all()), None)
    return {
        "tool": shown,
        "record": record,
        "by": made_by(shown),
        "summary": summary,
        "summary_language": summary_language,
        "summary_state": text_states([shown], ("summary",), language)[shown.pk, "summary"],
        "capability": {
            "title": taxonomy.label(CAPABILITY, capability.code),
            "url": _list_of_capability(capability.code),
        }
        if capability
        else None,
        "stages": stage_labels(taxonomy),
        "today": timezone.localdate(),
    }


def _list_of_capability(code: str) -> str:
    return query_string(CatalogueQuery(filters={"capability": (code,)}))


def _similar_keys(shown: Tool) -> list[int]:
    try:
        return [int(hit.key) for hit in service().similar(str(shown.pk), _SIMILAR)]
    except IndexUnavailable:
        return []
