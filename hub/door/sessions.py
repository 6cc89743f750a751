"""The cookie of a session, on a line where answers come late."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions import middleware
from django.http import HttpRequest, HttpResponse


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's, but only the request that ended a session takes its cookie away.

    A log-in gives the browser another session. A request that was still under way, like the question how strong a
    password is, comes with the old one, which is gone; Django would answer it by deleting the cookie, which by then is
    that of the new session, and whoever has just come in would be outside again.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Store the session, and set or delete its cookie."""
        answer: HttpResponse = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and not request.session.was_ended:  # type: ignore[attr-defined]
            del answer.cookies[settings.SESSION_COOKIE_NAME]
        return answer
