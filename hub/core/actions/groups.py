"""Keeping groups of the editors' desk in step with roles."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction

from hub.core import audit
from hub.core.groups import groups_of
from hub.core.models import User


def align_groups(user: User) -> None:
    """Put somebody into the groups of their present roles and out of all others.

    Called whenever somebody enters the desk: a role that has expired since gives nothing any more.
    """
    wanted = groups_of(user)
    if set(user.groups.values_list("name", flat=True)) == wanted:
        return
    with transaction.atomic():
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)])
        audit.record("groups.aligned", user, groups=sorted(wanted))
