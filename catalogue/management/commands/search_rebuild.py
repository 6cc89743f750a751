"""`manage.py search_rebuild`: the search index anew, without an empty moment."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.search import indexing
from hub.core.progress import ProgressBar
from hub.core.search import SearchError


class Command(BaseCommand):
    """Writes a new index beside the present one, then switches."""

    help = "Write the search index anew; searches go on with the old one until the new one is whole"

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, showing progress."""
        bar = ProgressBar(self.stdout, "Writing the search index")
        try:
            number = indexing.rebuild(bar.show)
        except (SearchError, OSError) as error:
            raise CommandError(f"The index was not written: {error}") from error
        self.stdout.write(f"The index holds {number} tools.")
