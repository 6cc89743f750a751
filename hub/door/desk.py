"""What happens when an editor or a translator enters the editors' desk."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation

from hub.core.actions.groups import align_groups
from hub.core.models import User


def open_desk(request: HttpRequest, user: User) -> None:
    """Give somebody the rights of their roles at this moment, and the desk the language of their account.

    Addresses of the desk have no language of their own.
    """
    align_groups(user)
    translation.activate(user.language)
    request.LANGUAGE_CODE = user.language
