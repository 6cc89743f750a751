"""The three rooms: what each is for, which are open, and an honest page for those that are not."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True)
class Room:
    """A room in the words of the active language; `title` is short, `contents` says what it will hold once it opens."""

    code: str
    title: str
    name: str
    promise: str
    is_open: bool
    url: str
    contents: tuple[str, ...] = ()


def rooms() -> tuple[Room, ...]:
    """Return the three rooms in the order of the masthead."""
    return (
        Room(
            "catalogue",
            gettext("Catalogue"),
            gettext("Catalogue"),
            gettext(
                "Find the tool that fits your case, and see what is known about it, from which source, since when."
            ),
            True,
            reverse("catalogue:index"),
        ),
        Room(
            "learning",
            gettext("Learning"),
            gettext("Learning Centre"),
            gettext(
                "Learn to use AI responsibly, look after yourself, and earn a certificate that anyone can verify."
            ),
            False,
            reverse("learning:index"),
            (
                gettext("Courses on responsible use, with questions that explain their answers"),
                gettext("Live trainings with nominations and attendance"),
                gettext("Certificates that an employer or a court can check"),
            ),
        ),
        Room(
            "community",
            gettext("Community"),
            gettext("Community"),
            gettext(
                "Find the colleague who has done this before. You decide who sees each line of your profile."
            ),
            False,
            reverse("community:index"),
            (
                gettext("A directory of officers that two people vet, without any list to copy"),
                gettext("Contact requests with a reason, which you accept or silently decline"),
                gettext("Conversations that reveal no address until you do"),
            ),
        ),
    )


@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Say what the Learning Centre will be."""
    return _closed_room(request, "learning")


@require_safe
def community(request: HttpRequest) -> HttpResponse:
    """Say what the Community will be."""
    return _closed_room(request, "community")


def _closed_room(request: HttpRequest, code: str) -> HttpResponse:
    by_code = {room.code: room for room in rooms()}
    return render(request, "pages/room.html", {"room": by_code[code], "catalogue": by_code["catalogue"]})


learning_urls = ([path("", learning, name="index")], "learning")
community_urls = ([path("", community, name="index")], "community")
