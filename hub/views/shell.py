"""What every page needs around its content: languages, rooms, account and footer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, pgettext

from community import api as community
from hub.core.access import has_role, is_member
from hub.core.enums import Role
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES, LANGUAGES
from hub.settings import env
from hub.views.rooms import rooms

_ROOMS = ("catalogue", "learning", "community")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: return the values that base.html documents."""
    user = getattr(request, "user", None)
    member = user is not None and is_member(user)
    match = request.resolver_match
    room = match.namespace if match is not None and match.namespace in _ROOMS else ""
    return {
        "site_name": env.SITE_NAME or pgettext("name of this site", "The Hub"),
        "site_tagline": gettext("AI tools, training, colleagues"),
        "demo_mode": settings.DEMO,
        "language_links": language_links(request, getattr(request, "page_urls", None)),
        "current_room": room,
        "room_links": rooms(),
        "is_signed_in": bool(user is not None and user.is_authenticated),
        "desk_url": reverse("home") if member else "",
        "account_url": _reverse_or_empty("account_overview"),
        "sign_in_url": _reverse_or_empty("account_login"),
        "demo_url": _reverse_or_empty("demo") if settings.DEMO else "",
        "vetting_url": reverse("vetting") if user is not None and has_role(user, Role.VETTER) else "",
        "country_url": reverse("vetting_country")
        if user is not None and community.speaks_for_a_country(user)
        else "",
        "administration_url": (
            reverse("administration") if user is not None and has_role(user, Role.ADMINISTRATOR) else ""
        ),
        "is_editor": user is not None and has_role(user, Role.EDITOR, Role.TRANSLATOR),
        "cms_url": reverse("wagtailadmin_home"),
        "theme": getattr(user, "theme", "") or "",
        "members_only": bool(getattr(request, "members_only", False)),
        "support_address": env.SUPPORT_ADDRESS,
        "footer_links": _footer_links(member),
    }


def language_links(request: HttpRequest, page_urls: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the language bar: the same object and the same query in each language; `path` is without the query."""
    active = get_language() or DEFAULT_LANGUAGE
    query = (
        "?" + request.META["QUERY_STRING"]
        if request.method in ("GET", "HEAD") and request.META.get("QUERY_STRING")
        else ""
    )
    first, _, rest = request.path.lstrip("/").partition("/")
    if first not in LANGUAGE_CODES:
        rest = ""
    paths = {code: f"/{code}/{rest}" for code in LANGUAGE_CODES} | (page_urls or {})
    return [
        {
            "code": language.code,
            "name": language.native_name,
            "path": paths[language.code],
            "url": paths[language.code] + query,
            "dir": language.direction,
            "current": language.code == active,
        }
        for language in LANGUAGES
    ]


def sign_in_url(next_url: str) -> str:
    """Return the address of the log-in page that leads back to `next_url`."""
    return f"{reverse('account_login')}?{urlencode({'next': next_url})}"


def _footer_links(member: bool) -> list[dict[str, Any]]:
    language = get_language() or DEFAULT_LANGUAGE
    about = f"/{language}/about/"
    rules = [
        {"title": gettext("About the hub"), "url": about},
        {"title": gettext("Funding and neutrality"), "url": f"/{language}/neutrality/"},
    ]
    rules.append({"title": gettext("Terms for officers"), "url": reverse("join_terms")})
    open_rooms = [room for room in rooms() if room.is_open] if member else []
    groups = [{"title": gettext("About"), "links": rules}]
    if open_rooms:
        links = [{"title": room.title, "url": room.url} for room in open_rooms]
        groups.append({"title": gettext("Open today"), "links": links})
    if env.SUPPORT_ADDRESS:
        fault = {"title": gettext("Report a fault"), "url": f"mailto:{env.SUPPORT_ADDRESS}"}
        groups.append({"title": gettext("Help"), "links": [fault]})
    return groups


def _reverse_or_empty(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
