"""What happens when an editor or a translator enters the editors' desk, and before a step that officers will see."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation

from hub.core.actions.groups import align_groups
from hub.core.models import User
from hub.door.routes import name_at

_GO_LIVE = frozenset({"action-publish", "action-workflow-action"})
"""Buttons of Wagtail's forms that put what was written before officers."""
_STEPS = frozenset({"delete", "unpublish", "workflow_action", "wagtail_bulk_action", "move_confirm"})
"""Addresses whose forms hold nothing but a button: they take something from officers, or put it before them."""
_CONFLICT = "importconflict:edit"
_EDIT_PAGE = "wagtailadmin_pages:edit"


def open_desk(request: HttpRequest, user: User) -> None:
    """Give somebody the rights of their roles at this moment, and the desk the language of their account.

    Addresses of the desk have no language of their own.
    """
    align_groups(user)
    translation.activate(user.language)
    request.LANGUAGE_CODE = user.language


def is_to_be_published(request: HttpRequest) -> bool:
    """Tell whether what is typed into a form is to go live with it."""
    return request.method == "POST" and not _GO_LIVE.isdisjoint(request.POST)


def is_step_of_consequence(request: HttpRequest) -> bool:
    """Tell whether a form that holds nothing but a button takes something from officers or puts it before them."""
    if request.method != "POST":
        return False
    name = name_at(request.path_info)
    publishes_translation = name == _EDIT_PAGE and request.POST.get("action") == "publish"
    return publishes_translation or name == _CONFLICT or name.rpartition(":")[2] in _STEPS


def keep_as_draft(request: HttpRequest) -> None:
    """Take the publishing out of a form, so that what was typed is saved as a draft."""
    kept = request.POST.copy()
    for name in _GO_LIVE:
        kept.pop(name, None)
    request.POST = kept  # type: ignore[assignment, misc]
