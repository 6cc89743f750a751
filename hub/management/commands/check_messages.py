"""`manage.py check_messages`: whether every interface string is there in six languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.core.languages import LANGUAGE_CODES
from hub.management import messages
from hub.settings.env import PROJECT_DIR


class Command(BaseCommand):
    """Compares the strings of the program with the catalogues in locale/."""

    help = (
        "Fail if a string of the interface is missing, fuzzy or broken in one of the six catalogues of locale/, "
        "or if a catalogue holds strings that the program no longer has"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --list, --write and --language."""
        parser.add_argument("--list", action="store_true", help="print every problem, not only the first ten")
        parser.add_argument(
            "--write",
            action="store_true",
            help="first bring the catalogues up to date: new strings in, obsolete ones out, translations stay",
        )
        parser.add_argument(
            "--language", choices=LANGUAGE_CODES, action="append", help="only this language; may be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Extract, write if asked to, compare, and fail if something is wrong."""
        locale = Path(settings.LOCALE_PATHS[0])
        languages = options["language"] or LANGUAGE_CODES
        try:
            extracted = messages.extract(PROJECT_DIR)
        except messages.GettextMissingError as error:
            raise CommandError(
                "The program xgettext is missing: install it (Debian, Ubuntu: sudo apt-get install gettext)."
            ) from error
        except ValueError as error:
            raise CommandError(f"The strings cannot be extracted: {error}") from error
        total = 0
        for language in languages:
            path = messages.catalogue_path(locale, language)
            current = _read(path)
            if options["write"]:
                current = messages.merged(extracted, current, language)
                if messages.write(current, path):
                    self.stdout.write(f"{language}: written, {len(current)} strings")
            found = list(messages.problems(extracted, current, language))
            total += len(found)
            self._report(language, found, len(found) if options["list"] else 10)
        if total:
            raise CommandError(
                f"{_problems(total)} in {locale.name}/: add what is missing with check_messages --write, "
                "translate it, and see all of it with --list."
            )
        self.stdout.write(f"{len(extracted)} strings, complete in {', '.join(languages)}.")

    def _report(self, language: str, found: list[str], shown: int) -> None:
        if found:
            self.stdout.write(f"{language}: {_problems(len(found))}")
        for problem in found[:shown]:
            self.stdout.write(f"  {problem}")
        if len(found) > shown:
            self.stdout.write(f"  and {len(found) - shown} more")


def _problems(number: int) -> str:
    return f"{number} problem{'' if number == 1 else 's'}"


def _read(path: Path) -> polib.POFile | None:
    if not path.exists():
        return None
    try:
        return polib.pofile(str(path), wrapwidth=0)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
