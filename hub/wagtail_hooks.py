"""What the roof tells Wagtail: its menu, who arranges pages, dated figures, and scripts without inline code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, UpdatedAtColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import BaseChooser
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.panels import language_tabs
from hub.models import CaseFact, HomePage

# The menu

_NOT_IN_MENU = frozenset({"help", "images", "documents", "snippets"})


@hooks.register("construct_main_menu", order=1_000)
def shorten_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what the hub has no use for: its pages hold neither images nor files.

    People, sites and languages are missing by themselves: nobody has the right to them.
    """
    items[:] = [item for item in items if item.name not in _NOT_IN_MENU]


class CaseFactViewSet(ModelViewSet):
    """The desk of dated figures on the home page."""

    model = CaseFact
    icon = "calendar-alt"
    menu_order = 200
    add_to_admin_menu = True
    copy_view_enabled = False
    list_per_page = 50
    list_display: ClassVar[list[Any]] = [
        "__str__",
        "figure",
        "as_of",
        BooleanColumn("is_shown", label=_("Shown")),
        UpdatedAtColumn(),
    ]
    search_fields: ClassVar[list[str]] = ["code", "fact_en"]
    search_backend_name = None
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("code"),
                    FieldPanel("source_url"),
                    FieldPanel("source_title"),
                    FieldPanel("is_shown"),
                    FieldPanel("position"),
                ],
                heading=_("Source"),
            ),
            *language_tabs("fact", "figure", "as_of", long=("fact",)),
        ]
    )


@hooks.register("register_admin_viewset")
def register_figures() -> CaseFactViewSet:
    """Add the dated figures."""
    return CaseFactViewSet()


# Pages


@hooks.register("before_create_page")
@hooks.register("before_copy_page")
@hooks.register("before_move_page")
@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
@hooks.register("before_convert_alias_page")
def only_editors_arrange_pages(request: HttpRequest, page: Page, *args: Any) -> None:
    """Translators write texts; they neither make nor remove pages."""
    if not has_role(request.user, Role.EDITOR):
        raise PermissionDenied


@hooks.register("before_copy_page")
@hooks.register("before_move_page")
@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def home_pages_stay(request: HttpRequest, page: Page, *args: Any) -> HttpResponse | None:
    """Each language begins at its home page."""
    if page.specific_class is not HomePage:
        return None
    messages.error(request, gettext("A home page cannot be copied, moved, withdrawn or deleted."))
    return redirect("wagtailadmin_explore", page.pk)


@hooks.register("before_bulk_action")
def many_at_once(
    request: HttpRequest, action_type: str, objects: Iterable[Model], action: Any
) -> HttpResponse | None:
    """Editors may do many things at once with plain pages, and nothing else.

    Deleting many records at once goes past their models, which tell the search index and the audit.
    """
    if not issubclass(action.model, Page) or not has_role(request.user, Role.EDITOR):
        raise PermissionDenied
    if action_type == "publish":
        return None
    for page in objects:
        if isinstance(page, Page) and (answer := home_pages_stay(request, page)):
            return answer
    return None


# Mail: Wagtail sends at once instead of through the outbox, and writes addresses into the log when that fails.

for signal, sender, name in (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
):
    signal.disconnect(sender=sender, dispatch_uid=name)


# Looks


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    """Load the hub's additions."""
    return format_html('<link rel="stylesheet" href="{}">', static("hub/css/cms.css"))


# Scripts: Wagtail starts some of its parts by inline code, which the policy of these pages does not allow.


@hooks.register("insert_global_admin_js")
def starter() -> SafeString:
    """Load what starts them instead: it reads data attributes."""
    return format_html('<script src="{}"></script>', static("hub/js/cms.js"))


def _render_without_script(
    self: BaseChooser, name: str, value: Any, attrs: dict[str, str] | None = None, renderer: Any = None
) -> SafeString:
    value_data = self.get_value_data(value)
    identifier = (attrs or {})["id"]
    return format_html(
        '{}<span hidden data-controller="hub-start" data-part="{}" data-id="{}" data-options="{}"></span>',
        self.render_html(name, value_data, attrs),
        self.js_constructor,
        identifier,
        json.dumps(self.get_js_init_options(identifier, name, value_data)),
    )


# Its `render` is the one place in Wagtail that writes inline code without a template that could be replaced.
BaseChooser.render = _render_without_script  # type: ignore[method-assign]
