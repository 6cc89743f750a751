"""Limits of the door's own views, counted as allauth counts its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hub.views import errors

View = Callable[..., HttpResponse]


def limited(action: str) -> Callable[[View], View]:
    """Hold a view's POST requests to `settings.DOOR_RATE_LIMITS[action]`, such as "20/m/ip"."""

    def decorate(view: View) -> View:
        @wraps(view)
        def within_limit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not ratelimit.consume(
                request, app="hub.door", action=action, config=settings.DOOR_RATE_LIMITS
            ):
                return errors.too_many_requests(request)
            return view(request, *args, **kwargs)

        return within_limit

    return decorate
