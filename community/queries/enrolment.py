"""Which one-time links work."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from community.models import EnrolmentLink
from hub.core.crypto import keyed_hash

_PURPOSE = "enrolment"


def hash_of_token(token: str) -> str:
    """Return under which name a link is kept."""
    return keyed_hash(token, purpose=_PURPOSE)


def working_links(token: str) -> QuerySet[EnrolmentLink]:
    """Return the link with this token if it has neither been used nor expired and its person has an account."""
    return EnrolmentLink.objects.filter(
        token_hash=hash_of_token(token),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
        user__is_active=True,
    ).select_related("user")
