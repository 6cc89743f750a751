"""Compiling translations: without gettext's programs, only what has changed, never half a file."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import polib
import pytest
from pytest_django.fixtures import Settings

from hub.seed import ContentError, compile_messages

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Search"
msgstr "{}"

msgctxt "a room"
msgid "open"
msgstr "ouvert"
"""


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    """Return the only catalogue there is."""
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    path = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO.format("Chercher"), encoding="utf-8")
    return path


def test_a_compiled_catalogue_says_what_the_source_says(source: Path) -> None:
    assert compile_messages() == 1
    with source.with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Search") == "Chercher"
    assert catalogue.pgettext("a room", "open") == "ouvert"


def test_only_what_is_newer_is_compiled_again(source: Path) -> None:
    compile_messages()
    assert compile_messages() == 0
    source.write_text(PO.format("Rechercher"), encoding="utf-8")
    compiled = source.with_suffix(".mo")
    os.utime(compiled, (1, 1))
    seen: list[tuple[int, int]] = []
    assert compile_messages(lambda done, total: seen.append((done, total))) == 1
    assert seen == [(1, 1)]
    assert next(entry.msgstr for entry in polib.mofile(str(compiled))) == "Rechercher"


@pytest.mark.parametrize("content", [b'msgid "Sea"rch"\nmsgstr ""\n', b'msgid "S"\nmsgstr "\xff"\n'])
def test_a_broken_catalogue_is_named_and_leaves_no_file(source: Path, content: bytes) -> None:
    source.write_bytes(content)
    with pytest.raises(ContentError, match=r"django\.po cannot be read"):
        compile_messages()
    assert [path.name for path in source.parent.iterdir()] == ["django.po"]


def test_without_any_catalogue_nothing_happens(tmp_path: Path, settings: Settings) -> None:
    settings.LOCALE_PATHS = [tmp_path / "none"]
    assert compile_messages() == 0
