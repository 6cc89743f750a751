"""Pages that an editor has restricted in Wagtail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from hub.door.gate import gate_of_restricted_page

_Serve = Callable[[Page, HttpRequest, list[Any], dict[str, Any]], HttpResponse]


@hooks.register("on_serve_page", order=-10)
def restricted_pages_need_a_member(serve: _Serve) -> _Serve:
    """Hold whoever is no member back before Wagtail asks, whose own rule admits any account."""

    def serve_to_members(
        page: Page, request: HttpRequest, arguments: list[Any], options: dict[str, Any]
    ) -> HttpResponse:
        if page.get_view_restrictions() and (refusal := gate_of_restricted_page(request)) is not None:
            return refusal
        return serve(page, request, arguments, options)

    return serve_to_members
