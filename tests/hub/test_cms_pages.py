"""Pages at the desk: who writes them, who translates them, and what nobody does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from hub.core import worker
from hub.core.enums import Role
from hub.core.models import User
from hub.models import HomePage, StandardPage
from hub.seed import seed_pages, seed_rights
from tests.factories.people import make_member, sign_in
from tests.forms import form_of

pytestmark = pytest.mark.django_db

NEWS = {"title": "News", "slug": "news", "body-count": "0", "action-publish": "1"}


@pytest.fixture(scope="module", autouse=True)
def _pages(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Make the pages once; each test undoes what it does to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_pages()
        seed_rights()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


def page(slug: str, language: str) -> StandardPage:
    return StandardPage.objects.get(slug=slug, locale__language_code=language)


def home(language: str) -> HomePage:
    return HomePage.objects.get(locale__language_code=language)


def browser_of(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def editor() -> Client:
    return browser_of(make_member(Role.EDITOR))


@pytest.fixture
def translator() -> Client:
    """Translates into French."""
    return browser_of(make_member(Role.TRANSLATOR, languages=("fr",)))


def edit_url(instance: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[instance.pk])


def string_of(translation: Translation) -> StringSegment:
    return StringSegment.objects.filter(source=translation.source, context__path="lead").get()


def translation_of(instance: Page) -> Translation:
    return Translation.objects.get(source__object_id=instance.translation_key, target_locale=instance.locale)


def write(client: Client, instance: Page, text: str) -> int:
    """Write the translation of a page's lead, as the translation editor does, and return the answer's status."""
    translation = translation_of(instance)
    url = reverse(
        "wagtail_localize:edit_string_translation", args=[translation.pk, string_of(translation).pk]
    )
    return client.put(url, f"value={text}", content_type="application/x-www-form-urlencoded").status_code


class TestEditors:
    def test_an_editor_writes_and_publishes_a_page(self, editor: Client) -> None:
        about = page("about", "en")
        form = form_of(editor.get(edit_url(about)))
        form |= {"lead": "A new first sentence.", "body-count": "0", "action-publish": "1"}
        response = editor.post(edit_url(about), form)
        assert response.status_code == 302, response.context["form"].errors
        assert page("about", "en").lead == "A new first sentence."

    def test_an_editor_makes_a_page_below_home(self, editor: Client) -> None:
        url = reverse("wagtailadmin_pages:add", args=["hub", "standardpage", home("en").pk])
        form = form_of(editor.get(url)) | NEWS
        response = editor.post(url, form)
        assert response.status_code == 302, response.context["form"].errors
        assert page("news", "en").live

    @pytest.mark.parametrize("action", ["delete", "unpublish", "copy", "move"])
    def test_home_pages_stay(self, editor: Client, action: str) -> None:
        french = home("fr")
        url = reverse(f"wagtailadmin_pages:{action}", args=[french.pk])
        assert editor.post(url, {"new_parent_page": "1"}).status_code == 302
        french = HomePage.objects.get(pk=french.pk)
        assert french.live
        assert HomePage.objects.count() == 6

    def test_no_second_home_page_can_be_made(self, editor: Client) -> None:
        root = Page.get_first_root_node()
        url = reverse("wagtailadmin_pages:add", args=["hub", "homepage", root.pk])
        assert editor.get(url).status_code == 302
        assert HomePage.objects.count() == 6

    def test_several_plain_pages_can_be_withdrawn_at_once_but_no_home_page(self, editor: Client) -> None:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
        plain = [page("about", "fr"), page("neutrality", "fr")]
        editor.post(f"{url}?" + "&".join(f"id={one.pk}" for one in plain))
        assert not StandardPage.objects.filter(pk__in=[one.pk for one in plain], live=True).exists()
        editor.post(f"{url}?id={home('fr').pk}")
        assert home("fr").live

    def test_an_editor_sends_a_page_to_translation(self, editor: Client) -> None:
        url = reverse("wagtailadmin_pages:add", args=["hub", "standardpage", home("en").pk])
        editor.post(url, form_of(editor.get(url)) | NEWS)
        news = page("news", "en")
        submit = reverse("wagtail_localize:submit_page_translation", args=[news.pk])
        locale = home("fr").locale
        assert editor.post(submit, {"locales": [str(locale.pk)]}).status_code == 302
        assert Translation.objects.filter(
            source__object_id=news.translation_key, target_locale=locale
        ).exists()

    def test_a_page_appears_at_the_hour_that_an_editor_has_set(self, editor: Client) -> None:
        about = page("about", "en")
        about.lead = "From now on."
        about.go_live_at = timezone.now() + timedelta(hours=1)
        about.save_revision().publish()
        [duty] = [one for one in worker._duties if one.name == "scheduled pages"]
        duty.perform()
        assert page("about", "en").lead != "From now on."
        with time_machine.travel(timezone.now() + timedelta(hours=2)):
            duty.perform()
        assert page("about", "en").lead == "From now on."


class TestTranslators:
    def test_a_translator_writes_texts_of_their_language(self, translator: Client) -> None:
        french = page("about", "fr")
        assert translator.get(edit_url(french)).status_code == 200
        assert write(translator, french, "Une nouvelle phrase.") in (200, 201)
        translation = translation_of(french)
        written = StringTranslation.objects.get(
            translation_of=string_of(translation).string,
            locale=french.locale,
            context=string_of(translation).context,
        )
        assert written.data == "Une nouvelle phrase."

    @pytest.mark.parametrize("language", ["ar", "ru"])
    def test_a_translator_writes_nothing_in_another_language(self, translator: Client, language: str) -> None:
        other = page("about", language)
        texts = list(StringTranslation.objects.order_by("pk").values_list("data", flat=True))
        assert write(translator, other, "Forged.") == 403
        translator.post(edit_url(other), {"title": "Forged", "lead": "Forged"})
        assert list(StringTranslation.objects.order_by("pk").values_list("data", flat=True)) == texts
        assert page("about", language).lead == other.lead

    def test_a_forged_form_cannot_change_the_source(self, translator: Client, editor: Client) -> None:
        about = page("about", "en")
        form = form_of(editor.get(edit_url(about))) | {"title": "Forged", "lead": "Forged."}
        assert translator.get(edit_url(about)).status_code == 302
        for action in ({}, {"action-publish": "1"}):
            translator.post(edit_url(about), {**form, **action})
        fresh = page("about", "en")
        assert (fresh.title, fresh.lead) == (about.title, about.lead)
        assert fresh.get_latest_revision_as_object().lead == about.lead

    def test_a_translator_does_not_publish(self, translator: Client) -> None:
        french = page("about", "fr")
        write(translator, french, "Pas encore.")
        translator.post(edit_url(french), {"action": "publish"})
        assert page("about", "fr").lead == french.lead

    @pytest.mark.parametrize("action", ["delete", "unpublish", "copy", "move"])
    def test_a_translator_removes_and_moves_nothing(self, translator: Client, action: str) -> None:
        french = page("about", "fr")
        StandardPage.objects.filter(pk=french.pk).update(live=False)
        url = reverse(f"wagtailadmin_pages:{action}", args=[french.pk])
        translator.post(url, {"new_parent_page": str(home("fr").pk), "new_title": "x", "new_slug": "x"})
        fresh = StandardPage.objects.get(pk=french.pk)
        assert (fresh.path, fresh.live) == (french.path, False)
        assert not StandardPage.objects.filter(slug="x").exists()

    @pytest.mark.parametrize("action", ["delete", "unpublish", "move"])
    def test_nor_several_pages_at_once(self, translator: Client, action: str) -> None:
        french = page("about", "fr")
        StandardPage.objects.filter(pk=french.pk).update(live=False)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        translator.post(f"{url}?id={french.pk}", {"chooser": str(home("fr").pk)})
        assert StandardPage.objects.filter(pk=french.pk, path=french.path).exists()

    def test_a_translator_makes_no_page(self, translator: Client) -> None:
        url = reverse("wagtailadmin_pages:add", args=["hub", "standardpage", home("fr").pk])
        translator.post(url, {"title": "x", "slug": "x"})
        assert not StandardPage.objects.filter(slug="x").exists()

    def test_a_translator_sends_nothing_to_translation(self, translator: Client) -> None:
        submit = reverse("wagtail_localize:submit_page_translation", args=[page("about", "en").pk])
        before = Translation.objects.count()
        translator.post(submit, {"locales": [str(home("ar").locale.pk)]})
        assert Translation.objects.count() == before

    def test_a_po_file_goes_out_and_comes_back_for_their_language_only(self, translator: Client) -> None:
        own, other = translation_of(page("about", "fr")), translation_of(page("about", "ar"))
        out = translator.get(reverse("wagtail_localize:download_pofile", args=[own.pk]))
        assert out.status_code == 200
        assert b"msgid" in out.content
        closed = translator.get(reverse("wagtail_localize:download_pofile", args=[other.pk]))
        assert closed.status_code in (302, 403)
        assert b"msgid" not in closed.content

    def test_the_list_of_pages_shows_only_trees_of_their_language(self, translator: Client) -> None:
        listing = translator.get("/cms/api/main/pages/", {"child_of": "root"})
        if listing.status_code == 200:
            assert json.loads(listing.content)["meta"]["total_count"] <= 6
        text = translator.get(reverse("wagtailadmin_explore", args=[home("fr").pk])).content.decode()
        assert page("about", "fr").title in text
        assert translator.get(reverse("wagtailadmin_explore", args=[home("ru").pk])).status_code in (302, 404)
