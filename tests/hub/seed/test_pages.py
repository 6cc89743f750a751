"""Making the page trees: all or nothing, from the files of hub/content/."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client

from hub.models import HomePage
from hub.seed import ContentError, seed_pages
from hub.seed.content import CONTENT_DIR, STANDARD_PAGES, read_content
from tests.hub.seed.reading import main_of, page

pytestmark = pytest.mark.django_db

ALL_PAGES = 6 * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the texts that a test may change."""
    copy = tmp_path / "content"
    shutil.copytree(CONTENT_DIR, copy)
    return copy


def test_what_an_editor_wrote_stays_even_with_a_newer_text(folder: Path) -> None:
    seed_pages(folder=folder)
    french = page("about", "fr")
    french.title = "Notre hub"
    french.save_revision().publish()
    text = (folder / "fr.toml").read_text(encoding="utf-8")
    (folder / "fr.toml").write_text(text.replace("À propos du hub", "Tout autre chose"), encoding="utf-8")
    assert seed_pages(folder=folder) == 0
    assert page("about", "fr").title == "Notre hub"


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
