"""One-time links: made once, opened without effect, used once."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from community.models import EnrolmentLink
from community.queries.enrolment import hash_of_token, working_links
from community.rules import ENROLMENT_LASTS, RuleError
from hub.core import audit
from hub.core.actions.sessions import end_sessions
from hub.core.models import User

_TOKEN_BYTES = 32


def invite(user: User, *, by: User | None) -> str:
    """Make a link for somebody and return its token, which is kept nowhere. Older links stop working."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    now = timezone.now()
    with transaction.atomic():
        EnrolmentLink.objects.filter(user=user, used_at__isnull=True).delete()
        EnrolmentLink.objects.create(
            token_hash=hash_of_token(token), user=user, created_at=now, expires_at=now + ENROLMENT_LASTS
        )
        audit.record("enrolment.invited", user, by=by)
    return token


def enrol(token: str, *, password: str) -> User:
    """Use a link up: set the password of its person, end their sessions, and return them.

    Raises RuleError if the link does not work (any more), ValidationError for a password that is too easy to guess.
    """
    link = working_links(token).first()
    if link is None:
        raise RuleError("This link does not work")
    user = link.user
    validate_password(password, user)
    user.set_password(password)  # before the transaction: hashing takes long and may have to wait
    with transaction.atomic():
        # By its own columns alone: PostgreSQL looks again at these when somebody else was first, and never at a join.
        now = timezone.now()
        unused = EnrolmentLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=now)
        if not unused.update(used_at=now):
            raise RuleError("This link does not work")
        user.save(update_fields=["password"])
        end_sessions(user, by=user)
        audit.record("enrolment.completed", user, by=user)
    return user
