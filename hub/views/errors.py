"""Pages for what went wrong: in the language of the address, with what helps, without what was asked for."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES, LANGUAGES, resolve_code
from hub.core.requests import current_request_id

logger = logging.getLogger(__name__)

_LIMIT_PAUSE = 300
_BUSY_PAUSE = 10
_UNREACHABLE = (OperationalError, InterfaceError, ConnectionError, TimeoutError)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request could not be read."""
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the role does not include this."""
    return _page(request, "403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form has expired."""
    return _page(request, "403_csrf.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing at this address, whether or not there is something for others."""
    return _page(request, "404.html", 404)


def method_not_allowed(request: HttpRequest, allowed: Iterable[str] = ("GET", "HEAD")) -> HttpResponse:
    """Say that the address is not used in this way, and name the methods that are."""
    response = _page(request, "405.html", 405)
    response.headers["Allow"] = ", ".join(allowed)
    return response


def too_many_requests(request: HttpRequest, retry_after: int = _LIMIT_PAUSE) -> HttpResponse:
    """Say that a limit was reached. `retry_after`: seconds."""
    response = _page(request, "429.html", 429)
    response.headers["Retry-After"] = str(retry_after)
    return response


def busy(request: HttpRequest, retry_after: int = _BUSY_PAUSE) -> HttpResponse:
    """Say that the hub cannot answer at this moment. `retry_after`: seconds."""
    response = _last_resort(request, 503)
    response.headers["Retry-After"] = str(retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong here, or that something that the hub needs does not answer."""
    if isinstance(sys.exc_info()[1], _UNREACHABLE):
        return busy(request)
    return _last_resort(request, 500)


def language_of(request: HttpRequest) -> str | None:
    """Return the language that an address names, or None."""
    first = request.path_info.lstrip("/").partition("/")[0]
    return resolve_code(first)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Render a page that needs neither session nor database, as far as they are not there."""
    language = language_of(request) or translation.get_language_from_request(request)
    if language not in LANGUAGE_CODES:
        language = DEFAULT_LANGUAGE
    # An error has no other languages and no place in search engines.
    context: dict[str, Any] = {"members_only": True, "language_links": _links_to_home(language)}
    with translation.override(language):
        try:
            return render(request, template, context, status=status)
        except Exception:
            # A page about an error must not be one: whatever is broken, there is a page without any of it.
            logger.exception("error page failed", extra={"status": status})
            return _last_resort(request, status)


def _last_resort(request: HttpRequest, status: int) -> HttpResponse:
    context = {
        "error_language": language_of(request),
        "error_status": status,
        "request_number": current_request_id(),
    }
    try:
        text: str = render_to_string(f"{503 if status == 503 else 500}.html", context)
    except Exception:
        logger.exception("last resort failed")
        text = f"<!DOCTYPE html><title>{status}</title><h1>{status}</h1><p>{current_request_id()}</p>"
    return HttpResponse(text, status=status)


def _links_to_home(current: str) -> list[dict[str, Any]]:
    return [
        {
            "code": language.code,
            "name": language.native_name,
            "url": f"/{language.code}/",
            "dir": language.direction,
            "current": language.code == current,
        }
        for language in LANGUAGES
    ]
