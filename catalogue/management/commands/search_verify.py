"""`manage.py search_verify`: whether the search index holds what the database holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.management.commands.search_rebuild import add_engine, chosen_engines
from catalogue.search import indexing
from hub.core.progress import ProgressBar
from hub.core.search import IndexUnavailable, SearchError

_SHOWN = 20


class Command(BaseCommand):
    """Compares index and database, document by document, and the index's files with their checksums."""

    help = "Compare the search index with the database; with --repair, write what differs"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --repair and --engine."""
        parser.add_argument("--repair", action="store_true", help="write what differs")
        add_engine(parser)

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        """Compare and report; fail at the end if something differs and is not repaired."""
        failed = []
        for name in chosen_engines(options["engine"]):
            try:
                found = self._compare(name, repair=repair)
            except IndexUnavailable as error:
                failed.append(f"{name}: {error} Run manage.py search_rebuild.")
                continue
            except (SearchError, OSError) as error:
                failed.append(f"{name}: {error}")
                continue
            self._report(found)
            if found.is_equal:
                self.stdout.write(f"The index in {name} and the database agree on {found.documents} tools.")
            elif repair:
                self.stdout.write(f"What differed has been written to {name}.")
            else:
                failed.append(f"The index in {name} differs; run manage.py search_verify --repair.")
        if failed:
            raise CommandError("\n".join(failed))

    def _compare(self, name: str, *, repair: bool) -> indexing.Comparison:
        engine = indexing.engines()[name]
        if repair:
            return indexing.repair(engine)
        return indexing.compare(ProgressBar(self.stdout, f"Comparing {name}").show, engine)

    def _report(self, found: indexing.Comparison) -> None:
        for what, keys in (
            ("missing in the index", found.missing),
            ("only in the index", found.surplus),
            ("different", found.different),
        ):
            if keys:
                more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
                self.stdout.write(f"{len(keys)} {what}: {', '.join(keys[:_SHOWN])}{more}")
        if found.damage:
            self.stdout.write(f"Damage: {found.damage}")
