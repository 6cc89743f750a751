"""What search engines may read: the public pages, and where they are in each language."""

from __future__ import annotations

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES, get_language
from hub.models import HomePage, StandardPage

_CLOSED = ("account", "catalogue", "community", "demo", "learning")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Answer robots.txt."""
    closed = [f"/{code}/{part}/" for part in _CLOSED for code in LANGUAGE_CODES]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ("/cms/", *closed))]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer sitemap.xml: every public page in the languages that it has been translated into."""
    site = Site.find_for_request(request)
    pages = (
        Page.objects.live()
        .public()
        .type(HomePage, StandardPage)
        .filter(alias_of__isnull=True, locale__language_code__in=LANGUAGE_CODES)
        .select_related("locale")
        .order_by("path")
    )
    found: dict[object, list[dict[str, object]]] = defaultdict(list)
    for page in pages if site else ():
        if url := page.get_url(request):
            found[page.translation_key].append(
                {
                    "url": request.build_absolute_uri(url),
                    "language": get_language(page.locale.language_code).html_lang,
                    "is_default": page.locale.language_code == DEFAULT_LANGUAGE,
                    "changed_at": page.last_published_at,
                }
            )
    return render(
        request,
        "pages/sitemap.xml",
        {"groups": list(found.values())},
        content_type="application/xml; charset=utf-8",
    )
