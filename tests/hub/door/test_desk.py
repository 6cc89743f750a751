"""What officers will see takes a second factor that was proved just now (security item 27); nothing typed is lost."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from catalogue.models import Caution, Tool
from hub.core.enums import Role
from hub.models import StandardPage
from hub.seed import seed_rights
from tests.catalogue.admin.test_tools import address
from tests.factories.catalogue import CautionFactory, ToolFactory
from tests.factories.people import make_member, sign_in
from tests.forms import form_of

pytestmark = pytest.mark.django_db

AGAIN = "/en/account/2fa/reauthenticate/"
FIVE_MINUTES = 300
NEW = "Compares faces in seized pictures, and says how sure it is."


@pytest.fixture
def editor() -> Client:
    cache.clear()
    seed_rights()
    client = Client()
    sign_in(client, make_member(Role.EDITOR))
    return client


@pytest.fixture
def tool() -> Tool:
    return ToolFactory(name="Face finder")


def let_time_pass(client: Client) -> None:
    """Make the proof of the session five minutes old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - FIVE_MINUTES
    session.save()


def edit(client: Client, tool: Tool, **changes: str):
    form = form_of(client.get(address("edit", tool)))
    return client.post(address("edit", tool), {**form, **changes})


@pytest.mark.parametrize("is_fresh", [True, False])
def test_what_is_published_without_a_fresh_proof_is_kept_as_a_draft(
    editor: Client, tool: Tool, is_fresh: bool
) -> None:
    if not is_fresh:
        let_time_pass(editor)
    answer = edit(editor, tool, summary_en=NEW, **{"action-publish": "1"})
    tool = Tool.objects.get(pk=tool.pk)
    assert (tool.summary_en == NEW) == is_fresh
    assert tool.get_latest_revision_as_object().summary_en == NEW
    back = quote(address("edit", tool), safe="")
    assert (answer["Location"] == f"{AGAIN}?next={back}") != is_fresh
    said = "Saved as a draft only" in editor.get(AGAIN).content.decode()
    assert said != is_fresh


def test_a_new_tool_is_kept_too(editor: Client) -> None:
    place = "/cms/snippets/catalogue/tool/add/"
    form = form_of(editor.get(place))
    let_time_pass(editor)
    typed = {"name": "Voice finder", "code": "voice-finder", "slug": "voice-finder", "summary_en": NEW}
    answer = editor.post(place, {**form, **typed, "action-publish": "1"})
    if answer.status_code == 200:
        pytest.fail(str(answer.context["form"].errors))
    made = Tool.objects.get(code="voice-finder")
    assert not made.live
    assert answer["Location"].startswith(AGAIN)


def test_a_form_with_an_error_says_so_first(editor: Client, tool: Tool) -> None:
    let_time_pass(editor)
    answer = edit(editor, tool, name="", **{"action-publish": "1"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_draft_needs_no_new_proof(editor: Client, tool: Tool) -> None:
    let_time_pass(editor)
    answer = edit(editor, tool, summary_en=NEW)
    assert answer["Location"].startswith(address("edit", tool))
    assert Tool.objects.get(pk=tool.pk).get_latest_revision_as_object().summary_en == NEW


def test_what_is_taken_from_officers_needs_one(editor: Client, tool: Tool) -> None:
    place = address("unpublish", tool)
    let_time_pass(editor)
    assert editor.get(place).status_code == 200
    assert editor.post(place)["Location"] == f"{AGAIN}?next={quote(place, safe='')}"
    assert Tool.objects.get(pk=tool.pk).live
    sign_in(editor, make_member(Role.EDITOR))
    editor.post(place)
    assert not Tool.objects.filter(pk=tool.pk, live=True).exists()


def test_what_is_deleted_needs_one(editor: Client) -> None:
    caution = CautionFactory()
    place = reverse("caution:delete", args=[caution.pk])
    let_time_pass(editor)
    assert editor.post(place)["Location"] == f"{AGAIN}?next={quote(place, safe='')}"
    assert Caution.objects.filter(pk=caution.pk).exists()
    sign_in(editor, make_member(Role.EDITOR))
    editor.post(place)
    assert not Caution.objects.filter(pk=caution.pk).exists()


def test_many_at_once_need_one(editor: Client) -> None:
    page = StandardPage(title="News", slug="news")
    Page.objects.get(depth=2, locale__language_code="en").add_child(instance=page)
    place = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={page.pk}"
    let_time_pass(editor)
    assert editor.post(place)["Location"].startswith(AGAIN)
    assert StandardPage.objects.get(pk=page.pk).live
    sign_in(editor, make_member(Role.EDITOR))
    assert not editor.post(place).headers.get("Location", "").startswith(AGAIN)


def test_a_dialogue_is_told_where_to_go(editor: Client, tool: Tool) -> None:
    place = reverse("wagtailsnippets_catalogue_tool:workflow_action", args=[tool.pk, "approve", 1])
    let_time_pass(editor)
    answer = editor.post(place, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert answer["step"] == "success"
    assert answer["redirect"].startswith(AGAIN)


def test_an_address_of_the_desk_that_does_not_exist_is_nowhere(editor: Client) -> None:
    let_time_pass(editor)
    assert editor.post("/cms/snippets/nothing/there/delete/").status_code == 404
