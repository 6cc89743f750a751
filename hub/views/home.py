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
from hub.core.models import User
from hub.views.rooms import rooms

_CAUTIONS_SHOWN = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a member the desk, everybody else the home page."""
    user = request.user
    if isinstance(user, User) and is_member(user):
        return desk(request, user)
    response: HttpResponse = serve(request, "")
    return response


def desk(request: HttpRequest, user: User) -> HttpResponse:
    """Show what a member does first: search, stages, cautions, and what will stand here later."""
    request.members_only = True  # type: ignore[attr-defined]
    index = reverse("catalogue:index")
    return render(
        request,
        "pages/desk.html",
        {
            "examples": _examples(),
            "stage_links": catalogue.stage_links(user),
            "cautions": catalogue.latest_cautions(user, _CAUTIONS_SHOWN),
            "catalogue_url": index,
            "all_cautions_url": f"{index}?cautions=yes",
            "valid_until": user.membership_valid_until,
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
