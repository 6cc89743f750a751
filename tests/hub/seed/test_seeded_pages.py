"""Page trees that are there: linked in six languages, and the editors' from now on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.synctree import create_aliases_for_new_page

from hub.core.languages import LANGUAGE_CODES
from hub.models import StandardPage
from hub.seed import seed_pages
from hub.seed.content import CONTENT_DIR, STANDARD_PAGES, read_content
from tests.hub.seed.reading import main_of, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_pages")]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_has_its_own_pages_at_the_same_addresses(client: Client, language: str) -> None:
    texts = read_content(language)
    assert texts is not None
    for slug, path in (("home", ""), *((slug, f"{slug}/") for slug in STANDARD_PAGES)):
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 200
        assert (texts[slug].heading or texts[slug].title) in main_of(answer)
        assert texts[slug].lead in main_of(answer)


def test_the_six_trees_are_translations_of_each_other() -> None:
    for slug in ("home", *STANDARD_PAGES):
        english = page(slug, "en")
        others = english.get_translations()
        assert {other.locale.language_code for other in others} == set(LANGUAGE_CODES) - {"en"}
        assert not [other for other in others if other.alias_of_id]
        translations = Translation.objects.filter(source__object_id=english.translation_key, enabled=True)
        assert {one.target_locale.language_code for one in translations} == set(LANGUAGE_CODES) - {"en"}
        for translation in translations:
            total, done = translation.get_progress()
            assert total == done > 0


def test_a_second_run_writes_nothing() -> None:
    before = list(Page.objects.order_by("pk").values())
    assert seed_pages() == 0
    assert list(Page.objects.order_by("pk").values()) == before


def test_a_page_that_an_editor_deleted_or_renamed_stays_so_even_with_a_newer_text(tmp_path: Path) -> None:
    page("neutrality", "en").delete()
    about = page("about", "en")
    about.slug = "what-this-is"
    about.save_revision().publish()
    assert seed_pages() == 0
    folder = tmp_path / "content"
    shutil.copytree(CONTENT_DIR, folder)
    with (folder / "en.toml").open("a", encoding="utf-8") as file:
        file.write("# a newer version\n")
    assert seed_pages(folder=folder) == 0
    english = StandardPage.objects.filter(locale__language_code="en")
    assert [page.slug for page in english] == ["what-this-is"]


def test_a_new_english_page_appears_in_every_tree_at_once() -> None:
    new = StandardPage(title="Principles", slug="principles", locale=Locale.objects.get(language_code="en"))
    page("home", "en").add_child(instance=new)
    new.save_revision().publish()
    create_aliases_for_new_page(new)
    assert {other.specific.text_state for other in new.get_translations()} == {"untranslated"}
    assert new.get_translations().live().count() == len(LANGUAGE_CODES) - 1


def test_translations_are_drafts_until_a_person_has_looked_at_them() -> None:
    assert page("about", "en").text_state == "source"
    assert page("about", "fr").text_state == "draft"
    texts = StringTranslation.objects.filter(context__object_id=page("about", "fr").translation_key)
    texts.filter(locale__language_code="fr").update(
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL
    )
    assert page("about", "fr").text_state == "reviewed"
    assert page("about", "es").text_state == "draft"


def test_a_changed_english_text_shows_in_its_translations() -> None:
    english = page("neutrality", "en")
    english.lead = "Nobody can buy anything here."
    english.save_revision().publish()
    Translation.objects.filter(source__object_id=english.translation_key).first().source.update_from_db()
    assert page("neutrality", "ar").text_state == "changed"
    assert page("about", "ar").text_state == "draft"


def test_the_site_begins_at_the_english_home_page_and_wagtails_own_page_is_gone() -> None:
    site = Site.objects.get()
    assert site.is_default_site
    assert site.root_page.specific == page("home", "en")
    assert Page.objects.filter(depth=2).count() == len(LANGUAGE_CODES)


def test_the_site_follows_the_address_of_the_environment(settings: Settings) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://hub.police.example"
    seed_pages()
    assert Site.objects.get().root_url == "https://hub.police.example"
