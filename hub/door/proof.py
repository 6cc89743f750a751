"""Who is at the door: what this web session has proved, asked anew at each request."""

from __future__ import annotations

import enum
import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from community import api as community
from hub.core.access import is_member
from hub.core.models import User

STARTED = "door.started"
"""When somebody signed in, in seconds since the epoch."""
BROWSER = "door.browser"
"""What the browser called itself then."""
DEMONSTRATION = "door.demonstration"
"""A session that the demonstration page opened."""

_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1"})
_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_REAL_IP",
)


class Standing(enum.Enum):
    """What somebody has proved and is."""

    ANONYMOUS = "anonymous"
    NEW = "signed in, without a second factor to prove"
    OUTSIDER = "second factor proved, no valid membership"
    UNDECIDED = "second factor proved, valid membership, the terms that hold now not accepted"
    MEMBER = "second factor proved, valid membership, terms accepted"


def standing_of(request: HttpRequest) -> Standing:
    """Return where the person stands now. A session that may not go on is ended here."""
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        return Standing.ANONYMOUS
    request.session.note_step()  # type: ignore[attr-defined]
    if _is_too_old(request) or (user.is_demo and not settings.DEMO):
        request.session.flush()
        request.session.ended_for = user.pk  # type: ignore[attr-defined]
    elif _has_proved_second_factor(request, user):
        if not is_member(user):
            return Standing.OUTSIDER
        return Standing.MEMBER if community.has_accepted_current_terms(user) else Standing.UNDECIDED
    elif not (user.is_demo and request.session.get(DEMONSTRATION)) and not _has_second_factor(user):
        return Standing.NEW
    else:
        # The factor was added or replaced after this session began, or a demonstration's session is used elsewhere.
        request.session.flush()
    request.user = AnonymousUser()
    return Standing.ANONYMOUS


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether a second factor was proved within the last minutes, as sensitive steps want it."""
    user = request.user
    if not isinstance(user, User):
        return False
    if request.session.get(DEMONSTRATION):
        return _has_proved_second_factor(request, user)
    newest = max(_proofs(request, user).values(), default=0)
    return 0 <= time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def address_to_prove_again(user: User) -> str:
    """Return the page where somebody proves a second factor again: with the app if they have one, else a passkey."""
    has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


def is_on_this_machine(request: HttpRequest) -> bool:
    """Tell whether the browser runs on the machine of the server.

    Behind a proxy every address looks like that, so a forwarded request never counts.
    """
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return (
        name in _LOOPBACK_HOSTS
        and request.META.get("REMOTE_ADDR") in _LOOPBACK_ADDRESSES
        and not any(header in request.META for header in _FORWARDED)
    )


def _is_too_old(request: HttpRequest) -> bool:
    started = request.session.get(STARTED)
    return (
        not isinstance(started, int | float) or not 0 <= time.time() - started < settings.SESSION_COOKIE_AGE
    )


def _has_proved_second_factor(request: HttpRequest, user: User) -> bool:
    if request.session.get(DEMONSTRATION):
        return bool(settings.DEMO and user.is_demo and is_on_this_machine(request))
    return bool(_proofs(request, user))


def _proofs(request: HttpRequest, user: User) -> dict[int, float]:
    """Return which second factors this session has proved, and when. One that was removed since proves nothing any more."""
    proved = {
        record.get("id"): record.get("at", 0)
        for record in get_authentication_records(request, user)
        if record.get("method") == "mfa"
    }
    if not proved:
        return {}
    kept = Authenticator.objects.filter(user=user, pk__in=proved).values_list("pk", flat=True)
    return {key: proved[key] for key in kept}


def _has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
