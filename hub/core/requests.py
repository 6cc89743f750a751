"""Each request has a number that its log lines and its error page share."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_ACCEPTABLE = re.compile(r"[0-9a-zA-Z-]{8,64}")


def current_request_id() -> str:
    """Return the number of the request being answered, or "-" outside of one."""
    return _request_id.get()


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
