"""Headers of every answer: what browsers may do with it, and whether anybody may keep it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hub.door.routes import is_cms

_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "compute-pressure",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "identity-credentials-get",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
_OWN = ("publickey-credentials-create", "publickey-credentials-get")

PERMISSIONS_POLICY = ", ".join(sorted([f"{name}=()" for name in _OFF] + [f"{name}=(self)" for name in _OWN]))
"""Nothing but passkeys."""
ROBOTS = "noindex, noarchive, nosnippet"


class HeadersMiddleware:
    """Stands inside django-csp's middleware, which reads what is noted on the answer here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        self._frame(request, response)
        self._keep(request, response)
        return response

    def _frame(self, request: HttpRequest, response: HttpResponse) -> None:
        """Previews are shown in a frame of the editors' desk; nothing else is shown in a frame anywhere."""
        if is_cms(request.path_info):
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response._csp_config = settings.CONTENT_SECURITY_POLICY_OF_CMS  # type: ignore[attr-defined]
        elif getattr(request, "is_preview", False):
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
        else:
            response.headers["X-Frame-Options"] = "DENY"

    def _keep(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.path_info.startswith(settings.STATIC_URL) and response.status_code < 400:
            return
        if not _is_public(request, response):
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = ROBOTS
            return
        response.headers.setdefault("Cache-Control", "private, no-cache")


def _is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """A public page, read by somebody who is not signed in, that gives them no cookie."""
    return not (
        getattr(request, "members_only", False)
        or getattr(request, "signed_in", False)
        or getattr(request, "is_preview", False)
        or response.cookies
        or response.status_code >= 400
        or is_cms(request.path_info)
    )
