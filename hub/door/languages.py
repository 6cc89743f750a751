"""The language of an address: the hub's own codes, and what happens to an address without one."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers

from hub.core.languages import LANGUAGE_CODES, resolve_code
from hub.door.routes import has_no_language

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9]{2,8}){0,2}")


class LanguageCodeMiddleware:
    """Redirects /zh/, /zh-cn/, /EN/, /fr-ca/ and the like, with path and query; leaves what is no language alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = _address_with_own_code(request)
        return HttpResponsePermanentRedirect(address) if address else self.get_response(request)


def _address_with_own_code(request: HttpRequest) -> str | None:
    if request.method not in ("GET", "HEAD"):
        return None
    written, _, _ = request.path_info.removeprefix("/").partition("/")
    if written in LANGUAGE_CODES or not _LANGUAGE_TAG.fullmatch(written):
        return None
    code = resolve_code(written)
    if code is None:
        return None
    rest = request.get_full_path().removeprefix("/")[len(written) :]
    return f"/{code}{rest}" if rest.startswith("/") else f"/{code}/{rest}"


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but an address that never has a language is answered where it stands.

    Otherwise a closed door at /cms/ would be looked for again at /en/cms/.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Redirect addresses of pages to the reader's language, and only those."""
        if response.status_code == 404 and has_no_language(request.path_info):
            patch_vary_headers(response, ("Accept-Language",))
            return response
        return super().process_response(request, response)
