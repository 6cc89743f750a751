"""The two rooms that are not open yet: an honest page instead of a dead link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe


@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Say what the Learning Centre will be."""
    return render(
        request,
        "pages/room.html",
        {
            "heading": gettext("Learning Centre"),
            "promise": gettext(
                "Learn to use AI responsibly, look after yourself, and earn a certificate that anyone can verify."
            ),
            "contents": [
                gettext("Courses on responsible use, with questions that explain their answers"),
                gettext("Live trainings with nominations and attendance"),
                gettext("Certificates that an employer or a court can check"),
            ],
        },
    )


@require_safe
def community(request: HttpRequest) -> HttpResponse:
    """Say what the Community will be."""
    return render(
        request,
        "pages/room.html",
        {
            "heading": gettext("Community"),
            "promise": gettext(
                "Find the colleague who has done this before. You decide who sees each line of your profile."
            ),
            "contents": [
                gettext("A directory of officers that two people vet, without any list to copy"),
                gettext("Contact requests with a reason, which you accept or silently decline"),
                gettext("Conversations that reveal no address until you do"),
            ],
        },
    )


learning_urls = ([path("", learning, name="index")], "learning")
community_urls = ([path("", community, name="index")], "community")
