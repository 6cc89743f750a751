"""Reporting a wrong fact."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from catalogue.actions.report_fact import report_fact
from catalogue.enums import FactGroup
from catalogue.forms import ReportForm
from catalogue.queries.tools import visible_to
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.requests import kept_form


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what is wrong, keep the report, and lead back to the tool."""
    tool = get_object_or_404(visible_to(request.user), slug=slug)  # type: ignore[arg-type]
    group = request.GET.get("group", "")
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        initial={
            "group": group if group in FactGroup.values else None,
            **kept_form(request, request.path_info),
        },
    )
    if form.is_valid():
        report_fact(
            tool,
            by=request.user,  # type: ignore[arg-type]
            group=FactGroup(form.cleaned_data["group"]),
            text=form.cleaned_data["text"],
            source_url=form.cleaned_data["source_url"],
            language=get_language() or DEFAULT_LANGUAGE,
        )
        messages.success(
            request,
            gettext("Your report has reached the editors. They compare it with the source and answer it."),
        )
        return redirect(tool)
    return render(
        request,
        "catalogue/report.html",
        {"tool": tool, "form": form},
        status=422 if form.is_bound else 200,
    )
