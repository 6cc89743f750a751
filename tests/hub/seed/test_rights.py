"""The rights that a hub begins with: those of the table, and no other."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Workflow

from catalogue.models import Tool
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import User
from hub.models import HomePage
from hub.seed import seed_pages
from hub.seed.rights import seed_rights

pytestmark = pytest.mark.django_db


def rights_of(group: str) -> set[str]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.filter(group__name=group).select_related("content_type")
    }


def test_editors_have_the_rights_of_the_table_and_no_other() -> None:
    seed_rights()
    assert rights_of("Editors") == {
        "wagtailadmin.access_admin",
        "wagtail_localize.submit_translation",
        *(f"catalogue.{verb}_tool" for verb in ("add", "change", "delete", "publish", "lock", "unlock")),
        *(
            f"catalogue.{verb}_{model}"
            for verb in ("add", "change", "delete")
            for model in (
                "vendor",
                "capability",
                "implementation",
                "dataflow",
                "errormeasure",
                "caution",
            )
        ),
        "catalogue.change_stage",
        "catalogue.change_vocabularyvalue",
        "catalogue.view_factreport",
        "catalogue.change_factreport",
        "catalogue.view_importconflict",
        "catalogue.change_importconflict",
        *(f"hub.{verb}_casefact" for verb in ("add", "change", "delete")),
    }


def test_translators_may_enter_and_nothing_else() -> None:
    seed_rights()
    assert rights_of("Translators") == {"wagtailadmin.access_admin"}
    for language in LANGUAGE_CODES:
        assert rights_of(f"Translators ({language})") == set()


def test_nobody_manages_people_sites_or_files() -> None:
    seed_rights()
    apart = Permission.objects.filter(group__isnull=False).exclude(
        content_type__app_label__in=["catalogue", "hub", "wagtailadmin", "wagtail_localize"]
    )
    assert not apart.exists()
    assert not GroupCollectionPermission.objects.exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_groups_that_wagtail_brings_go_away() -> None:
    assert Group.objects.filter(name="Moderators").exists()
    seed_rights()
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Editors",
        "Translators",
        *(f"Translators ({language})" for language in LANGUAGE_CODES),
    }


def test_a_right_that_somebody_added_goes_away() -> None:
    seed_rights()
    before = rights_of("Editors")
    stray = Permission.objects.get(
        content_type=ContentType.objects.get_for_model(User), codename="change_user"
    )
    Group.objects.get(name="Editors").permissions.add(stray)
    seed_rights()
    assert rights_of("Editors") == before


def test_pages_belong_to_editors_and_translations_to_translators_of_their_language() -> None:
    seed_pages()
    seed_rights()
    homes = {home.pk: home.locale.language_code for home in HomePage.objects.select_related("locale")}
    found = {
        (permission.group.name, homes[permission.page_id], permission.permission.codename)
        for permission in GroupPagePermission.objects.select_related("group", "permission")
    }
    editors = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
    assert found == {("Editors", code, codename) for code in LANGUAGE_CODES for codename in editors} | {
        (f"Translators ({code})", code, "change_page") for code in LANGUAGE_CODES if code != "en"
    }


def test_running_twice_changes_nothing() -> None:
    seed_pages()
    seed_rights()
    before = set(GroupPagePermission.objects.values_list("pk", flat=True))
    workflows = Workflow.objects.count()
    seed_rights()
    assert set(GroupPagePermission.objects.values_list("pk", flat=True)) == before
    assert Workflow.objects.count() == workflows


def test_tools_and_pages_can_be_sent_to_a_second_editor() -> None:
    seed_pages()
    seed_rights()
    [workflow] = Workflow.objects.active()
    assert Tool().get_workflow() == workflow
    for home in HomePage.objects.all():
        assert home.get_workflow() == workflow
    [task] = workflow.tasks
    assert [group.name for group in task.specific.groups.all()] == ["Editors"]
    assert Page.get_first_root_node() is not None
