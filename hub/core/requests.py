"""Each request has a number that its log lines and its error page share; what it brought can be kept for a while."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_KEPT = "kept form"
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
_LONGEST_KEPT = 100_000
_LONGEST_NEXT = 2_000
_ACCEPTABLE = re.compile(r"[0-9a-zA-Z-]{8,64}")


def current_request_id() -> str:
    """Return the number of the request being answered, or "-" outside of one."""
    return _request_id.get()


def came_from(request: HttpRequest) -> str:
    """Return the page on which a form stood: one step up from the address that it is sent to."""
    return request.path_info.rstrip("/").rpartition("/")[0] + "/"


def keep_form(request: HttpRequest, *, whose: int) -> None:
    """Keep what was typed into a form, in the session, for the time in which a user (by id) has to prove who they are."""
    fields = {name: request.POST.getlist(name) for name in request.POST if name != _TOKEN}
    if sum(map(len, map(str, fields.values()))) <= _LONGEST_KEPT:
        request.session[_KEPT] = {"path": request.path_info, "fields": fields, "whose": whose}


def kept_form(request: HttpRequest, path: str) -> dict[str, Any]:
    """Return, once, what this person typed into the form that is sent to a path; empty if nothing was.

    What was chosen several times is a list. Whoever signs in to the same browser after somebody else finds nothing.
    """
    kept = request.session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("path") != path:
        return {}
    del request.session[_KEPT]
    if kept.get("whose") != request.user.pk:
        return {}
    fields = kept["fields"].items()
    return {name: values[0] if len(values) == 1 else values for name, values in fields if values}


def is_own_path(url: str) -> bool:
    """Tell whether an address is a path of this host and nothing else, however it is written.

    Browsers drop tabs and line feeds and read a backslash as a slash, so none may be in it.
    """
    if not url.startswith("/") or len(url) > _LONGEST_NEXT:
        return False
    if any(character < " " or character in "\\\x7f" for character in url):
        return False
    return url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class RequestIdMiddleware:
    """Takes the number that a proxy gave, or makes one, and returns it in `X-Request-ID`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        token = _request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = number
        return response


class RequestIdFilter(logging.Filter):
    """Puts the request's number on each log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django writes the line of a refused request after the middleware is done with it; the line holds the request.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or _request_id.get()
        return True
