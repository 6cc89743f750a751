"""The page trees: made once, linked in six languages, and afterwards the editors'."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.synctree import create_aliases_for_new_page

from hub.core.languages import LANGUAGE_CODES
from hub.models import HomePage, StandardPage
from hub.seed import ContentError, seed_pages
from hub.seed.content import CONTENT_DIR, STANDARD_PAGES, read_content
from tests.hub.seed.reading import main_of

pytestmark = pytest.mark.django_db

ALL_PAGES = 6 * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the texts that a test may change."""
    copy = tmp_path / "content"
    shutil.copytree(CONTENT_DIR, copy)
    return copy


def page(slug: str, language: str) -> Page:
    """Return a page by the slug that it has in English."""
    if slug == "home":
        return HomePage.objects.get(locale__language_code=language)
    english = StandardPage.objects.get(slug=slug, locale__language_code="en")
    return english.get_translation(Locale.objects.get(language_code=language)).specific


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_has_its_own_pages_at_the_same_addresses(client: Client, language: str) -> None:
    assert seed_pages() == ALL_PAGES
    texts = read_content(language)
    assert texts is not None
    for slug, path in (("home", ""), *((slug, f"{slug}/") for slug in STANDARD_PAGES)):
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 200
        assert (texts[slug].heading or texts[slug].title) in main_of(answer)
        assert texts[slug].lead in main_of(answer)


def test_the_six_trees_are_translations_of_each_other() -> None:
    seed_pages()
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
    seed_pages()
    before = list(Page.objects.order_by("pk").values())
    assert seed_pages() == 0
    assert list(Page.objects.order_by("pk").values()) == before


def test_what_an_editor_wrote_stays_even_with_a_newer_text(folder: Path) -> None:
    seed_pages(folder=folder)
    french = page("about", "fr")
    french.title = "Notre hub"
    french.save_revision().publish()
    text = (folder / "fr.toml").read_text(encoding="utf-8")
    (folder / "fr.toml").write_text(text.replace("À propos du hub", "Tout autre chose"), encoding="utf-8")
    assert seed_pages(folder=folder) == 0
    assert page("about", "fr").title == "Notre hub"


def test_a_page_that_an_editor_deleted_or_renamed_stays_so() -> None:
    seed_pages()
    page("neutrality", "es").delete()
    about = page("about", "en")
    about.slug = "what-this-is"
    about.save_revision().publish()
    assert seed_pages() == 0
    assert StandardPage.objects.filter(slug="about", locale__language_code="en").count() == 0
    assert StandardPage.objects.filter(slug="neutrality", locale__language_code="es").count() == 0


def test_a_language_without_a_file_shows_the_english_text_and_says_so(client: Client, folder: Path) -> None:
    (folder / "ru.toml").unlink()
    assert seed_pages(folder=folder) == ALL_PAGES
    english = read_content("en", folder)
    assert english is not None
    answer = client.get("/ru/about/")
    assert answer.status_code == 200
    assert '<html lang="ru"' in answer.content.decode()
    assert f'<h1 lang="en" dir="ltr">{english["about"].title}</h1>' in main_of(answer)
    assert page("about", "ru").text_state == "untranslated"
    assert "prov" in main_of(answer)


def test_a_file_that_comes_later_replaces_the_english_text(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "ru.toml"
    (folder / "ru.toml").rename(kept)
    seed_pages(folder=folder)
    kept.rename(folder / "ru.toml")
    assert seed_pages(folder=folder) == 3
    russian = read_content("ru", folder)
    assert russian is not None
    for slug in ("home", *STANDARD_PAGES):
        assert page(slug, "ru").title == russian[slug].title
        assert page(slug, "ru").alias_of_id is None
        assert page(slug, "ru").live


def test_a_new_english_page_appears_in_every_tree_at_once() -> None:
    seed_pages()
    new = StandardPage(title="Principles", slug="principles", locale=Locale.objects.get(language_code="en"))
    page("home", "en").add_child(instance=new)
    new.save_revision().publish()
    create_aliases_for_new_page(new)
    assert {other.specific.text_state for other in new.get_translations()} == {"untranslated"}
    assert new.get_translations().live().count() == len(LANGUAGE_CODES) - 1


def test_translations_are_drafts_until_a_person_has_looked_at_them() -> None:
    seed_pages()
    assert page("about", "en").text_state == "source"
    assert page("about", "fr").text_state == "draft"
    texts = StringTranslation.objects.filter(context__object_id=page("about", "fr").translation_key)
    texts.filter(locale__language_code="fr").update(
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL
    )
    assert page("about", "fr").text_state == "reviewed"
    assert page("about", "es").text_state == "draft"


def test_a_changed_english_text_shows_in_its_translations() -> None:
    seed_pages()
    english = page("neutrality", "en")
    english.lead = "Nobody can buy anything here."
    english.save_revision().publish()
    Translation.objects.filter(source__object_id=english.translation_key).first().source.update_from_db()
    assert page("neutrality", "ar").text_state == "changed"
    assert page("about", "ar").text_state == "draft"


def test_the_site_begins_at_the_english_home_page_and_wagtails_own_page_is_gone() -> None:
    seed_pages()
    site = Site.objects.get()
    assert site.is_default_site
    assert site.root_page.specific == page("home", "en")
    assert Page.objects.filter(depth=2).count() == len(LANGUAGE_CODES)


def test_the_site_follows_the_address_of_the_environment(settings: object) -> None:
    seed_pages()
    settings.WAGTAILADMIN_BASE_URL = "https://hub.police.example"  # type: ignore[attr-defined]
    seed_pages()
    assert Site.objects.get().root_url == "https://hub.police.example"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[neutrality]", "[something]"),
        ("title = ", "title "),
        ('  { heading = "Languages" },\n', ""),
    ],
)
def test_a_broken_file_leaves_nothing_half_made(folder: Path, old: str, new: str) -> None:
    source = folder / "en.toml"
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=r"^\w+(-\w+)?\.toml "):
        seed_pages(folder=folder)
    assert not HomePage.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing_half_made() -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == ALL_PAGES - 1:
            raise StoppedError

    with pytest.raises(StoppedError):
        seed_pages(stop)
    assert not HomePage.objects.exists()
    assert seed_pages() == ALL_PAGES


def test_progress_counts_to_the_last_page() -> None:
    seen: list[tuple[int, int]] = []
    seed_pages(lambda done, total: seen.append((done, total)))
    assert seen == [(number, ALL_PAGES) for number in range(1, ALL_PAGES + 1)]
