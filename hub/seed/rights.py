"""What editors and translators may do at their desk. Anything that is not named here is refused."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from hub.core.groups import EDITORS, TRANSLATORS, translators_of
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.models import HomePage

_WRITE = ("add", "change", "delete")
_ENTER = "wagtailadmin.access_admin"

EDITORS_MAY: dict[str, tuple[str, ...]] = {
    "catalogue.tool": (*_WRITE, "publish", "lock", "unlock"),
    "catalogue.vendor": _WRITE,
    "catalogue.capability": _WRITE,
    "catalogue.stage": ("change",),
    "catalogue.vocabularyvalue": ("change",),
    "catalogue.implementation": _WRITE,
    "catalogue.dataflow": _WRITE,
    "catalogue.errormeasure": _WRITE,
    "catalogue.caution": _WRITE,
    "catalogue.factreport": ("view", "change"),
    "catalogue.importconflict": ("view", "change"),
    "hub.casefact": _WRITE,
}
"""Actions by model. Stages and vocabularies are closed lists: their words change, their codes do not."""

EDITORS_MAY_WITH_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
TRANSLATORS_MAY_WITH_PAGES = ("change_page",)
"""In the trees of their languages only. An editor publishes."""

REVIEW = "Review by a second editor"
"""The name of the workflow of pages and tools."""


def seed_rights() -> None:
    """Give the groups exactly the rights of this page, and the pages and tools their review.

    Groups that Wagtail brings and that are not named here go away. Can be run again at any time: afterwards the
    rights are these.
    """
    with transaction.atomic():
        groups = {
            name: Group.objects.get_or_create(name=name)[0]
            for name in (EDITORS, TRANSLATORS, *map(translators_of, LANGUAGE_CODES))
        }
        Group.objects.exclude(name__in=groups).delete()
        GroupCollectionPermission.objects.all().delete()
        _set_permissions(groups[EDITORS], [_ENTER, "wagtail_localize.submit_translation", *_of_models()])
        _set_permissions(groups[TRANSLATORS], [_ENTER])
        _set_page_permissions(groups)
        _set_review(groups[EDITORS])


def _of_models() -> list[str]:
    return [
        f"{label.partition('.')[0]}.{action}_{label.partition('.')[2]}"
        for label, actions in EDITORS_MAY.items()
        for action in actions
    ]


def _set_permissions(group: Group, names: list[str]) -> None:
    found = []
    for name in names:
        app_label, codename = name.split(".")
        found.append(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    group.permissions.set(found)


def _set_page_permissions(groups: dict[str, Group]) -> None:
    wanted = set()
    for home in HomePage.objects.select_related("locale"):
        language = home.locale.language_code
        wanted |= {(groups[EDITORS].pk, home.pk, codename) for codename in EDITORS_MAY_WITH_PAGES}
        if language != DEFAULT_LANGUAGE and language in LANGUAGE_CODES:
            translators = groups[translators_of(language)]
            wanted |= {(translators.pk, home.pk, codename) for codename in TRANSLATORS_MAY_WITH_PAGES}
    present = {
        (one.group_id, one.page_id, one.permission.codename): one
        for one in GroupPagePermission.objects.select_related("permission")
    }
    GroupPagePermission.objects.filter(
        pk__in=[one.pk for key, one in present.items() if key not in wanted]
    ).delete()
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore")
    }
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group_id=group, page_id=page, permission=permissions[codename])
            for group, page, codename in sorted(wanted - set(present))
        ]
    )


def _set_review(editors: Group) -> None:
    """Let editors ask one of them to look before something is published."""
    task, _ = GroupApprovalTask.objects.get_or_create(name=REVIEW)
    task.groups.set([editors])
    workflow, _ = Workflow.objects.get_or_create(name=REVIEW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    root = Page.get_first_root_node()
    if root is not None:
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    tool = ContentType.objects.get_by_natural_key("catalogue", "tool")
    WorkflowContentType.objects.update_or_create(content_type=tool, defaults={"workflow": workflow})
    for other in Workflow.objects.filter(active=True).exclude(pk=workflow.pk):
        other.deactivate()
