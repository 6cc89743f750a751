"""`manage.py import_tools`: tables of tools from CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.actions.import_tools import import_tools
from hub.core.progress import ProgressBar


class Command(BaseCommand):
    """Imports CSV files; each is recognised by its headings."""

    help = (
        "Import tables of tools from CSV files: tools, capabilities, mentions, implementation, data_flows, "
        "error_measures, cautions. Each file is recognised by its headings; their order does not matter."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files and --dry-run."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen and write nothing"
        )

    def handle(self, *args: Any, files: list[Path], dry_run: bool, **options: Any) -> None:
        """Import, report, and fail if there is a bad cell."""
        result = import_tools(files, dry_run=dry_run, progress=self._progress)
        stream = self.stdout if result.ok else self.stderr
        for line in result.lines():
            stream.write(line)
        if not result.ok:
            raise CommandError(f"Nothing was written: {result.errors} bad cells.")
        if result.conflicts:
            self.stdout.write(f"{len(result.conflicts)} conflicts: editors find them in the CMS and decide.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")

    def _progress(self, what: str, done: int, total: int) -> None:
        ProgressBar(self.stdout, what).show(done, total)
