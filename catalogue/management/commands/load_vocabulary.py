"""`manage.py load_vocabulary`: the words of capabilities, stages and vocabularies in six languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.actions.load_vocabulary import VOCABULARY_DIR, load_vocabulary, vocabulary_problems


class Command(BaseCommand):
    """Loads the shipped words; words that people have changed stay."""

    help = "Load the words of capabilities, stages and vocabulary values; what editors have changed stays"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --check and --folder."""
        parser.add_argument(
            "--check", action="store_true", help="only check that the files of all six languages are complete"
        )

        parser.add_argument(
            "--folder",
            type=Path,
            default=VOCABULARY_DIR,
            help="where the files are, if not the shipped ones",
        )

    def handle(self, *args: Any, check: bool, folder: Path, **options: Any) -> None:
        """Load or check, report, and fail if a file cannot be used."""
        if check:
            problems = vocabulary_problems(folder)
            for problem in problems:
                self.stderr.write(problem)
            if problems:
                raise CommandError(f"The vocabulary is not complete: {len(problems)} problems.")
            return
        result = load_vocabulary(folder=folder)
        for line in result.lines():
            (self.stdout if result.ok else self.stderr).write(line)
        if not result.ok:
            raise CommandError(f"Nothing was written: {result.errors} bad cells.")
