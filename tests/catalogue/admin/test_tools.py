"""Tools at the desk: from draft to publication and back, and what nobody can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import ModelLogEntry
from wagtail.signals import published

from catalogue.models import FactSource, FormerSlug, Tool
from catalogue.models.vocabulary import INDEX_TOPIC
from hub.core.actions.groups import align_groups
from hub.core.enums import Role, TextOrigin
from hub.core.languages import LANGUAGES
from hub.core.models import AuditEntry, OutboxEntry, TextProvenance, User
from hub.core.translation import column_of, text_hash
from tests.factories.catalogue import CapabilityFactory, StageFactory, ToolFactory, VocabularyValueFactory
from tests.factories.people import make_member
from tests.forms import form_of

pytestmark = pytest.mark.django_db

NAMESPACE = "wagtailsnippets_catalogue_tool"
ADD = "/cms/snippets/catalogue/tool/add/"


def address(view: str, tool: Tool, *more: Any) -> str:
    return reverse(f"{NAMESPACE}:{view}", args=[tool.pk, *more])


def edit(client: Client, tool: Tool, **changes: Any) -> Any:
    """Open the form of a tool and send it with changes."""
    page = client.get(address("edit", tool))
    assert page.status_code == 200
    return client.post(address("edit", tool), {**form_of(page), **changes})


def publish(client: Client, tool: Tool, **changes: Any) -> Tool:
    """Publish a tool with changes and return it as it is then."""
    response = edit(client, tool, **changes, **{"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
    return Tool.objects.get(pk=tool.pk)


def told_index() -> list[str]:
    return list(OutboxEntry.objects.filter(topic=INDEX_TOPIC).values_list("key", flat=True))


@pytest.fixture
def quiet() -> Callable[[], None]:
    """Forget what was told to the index so far."""
    return lambda: OutboxEntry.objects.all().delete() and None


class TestWriting:
    def test_a_new_tool_is_a_draft_that_nobody_sees(self, desk: Client) -> None:
        stage = StageFactory(code="analysis")
        page = desk.get(ADD)
        form = form_of(page) | {
            "name": "Face Finder",
            "code": "face-finder",
            "summary_en": "Finds faces.",
            "stages": [str(stage.pk)],
            "data_types": ["image", "video"],
            "readiness": "turnkey",
        }
        response = desk.post(ADD, form)
        assert response.status_code == 302, response.context["form"].errors
        tool = Tool.objects.get()
        assert (tool.live, tool.slug, tool.data_types) == (False, "face-finder", ["image", "video"])
        assert [one.code for one in tool.stages.all()] == ["analysis"]
        saved = AuditEntry.objects.filter(action="tool.saved", subject_id=str(tool.pk))
        assert {entry.details["live"] for entry in saved} == {False}

    def test_a_draft_leaves_the_page_as_it_is(self, desk: Client) -> None:
        tool = ToolFactory(name="Old", readiness="turnkey")
        assert edit(desk, tool, name="New", readiness="developer").status_code == 302
        tool.refresh_from_db()
        assert (tool.name, tool.readiness, tool.has_unpublished_changes) == ("Old", "turnkey", True)

    def test_publishing_tells_the_index_and_names_the_editor(
        self, desk: Client, editor: User, quiet: Callable[[], None]
    ) -> None:
        tool = ToolFactory(readiness="turnkey", data_types=["image"])
        quiet()
        tool = publish(desk, tool, readiness="", data_types=["video", "audio"], name="Renamed")
        assert (tool.name, tool.readiness, sorted(tool.data_types)) == ("Renamed", "", ["audio", "video"])
        assert str(tool.pk) in told_index()
        entry = AuditEntry.objects.filter(action="tool.saved", subject_id=str(tool.pk)).latest("number")
        assert entry.actor == editor

    def test_publishing_without_an_english_summary_is_refused(self, desk: Client) -> None:
        tool = ToolFactory()
        response = edit(desk, tool, summary_en="", **{"action-publish": "1"})
        assert "summary_en" in response.context["form"].errors
        assert edit(desk, tool, summary_en="").status_code == 302

    def test_sources_and_other_names_are_rows(self, desk: Client) -> None:
        tool = ToolFactory(with_sources=True)
        form = form_of(desk.get(address("edit", tool)))
        assert form["fact_sources-TOTAL_FORMS"] == ["7"]
        tool = publish(
            desk,
            tool,
            **{
                "fact_sources-0-checked_on": "2026-11",
                "fact_sources-1-DELETE": "on",
                "aliases-TOTAL_FORMS": "1",
                "aliases-0-name": "FaceFinder",
                "aliases-0-language": "fr",
            },
        )
        assert FactSource.objects.filter(tool=tool, checked_on="2026-11").count() == 1
        assert tool.fact_sources.count() == 6
        assert [(one.name, one.language) for one in tool.aliases.all()] == [("FaceFinder", "fr")]

    def test_a_draft_with_another_address_moves_nothing_yet(self, desk: Client) -> None:
        tool = ToolFactory(slug="before")
        edit(desk, tool, slug="after")
        assert not FormerSlug.objects.exists()
        tool = publish(desk, tool)
        assert (tool.slug, FormerSlug.objects.get().slug) == ("after", "before")

    def test_an_editor_can_ask_a_second_one(self, desk: Client) -> None:
        tool = ToolFactory(draft=True)
        assert edit(desk, tool, **{"action-submit": "1"}).status_code == 302
        tool.refresh_from_db()
        assert tool.current_workflow_state is not None
        assert not tool.live
        assert tool.name in desk.get("/cms/").content.decode()

    def test_the_desk_sends_no_mail(self, desk: Client, mailoutbox: list[Any]) -> None:
        make_member(Role.EDITOR)
        tool = ToolFactory(draft=True)
        edit(desk, tool, **{"action-submit": "1"})
        state = Tool.objects.get(pk=tool.pk).current_workflow_state
        state.cancel()
        edit(desk, tool, **{"action-submit": "1"})
        Tool.objects.get(pk=tool.pk).current_workflow_state.current_task_state.approve()
        assert Tool.objects.get(pk=tool.pk).live
        assert mailoutbox == []

    def test_a_locked_tool_is_left_alone(
        self, desk: Client, desk_of: Callable[[User], Client], editor: User
    ) -> None:
        tool = ToolFactory(name="Locked")
        assert desk.post(address("lock", tool)).status_code == 302
        second = desk_of(make_member(Role.EDITOR))
        form = form_of(second.get(address("edit", tool)))
        second.post(address("edit", tool), {**form, "name": "Changed", "action-publish": "1"})
        assert Tool.objects.get(pk=tool.pk).name == "Locked"


class TestTakingAway:
    def test_unpublishing_tells_the_index(self, desk: Client, quiet: Callable[[], None]) -> None:
        tool = ToolFactory()
        quiet()
        assert desk.post(address("unpublish", tool)).status_code == 302
        tool.refresh_from_db()
        assert not tool.live
        assert str(tool.pk) in told_index()

    def test_a_published_tool_cannot_be_deleted(self, desk: Client) -> None:
        tool = ToolFactory()
        desk.post(address("delete", tool))
        assert Tool.objects.filter(pk=tool.pk).exists()

    def test_deleting_a_draft_tells_the_index(self, desk: Client, quiet: Callable[[], None]) -> None:
        tool = ToolFactory(draft=True)
        quiet()
        assert desk.post(address("delete", tool)).status_code == 302
        assert not Tool.objects.exists()
        assert told_index() == [str(tool.pk)]
        assert AuditEntry.objects.filter(action="tool.deleted").exists()

    def test_many_at_once_cannot_be_deleted(self, desk: Client) -> None:
        tools = [ToolFactory(draft=True), ToolFactory(draft=True)]
        url = reverse("wagtail_bulk_action", args=["catalogue", "tool", "delete"])
        query = "&".join(f"id={tool.pk}" for tool in tools)
        desk.post(f"{url}?{query}")
        assert Tool.objects.count() == 2

    def test_the_list_has_no_boxes_to_tick(self, desk: Client) -> None:
        ToolFactory()
        page = desk.get(reverse(f"{NAMESPACE}:list")).content.decode()
        assert "bulk-action-checkbox" not in page


class TestTraps:
    @pytest.fixture
    def failing_receiver(self) -> Iterator[None]:
        """Somebody who listens to publications and fails."""

        def fail(**kwargs: Any) -> None:
            raise RuntimeError("a receiver failed")

        published.connect(fail, sender=Tool)
        yield
        published.disconnect(fail, sender=Tool)

    @pytest.mark.usefixtures("failing_receiver")
    def test_a_failing_receiver_leaves_change_and_news_or_neither(
        self, desk: Client, quiet: Callable[[], None]
    ) -> None:
        tool = ToolFactory(name="Before")
        form = form_of(desk.get(address("edit", tool)))
        quiet()
        with pytest.raises(RuntimeError):
            desk.post(address("edit", tool), {**form, "name": "After", "action-publish": "1"})
        tool.refresh_from_db()
        saved = AuditEntry.objects.filter(action="tool.saved", subject_id=str(tool.pk))
        assert tool.name == "After"
        assert str(tool.pk) in told_index()
        assert saved.latest("number").details["live"] is True

    def test_publishing_from_a_french_desk_keeps_english_in_the_base_column(
        self, desk_of: Callable[[User], Client], editor: User
    ) -> None:
        editor.language = "fr"
        editor.save(update_fields=["language"])
        desk = desk_of(editor)
        tool = publish(desk, ToolFactory(), summary_en="Finds faces.", summary_fr="Trouve des visages.")
        plain = Tool.objects.rewrite(False).filter(pk=tool.pk).values("summary", "summary_en", "summary_fr")
        assert plain.get() == {
            "summary": "Finds faces.",
            "summary_en": "Finds faces.",
            "summary_fr": "Trouve des visages.",
        }
        assert tool.latest_revision.content["summary"] == "Finds faces."

    def test_an_old_revision_opens_as_it_was(self, desk_of: Callable[[User], Client], editor: User) -> None:
        editor.language = "ru"
        editor.save(update_fields=["language"])
        desk = desk_of(editor)
        tool = ToolFactory()
        publish(desk, tool, summary_en="First.", summary_fr="Premier.", summary_ru="")
        first = Tool.objects.get(pk=tool.pk).latest_revision
        publish(desk, tool, summary_en="Second.", summary_fr="Deuxième.", summary_ru="Второй.")
        with override("ar"):
            old = first.as_object()
        assert (old.summary_en, old.summary_fr, old.summary_ru or "") == ("First.", "Premier.", "")
        page = desk.get(address("revisions_revert", tool, first.pk))
        form = form_of(page)
        assert (form["summary_en"], form["summary_fr"], form["summary_ru"]) == (
            ["First."],
            ["Premier."],
            [""],
        )

    def test_a_form_of_more_than_200_fields_is_taken(self, desk: Client) -> None:
        tool = publish(desk, ToolFactory(with_sources=True))
        rows = 22
        form = form_of(desk.get(address("edit", tool)))
        form |= {"aliases-TOTAL_FORMS": [str(rows)], "action-publish": ["1"]}
        for number in range(rows):
            form |= {
                f"aliases-{number}-id": [""],
                f"aliases-{number}-name": [f"Name {number}"],
                f"aliases-{number}-language": ["en"],
                f"aliases-{number}-source_url": [""],
                f"aliases-{number}-DELETE": [""],
            }
        for language in LANGUAGES:
            form[column_of("summary", language.code)] = [f"Summary in {language.code}."]
        assert sum(map(len, form.values())) > 200
        response = desk.post(address("edit", tool), form)
        assert response.status_code == 302, response.context["form"].errors
        tool = Tool.objects.get(pk=tool.pk)
        assert tool.aliases.count() == rows
        assert tool.summary_zh_hans == "Summary in zh-hans."


class TestRights:
    def test_a_translator_has_no_desk_of_tools(
        self, translator: User, desk_of: Callable[[User], Client]
    ) -> None:
        tool = ToolFactory(name="Same")
        client = desk_of(translator)
        for url in (reverse(f"{NAMESPACE}:list"), address("edit", tool), address("history", tool)):
            assert client.get(url).status_code == 302, url
        assert client.get(reverse("wagtailsnippetchoosers_catalogue_tool:choose")).status_code != 200
        client.post(address("edit", tool), {"name": "Forged", "summary_en": "Forged", "action-publish": "1"})
        tool.refresh_from_db()
        assert (tool.name, tool.summary_en) == ("Same", "Finds faces in images.")

    def test_who_may_not_publish_changes_translations_and_nothing_else(
        self, translator: User, desk_of: Callable[[User], Client]
    ) -> None:
        tool = ToolFactory(name="Same", summary_en="Source.", readiness="turnkey", with_sources=True)
        group = Group.objects.get(name="Translators")
        group.permissions.add(Permission.objects.get(codename="change_tool"))
        client = desk_of(translator)
        page = client.get(address("edit", tool))
        assert "summary_fr" in form_of(page)
        assert not {"name", "summary_en", "readiness", "fact_sources-TOTAL_FORMS"} & set(form_of(page))
        forged = {
            **form_of(page),
            "summary_fr": "Résumé.",
            "summary_en": "Forged.",
            "name": "Forged",
            "slug": "forged",
            "readiness": "developer",
            "data_types": ["audio"],
            "fact_sources-TOTAL_FORMS": "1",
            "fact_sources-INITIAL_FORMS": "0",
            "fact_sources-0-group": "identity",
            "fact_sources-0-url": "https://forged.example/",
            "action-publish": "1",
        }
        assert client.post(address("edit", tool), forged).status_code == 302
        draft = Tool.objects.get(pk=tool.pk).get_latest_revision_as_object()
        assert (draft.summary_fr, draft.summary_en, draft.name) == ("Résumé.", "Source.", "Same")
        assert (draft.slug, draft.readiness, draft.data_types) == (tool.slug, "turnkey", ["image"])
        assert draft.fact_sources.count() == 7
        assert Tool.objects.get(pk=tool.pk).summary_fr in (None, "")

    def test_who_has_lost_the_role_has_no_desk(self, editor: User, desk: Client) -> None:
        assert desk.get("/cms/").status_code == 200
        editor.role_grants.all().delete()
        assert desk.get("/cms/").status_code == 404
        align_groups(User.objects.get(pk=editor.pk))
        assert not editor.groups.exists()

    def test_an_address_of_no_tool_is_missing(self, desk: Client) -> None:
        assert desk.get(f"/cms/snippets/catalogue/tool/edit/{2**40}/").status_code == 404


class TestSeeing:
    def test_a_preview_shows_the_draft_in_each_language(self, desk: Client) -> None:
        StageFactory(code="analysis", label="Analysis", label_ar="التحليل")
        tool = ToolFactory(name="Live", stages=["analysis"])
        form = form_of(desk.get(address("edit", tool)))
        sent = desk.post(
            address("preview_on_edit", tool),
            {**form, "name": "Draft", "summary_en": "In English.", "summary_ar": "بالعربية."},
        )
        assert sent.json() == {"is_valid": True, "is_available": True}
        for language in LANGUAGES:
            page = desk.get(address("preview_on_edit", tool), {"mode": language.code})
            text = page.content.decode()
            assert page.status_code == 200
            assert f'<html lang="{language.html_lang}" dir="{language.direction}"' in text
            assert "Draft" in text
            assert ("بالعربية." if language.code == "ar" else "In English.") in text
        assert Tool.objects.get(pk=tool.pk).name == "Live"

    def test_a_preview_may_stand_in_a_frame_of_the_desk_only(self, desk: Client) -> None:
        tool = ToolFactory()
        form = form_of(desk.get(address("edit", tool)))
        desk.post(address("preview_on_edit", tool), form)
        page = desk.get(address("preview_on_edit", tool), {"mode": "ar"})
        assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "unsafe-inline" not in policy

    def test_a_tool_that_was_never_saved_has_no_preview(self, desk: Client) -> None:
        form = form_of(desk.get(ADD))
        desk.post(reverse(f"{NAMESPACE}:preview_on_add"), {**form, "name": "New", "code": "new"})
        page = desk.get(reverse(f"{NAMESPACE}:preview_on_add"))
        assert page.status_code == 404
        assert "preview" not in [panel.name for panel in desk.get(ADD).context["side_panels"]]

    def test_a_comparison_has_labels(self, desk: Client) -> None:
        VocabularyValueFactory(vocabulary="readiness", code="developer", label="Needs a developer")
        tool = publish(desk, ToolFactory(readiness="turnkey"))
        first = tool.latest_revision
        publish(desk, tool, readiness="developer", data_types=["audio"])
        second = Tool.objects.get(pk=tool.pk).latest_revision
        page = desk.get(address("revisions_compare", tool, first.pk, second.pk)).content.decode()
        assert "Needs a developer" in page

    def test_the_history_names_who_did_what(self, desk: Client, editor: User) -> None:
        tool = publish(desk, ToolFactory(), name="Other")
        entries = ModelLogEntry.objects.filter(object_id=str(tool.pk), action="wagtail.publish")
        assert [entry.user for entry in entries] == [editor]
        assert desk.get(address("history", tool)).status_code == 200

    def test_the_list_is_searched_by_name_code_vendor_and_other_name(self, desk: Client) -> None:
        ToolFactory(name="Face Finder", code="ff-1")
        ToolFactory(name="Other", with_alias=True)
        for words, found in (("face", ["Face Finder"]), ("ff-1", ["Face Finder"]), ("zzz", [])):
            page = desk.get(reverse(f"{NAMESPACE}:list"), {"q": words})
            assert [tool.name for tool in page.context["object_list"]] == found

    def test_a_list_takes_as_many_queries_for_three_tools_as_for_one(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        ToolFactory()
        url = reverse(f"{NAMESPACE}:list")
        desk.get(url)
        with django_assert_max_num_queries(60) as one:
            desk.get(url)
        ToolFactory.create_batch(2)
        with django_assert_max_num_queries(len(one)) as three:
            desk.get(url)
        assert len(three) == len(one)


class TestWhoWroteIt:
    def origin(self, tool: Tool, field: str, language: str) -> TextProvenance | None:
        return TextProvenance.objects.filter(object_id=tool.pk, field=field, language=language).first()

    def test_a_draft_changes_no_origin(self, desk: Client) -> None:
        tool = ToolFactory()
        edit(desk, tool, summary_fr="Trouve des visages.")
        assert self.origin(tool, "summary", "fr") is None

    def test_what_an_editor_publishes_is_a_persons_text(self, desk: Client, editor: User) -> None:
        tool = publish(desk, ToolFactory(), summary_en="Finds faces.", summary_fr="Trouve des visages.")
        french = self.origin(tool, "summary", "fr")
        assert french is not None
        assert (french.origin, french.reviewed_by) == (TextOrigin.REVIEWED, editor)
        assert french.source_hash == text_hash("Finds faces.")
        english = self.origin(tool, "summary", "en")
        assert english is not None
        assert english.origin == TextOrigin.SOURCE

    def test_a_machine_draft_that_nobody_touched_stays_one(self, desk: Client) -> None:
        tool = ToolFactory(summary_fr="Brouillon.")
        publish(desk, tool)
        TextProvenance.objects.filter(language="fr").update(origin=TextOrigin.MACHINE)
        publish(desk, tool, name="Other")
        french = self.origin(tool, "summary", "fr")
        assert french is None or french.origin == TextOrigin.MACHINE

    def test_an_emptied_text_has_no_origin(self, desk: Client) -> None:
        tool = publish(desk, ToolFactory(), summary_fr="Trouve des visages.")
        publish(desk, tool, summary_fr="")
        assert self.origin(tool, "summary", "fr") is None

    def test_words_of_the_taxonomy_too(self, desk: Client, editor: User) -> None:
        capability = CapabilityFactory()
        url = reverse("capability:edit", args=[capability.pk])
        form = form_of(desk.get(url))
        assert desk.post(url, {**form, "label_fr": "Visages"}).status_code == 302
        noted = TextProvenance.objects.get(object_id=capability.pk, field="label", language="fr")
        assert (noted.origin, noted.reviewed_by) == (TextOrigin.REVIEWED, editor)
