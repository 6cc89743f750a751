"""Whoever reads the record leaves a line in it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hub.core import audit
from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.models import User


def note_audit_read(*, by: User, page: int, asked: str) -> int:
    """Keep a line of who read which page of the record, and what they asked for; return its number.

    `asked` is a query string of codes, references and days: it names nobody. Raises PermissionDenied for who may not.
    """
    if not has_role(by, Role.ADMINISTRATOR):
        raise PermissionDenied
    with transaction.atomic():
        return audit.record("audit.read", by, by=by, page=page, **({"asked": asked} if asked else {})).number
