"""`manage.py check_messages`: fails until every string is there in every language."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from hub.management import messages

pytestmark = pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")


@pytest.fixture(autouse=True)
def locale(tmp_path: Path, settings: Settings) -> Path:
    """Return an empty folder of catalogues."""
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale"


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("check_messages", *arguments, stdout=output)
    return output.getvalue()


def test_it_fails_until_every_string_is_translated(locale: Path) -> None:
    with pytest.raises(CommandError, match=r"^1 problem in"):
        run("--language", "es")
    with pytest.raises(CommandError, match="problems"):
        run("--language", "es", "--write")
    path = messages.catalogue_path(locale, "es")
    catalogue = polib.pofile(str(path), wrapwidth=0)
    assert len(catalogue) > 100
    for one in catalogue:
        if one.msgid_plural:
            one.msgstr_plural = {0: one.msgid_plural, 1: one.msgid_plural}
        else:
            one.msgstr = one.msgid
    messages.write(catalogue, path)
    assert "complete in es." in run("--language", "es")
    catalogue[0].msgstr = ""
    messages.write(catalogue, path)
    with pytest.raises(CommandError, match=r"^1 problem in"):
        run("--language", "es")


def test_english_is_complete_as_soon_as_it_is_written(locale: Path) -> None:
    assert "complete in en." in run("--language", "en", "--write")
    before = messages.catalogue_path(locale, "en").stat().st_mtime_ns
    assert "written" not in run("--language", "en", "--write")
    assert messages.catalogue_path(locale, "en").stat().st_mtime_ns == before


def test_the_list_names_every_problem(locale: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = io.StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("check_messages", "--write", "--list", "--language", "ru", stdout=output)
    total = int(str(failure.value).split()[0])
    assert output.getvalue().count("is not translated") == total
    assert "“Skip to content” is not translated" in output.getvalue()


def test_a_catalogue_that_cannot_be_read_is_named(locale: Path) -> None:
    path = messages.catalogue_path(locale, "fr")
    path.parent.mkdir(parents=True)
    path.write_bytes(b'msgid "S"\nmsgstr "\xff"\n')
    with pytest.raises(CommandError, match=r"django\.po cannot be read"):
        run("--language", "fr")
