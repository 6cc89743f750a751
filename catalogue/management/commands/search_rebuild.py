"""`manage.py search_rebuild`: the search index anew, without an empty moment."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.search import indexing
from hub.core.progress import ProgressBar
from hub.core.search import SearchError


class Command(BaseCommand):
    """Writes a new index beside the present one, then switches."""

    help = "Write the search index anew; searches go on with the old one until the new one is whole"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --engine."""
        add_engine(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild one index after the other, showing progress; fail at the end if one was not written."""
        failed = []
        for name in chosen_engines(options["engine"]):
            bar = ProgressBar(self.stdout, f"Writing the index in {name}")
            try:
                number = indexing.rebuild(bar.show, indexing.engines()[name])
            except (SearchError, OSError) as error:
                failed.append(f"The index in {name} was not written: {error}")
            else:
                self.stdout.write(f"The index in {name} holds {number} tools.")
        if failed:
            raise CommandError("\n".join(failed))


def add_engine(parser: CommandParser) -> None:
    """Add --engine."""
    parser.add_argument(
        "--engine", help="this index only: elasticsearch or tantivy; otherwise each that there is"
    )


def chosen_engines(name: str | None) -> list[str]:
    """Return the names of the engines that are meant. Raises CommandError for one that there is not."""
    known = list(indexing.engines())
    if name and name not in known:
        raise CommandError(f"There is no index in {name}; this hub has one in {' and one in '.join(known)}.")
    return [name] if name else known
