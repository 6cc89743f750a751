"""The first page: for visitors the home page of their language, for members their desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe
from wagtail.views import serve

from catalogue import api as catalogue
from hub.core.access import is_member
from hub.core.languages import DEFAULT_LANGUAGE
from hub.views.rooms import rooms

_CAUTIONS_SHOWN = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a member the desk, everybody else the home page."""
    if is_member(request.user):
        return desk(request)
    response: HttpResponse = serve(request, "")
    return response


def desk(request: HttpRequest) -> HttpResponse:
    """Show what a member does first: search, stages, cautions, and what will stand here later."""
    request.members_only = True  # type: ignore[attr-defined]
    index = reverse("catalogue:index")
    return render(
        request,
        "pages/desk.html",
        {
            "examples": _examples(),
            "stage_links": catalogue.stage_links(request.user),
            "cautions": catalogue.latest_cautions(request.user, _CAUTIONS_SHOWN),
            "catalogue_url": index,
            "all_cautions_url": f"{index}?cautions=yes",
            "valid_until": request.user.membership_valid_until,
            "rooms": rooms(),
        },
    )


def _examples() -> list[dict[str, str]]:
    """Return searches to try: two in the page's language, one in another script."""
    language = get_language() or DEFAULT_LANGUAGE
    other = ("zh-hans", "人脸识别") if language == "ar" else ("ar", "التعرف على الوجوه")
    return [
        {"text": gettext("hash matching"), "language": language},
        {"text": gettext("transcribe Arabic audio"), "language": language},
        {"text": other[1], "language": other[0]},
    ]
