"""`manage.py search_verify`: whether the search index holds what the database holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.search import indexing
from hub.core.progress import ProgressBar
from hub.core.search import IndexUnavailable, SearchError

_SHOWN = 20


class Command(BaseCommand):
    """Compares index and database, document by document, and the index's files with their checksums."""

    help = "Compare the search index with the database; with --repair, write what differs"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --repair."""
        parser.add_argument("--repair", action="store_true", help="write what differs")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        """Compare and report; fail if something differs and is not repaired."""
        bar = ProgressBar(self.stdout, "Comparing")
        try:
            found = indexing.repair() if repair else indexing.compare(bar.show)
        except IndexUnavailable as error:
            raise CommandError(f"{error} Run manage.py search_rebuild.") from error
        except (SearchError, OSError) as error:
            raise CommandError(str(error)) from error
        for name, keys in (
            ("missing in the index", found.missing),
            ("only in the index", found.surplus),
            ("different", found.different),
        ):
            if keys:
                more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
                self.stdout.write(f"{len(keys)} {name}: {', '.join(keys[:_SHOWN])}{more}")
        if found.damage:
            self.stdout.write(f"Damage: {found.damage}")
        if found.is_equal:
            self.stdout.write(f"Index and database agree on {found.documents} tools.")
        elif repair:
            self.stdout.write("What differed has been written.")
        else:
            raise CommandError("Index and database differ; run manage.py search_verify --repair.")
