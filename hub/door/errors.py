"""Answers without a page of their own get one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from hub.core.hashers import HashingBusyError
from hub.door.routes import is_cms
from hub.views import errors

logger = logging.getLogger(__name__)


class ErrorPageMiddleware:
    """Shows a page for a wrong method, a right that is gone, a limit that was reached, and too many passwords at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not is_cms(request.path_info):
            return errors.method_not_allowed(request, response.headers["Allow"].split(", "))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a view could not know in advance."""
        if isinstance(exception, HashingBusyError):
            logger.warning("password hashing is busy")
            return errors.busy(request, retry_after=HashingBusyError.retry_after)
        if isinstance(exception, PermissionDenied) and not is_cms(request.path_info):
            # Whoever lost the right since the door let them in is answered like everybody else without it.
            return errors.page_not_found(request)
        return errors.too_many_requests(request) if isinstance(exception, RateLimited) else None
