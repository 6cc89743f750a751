"""What a web session notes about itself."""

from __future__ import annotations

import logging
import time
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.http import HttpRequest

from hub.core.actions.sessions import end_sessions, note_credential_change, note_wrong_factor
from hub.core.models import User
from hub.core.sessions import hash_of_key
from hub.door.proof import BROWSER, STARTED

logger = logging.getLogger(__name__)

_BROWSER_LENGTH = 200


def note_start(sender: type[User], request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Note when and with what somebody signed in."""
    if request is None:
        return
    request.session[STARTED] = time.time()
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:_BROWSER_LENGTH]
    logger.info("authn_login_success", extra={"user": str(user.uuid)})


def note_second_factor(
    sender: type[Authenticator], request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Take the ceremony that added a factor as its first proof, under a new session key, and end other sessions.

    They began before the factor was there.
    """
    note_credential_change("second-factor.added", user, kind=str(authenticator.type))
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=str(authenticator.type), reauthenticated=True
    )
    request.session.cycle_key()
    end_sessions(user, by=user, except_for=hash_of_key(request.session.session_key or ""))


def note_failure(sender: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Log that somebody could not sign in; not who, for the address may be anybody's."""
    logger.warning("authn_login_fail")


def note_wrong_factor_used(sender: type[Authenticator], user: User, **kwargs: Any) -> None:
    """Log it; whoever gets so far knows the password."""
    logger.warning("authn_login_fail", extra={"user": str(user.uuid)})
    note_wrong_factor(user)


def note_removal(
    sender: type[Authenticator], request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Keep a line of who gave up which factor."""
    note_credential_change("second-factor.removed", user, kind=str(authenticator.type))


def note_new_password(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Keep a line, and leave no session of the old password but this one."""
    note_credential_change("password.changed", user)
    end_sessions(user, by=user, except_for=hash_of_key(request.session.session_key or ""))


def connect() -> None:
    """Listen to allauth and Django."""
    auth_signals.user_logged_in.connect(note_start, dispatch_uid="door.start")
    auth_signals.user_login_failed.connect(note_failure, dispatch_uid="door.failure")
    mfa_signals.authenticator_added.connect(note_second_factor, dispatch_uid="door.factor")
    mfa_signals.authentication_failed.connect(note_wrong_factor_used, dispatch_uid="door.wrong_factor")
    mfa_signals.authenticator_removed.connect(note_removal, dispatch_uid="door.removal")
    account_signals.password_changed.connect(note_new_password, dispatch_uid="door.password")
