"""What a request may look like. Anything else gets a page that helps, never an error of the server."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from hub.door.routes import is_cms, takes_document
from hub.views import errors

FIELDS = 200
"""Fields of a form, and parameters of a query, on members' routes; editors' forms are held by Django's settings."""
BODY_BYTES = 256 * 1024
CMS_BODY_BYTES = 25 * 1024 * 1024
"""With its files; without them Django's setting holds."""
DOCUMENT_BODY_BYTES = 5 * 1024 * 1024 + 64 * 1024
PATH_BYTES = 2_000
QUERY_BYTES = 8_000
METHODS = ("GET", "HEAD", "POST")
CMS_METHODS = (*METHODS, "PUT", "PATCH", "DELETE")
_SAFE = ("GET", "HEAD")

_UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError, UnicodeError)


class RequestShapeMiddleware:
    """Refuses requests that are too large, that no browser sends, or that hold what no database stores."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        methods = CMS_METHODS if is_cms(request.path_info) else METHODS
        if request.method not in methods:
            return errors.method_not_allowed(request, methods)
        if request.method not in _SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return errors.csrf_failure(request)
        if _address_is_bad(request) or _body_is_too_large(request):
            return errors.bad_request(request)
        # What holds files is looked at by the gate, once somebody has shown that they may send any.
        is_plain = request.method == "POST" and not (
            is_cms(request.path_info) or takes_document(request.path_info)
        )
        if is_plain and _form_is_bad(request, fields=FIELDS, files=False):
            return errors.bad_request(request)
        return self.get_response(request)


def refusal_of_form(request: HttpRequest, *, fields: int | None = None) -> HttpResponse | None:
    """Return the answer to a form with files that cannot be read, or that has too many fields; or None."""
    return errors.bad_request(request) if _form_is_bad(request, fields=fields, files=True) else None


def _address_is_bad(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if len(request.path_info.encode(errors="replace")) > PATH_BYTES or len(query) > QUERY_BYTES:
        return True
    if "\x00" in request.path_info or b"\x00" in unquote_to_bytes(query):
        return True
    return query.count("&") + 1 > FIELDS and not is_cms(request.path_info)


def _body_is_too_large(request: HttpRequest) -> bool:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return True
    if is_cms(request.path_info):
        return length > CMS_BODY_BYTES
    # The address is looked up only where that could let more pass.
    return length > BODY_BYTES and (length > DOCUMENT_BODY_BYTES or not takes_document(request.path_info))


def _form_is_bad(request: HttpRequest, *, fields: int | None, files: bool) -> bool:
    if request.method != "POST":
        return False
    try:
        form: QueryDict = request.POST
        has_files = bool(request.FILES)
    except _UNREADABLE:
        return True
    if has_files and not files:
        return True
    count = 0
    for name, values in form.lists():
        count += len(values)
        if "\x00" in name or any("\x00" in value for value in values):
            return True
    return fields is not None and count > fields
