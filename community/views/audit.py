"""The record of who did what, for administrators to read. Reading it is recorded, too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from community.actions.audit import note_audit_read
from community.forms import AuditForm
from community.queries.audit import actions_that_occur, find_lines, people_in
from community.views.paged import links_of, page_of, title_of
from hub.core.models import AuditEntry, User
from hub.core.paging import number_of_page
from hub.core.text import clean_query

_TEMPLATE = "community/administration/audit.html"
_BESIDE = ("page", "newest")
_LEFT_OUT, _LONGEST_LEFT_OUT = 5, 60


@require_safe
def read_audit(request: HttpRequest) -> HttpResponse:
    """Show lines, the newest first, page by page. Where something asked for is no such thing, show none.

    `newest` is the line with which the first page began: what is written meanwhile moves no line to another page.
    """
    if not isinstance(request.user, User):
        raise Http404
    by = request.user
    form = AuditForm(request.GET, actions=actions_that_occur(by))
    if not form.is_valid():
        return render(request, _TEMPLATE, {"form": form, "title": gettext("Audit")}, status=422)
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    newest = number_of_page(request.GET["newest"]) if request.GET.get("newest") else None
    if request.method == "GET":
        page_asked = number_of_page(clean_query(request.GET.get("page", ""))) or 1
        own = note_audit_read(by=by, page=page_asked, asked=urlencode(asked))
        newest = min(newest or own, own)
    page = page_of(request, find_lines(by, **form.cleaned_data, newest=newest))
    links = links_of(request, page, {**asked, **({"newest": str(newest)} if newest else {})})
    context = {
        **links,
        "form": form,
        "title": title_of(gettext("Audit"), page),
        "lines": _lines(list(page)),
        "is_narrowed": bool(asked),
        "left_out": [*([links["left_out"]] if links["left_out"] else []), *_not_understood(request)],
    }
    return render(request, _TEMPLATE, context)


def _lines(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    entries = list(entries)
    people = people_in(entries)
    return [
        {
            "entry": entry,
            "by_url": f"?{urlencode({'by': entry.actor_label})}",
            "details": [(key, _plain(value)) for key, value in entry.details.items()],
            "person": people.get(entry.subject_id) if entry.subject_type == User._meta.label_lower else None,
            "about": f"{entry.subject_type}:{entry.subject_id}",
            "about_url": f"?{urlencode({'about': f'{entry.subject_type}:{entry.subject_id}'})}",
        }
        for entry in entries
    ]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _not_understood(request: HttpRequest) -> list[str]:
    """Return what stands in the address and asks for nothing, so that nobody takes all lines for what they wanted."""
    wrong = [
        name
        for name, values in request.GET.lists()
        if name not in (*AuditForm.base_fields, *_BESIDE)
        or len(values) > 1
        or (name == "newest" and number_of_page(values[0]) is None)
    ]
    return [clean_query(name)[:_LONGEST_LEFT_OUT] for name in wrong[:_LEFT_OUT]]
