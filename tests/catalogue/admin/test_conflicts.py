"""Conflicts of imports at the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.actions.import_tools import import_tools
from catalogue.models import ImportConflict, Tool
from hub.core.models import User
from tests.catalogue.actions.tables import import_changed, write_all
from tests.factories.catalogue import StageFactory
from tests.forms import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict(db: None, tmp_path: Path) -> ImportConflict:
    """The hub says developer, the file says research."""
    StageFactory(code="analysis")
    StageFactory(code="victim-identification")
    assert import_tools(write_all(tmp_path)).ok
    tool = Tool.objects.get()
    tool.readiness = "developer"
    tool.save_revision().publish()
    import_changed(tmp_path, "tools", {"readiness": "research"})
    return ImportConflict.objects.get()


def edit(conflict: ImportConflict) -> str:
    return reverse("importconflict:edit", args=[conflict.pk])


def test_both_values_are_shown(desk: Client, conflict: ImportConflict) -> None:
    for url in (reverse("importconflict:index"), edit(conflict)):
        text = desk.get(url).content.decode()
        assert "developer" in text
        assert "research" in text


@pytest.mark.parametrize(("decision", "readiness"), [("keep", "developer"), ("take", "research")])
def test_an_editor_decides(desk: Client, conflict: ImportConflict, decision: str, readiness: str) -> None:
    response = desk.post(edit(conflict), form_of(desk.get(edit(conflict))) | {"decision": decision})
    assert response.status_code == 302
    assert desk.get(response.url).status_code == 200
    assert Tool.objects.get().readiness == readiness
    assert not ImportConflict.objects.exists()


def test_what_cannot_be_written_now_says_why_and_stays(desk: Client, conflict: ImportConflict) -> None:
    Tool.objects.get().save_revision()
    page = desk.post(edit(conflict), form_of(desk.get(edit(conflict))) | {"decision": "take"})
    assert page.status_code == 200
    assert "draft" in str(page.context["form"].errors["decision"])
    assert ImportConflict.objects.exists()


def test_of_a_whole_row_only_the_hubs_side_can_be_taken(desk: Client, conflict: ImportConflict) -> None:
    ImportConflict.objects.update(column="*")
    page = desk.get(edit(conflict))
    assert 'value="take"' not in page.content.decode()
    assert (
        "decision" in desk.post(edit(conflict), form_of(page) | {"decision": "take"}).context["form"].errors
    )
    assert ImportConflict.objects.exists()


def test_without_a_decision_nothing_happens(desk: Client, conflict: ImportConflict) -> None:
    assert "decision" in desk.post(edit(conflict), form_of(desk.get(edit(conflict)))).context["form"].errors
    assert ImportConflict.objects.exists()


def test_a_translator_decides_nothing(
    translator: User, desk_of: Callable[[User], Client], conflict: ImportConflict
) -> None:
    client = desk_of(translator)
    client.post(edit(conflict), {"decision": "take"})
    assert Tool.objects.get().readiness == "developer"
    assert ImportConflict.objects.exists()
