"""What the pages share on which a long list is shown page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from hub.core.paging import number_of_page
from hub.core.text import clean_query

PAGE_SIZE = 50
_LONGEST_LEFT_OUT = 60


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Return the page of a list that an address asks for (`page`).

    Whoever asks for a page behind the last gets the last: the list may have become shorter.
    """
    return Paginator(rows, PAGE_SIZE).get_page(number_of_page(_asked(request)) or 1)


def links_of(request: HttpRequest, page: Page[Any], also: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what a template says of a page: where the ones beside it are, and what was not understood.

    `also` stands in the addresses beside the number.
    """

    def address(number: int) -> str:
        return f"?{urlencode({**(also or {}), 'page': number})}"

    asked = _asked(request)
    return {
        "page": page,
        "previous_url": address(page.number - 1) if page.has_previous() else "",
        "next_url": address(page.number + 1) if page.has_next() else "",
        "left_out": f"page={asked[:_LONGEST_LEFT_OUT]}" if number_of_page(asked) is None else "",
    }


def title_of(title: str, page: Page[Any]) -> str:
    """Return the title of a page of a list: it differs from one page to the next."""
    if page.number == 1:
        return title
    return gettext("%(title)s, page %(page)s") % {"title": title, "page": page.number}


def _asked(request: HttpRequest) -> str:
    return clean_query(request.GET.get("page", ""))
