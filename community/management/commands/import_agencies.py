"""`manage.py import_agencies`: agencies and their mail domains from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.actions.import_agencies import COLUMNS, import_agencies


class Command(BaseCommand):
    """Adds agencies and proposes domains; an administrator confirms each domain afterwards."""

    help = (
        f"Import agencies from a CSV file with the columns {', '.join(COLUMNS)}. "
        "Domains count once an administrator has confirmed them"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and --dry-run."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen and write nothing"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Import, report, and fail if there is a bad cell."""
        result = import_agencies(file, by=None, dry_run=dry_run)
        for line in result.problems:
            self.stderr.write(line)
        if result.problems:
            raise CommandError(f"Nothing was written: {len(result.problems)} problems.")
        for line in result.notes:
            self.stdout.write(line)
        self.stdout.write(
            f"Agencies added: {result.agencies}. Domains proposed: {result.domains}, there already: {result.unchanged}."
        )
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
