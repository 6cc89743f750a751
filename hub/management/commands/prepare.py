"""`manage.py prepare`: everything that the hub needs before it serves its first page."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from catalogue import api as catalogue
from community import api as community
from hub.core.caches import LIMITS_TABLE
from hub.core.models import User
from hub.core.progress import ProgressBar
from hub.core.search import SearchError
from hub.data_version import DATA_VERSION, STAMP
from hub.management.taking_turns import turn_on_the_database, turn_on_this_machine
from hub.seed import ContentError, compile_messages, seed_case_facts, seed_pages, seed_rights
from hub.seed.marks import fingerprint, is_marked, leave_mark
from hub.settings.env import PROJECT_DIR

_TABLES_MARK = "tables"


class Command(BaseCommand):
    """Brings database, translations, pages, tools and search index up to date; what is there already stays."""

    help = (
        "Make or update the database, translations, page trees, tools and search index. "
        "What is there already stays; a second run changes nothing"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do every step that is due, and stamp the data folder when all are done."""
        # Wagtail tells of every page at length; a failure still comes through.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        data = Path(settings.DATA_DIR)
        try:
            data.mkdir(parents=True, exist_ok=True)
            with turn_on_this_machine(data, self._wait), turn_on_the_database(self._wait):
                _refuse_newer_data(data / STAMP)
                _refuse_real_people()
                self._make_database()
                self._compile_translations()
                self._make_pages()
                loaded = self._load_tables(options["verbosity"])
                self._publish_terms()
                self._make_people()
                self._fill_index(anew=loaded)
                _write_stamp(data / STAMP)
        except (ContentError, SearchError) as error:
            raise CommandError(f"{error}.") from error
        except InconsistentMigrationHistory as error:
            raise CommandError(
                "The database was made by another version of the hub: restore a backup or update the program."
            ) from error
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise CommandError(
                f"The database cannot be used ({reason}): check DATABASE_URL and start again."
            ) from error
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            raise CommandError(f"{error.strerror or error}{place}: correct that and start again.") from error

    def _wait(self) -> None:
        self.stdout.write("Another prepare is at work on the same data: waiting for it")

    def _bar(self, what: str) -> Callable[[int, int], None]:
        return ProgressBar(self.stdout, what).show

    def _make_database(self) -> None:
        executor = MigrationExecutor(connection)
        total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if total:
            counter = _MigrationCounter(self._bar("Database: steps"), total)
            call_command(
                "migrate", interactive=False, verbosity=1, no_color=True, stdout=OutputWrapper(counter)
            )
        else:
            self.stdout.write("Database: up to date")
        # It is there even where limits stand in Redis: they are counted in it when Redis fails.
        call_command("createcachetable", LIMITS_TABLE, verbosity=0)

    def _compile_translations(self) -> None:
        if not compile_messages(self._bar("Translations: compiled")):
            self.stdout.write("Translations: up to date")

    def _make_pages(self) -> None:
        if not seed_pages(self._bar("Pages: written")):
            self.stdout.write("Pages: up to date")
        facts = seed_case_facts()
        self.stdout.write(f"Dated figures: {facts} written" if facts else "Dated figures: up to date")
        seed_rights()
        self.stdout.write("Rights of editors and translators: up to date")

    def _load_tables(self, verbosity: int) -> bool:
        """Load the tools that come with the hub, if they are others than the last time; return whether they were."""
        mark = fingerprint(
            [*catalogue.DEMO_DATA.glob("*.csv"), *(PROJECT_DIR / "catalogue" / "vocabulary").glob("*.csv")]
        )
        if is_marked(_TABLES_MARK, mark):
            self.stdout.write("Tools and vocabulary: up to date")
            return False

        def progress(what: str, done: int, total: int) -> None:
            ProgressBar(self.stdout, f"Tools, {what.lower()}").show(done, total)

        try:
            report = catalogue.load_demo_tables(progress)
        except ValueError as error:
            for line in str(error).splitlines():
                self.stderr.write(line)
            raise CommandError("The tables that come with the hub cannot be loaded.") from error
        for line in report if verbosity > 1 else ():
            self.stdout.write(line)
        leave_mark(_TABLES_MARK, mark)
        return True

    def _publish_terms(self) -> None:
        published = community.publish_first_terms()
        self.stdout.write("Terms for officers: published" if published else "Terms for officers: up to date")

    def _make_people(self) -> None:
        if settings.DEMO:
            from hub.demo.applicants import seed_applicants  # noqa: PLC0415 - see below
            from hub.demo.people import seed_people  # noqa: PLC0415 - elsewhere the demo is not installed

            seed_people()
            seed_applicants()
            self.stdout.write("People of the demonstration: up to date")

    def _fill_index(self, *, anew: bool) -> None:
        # An index left by another database may hold just as many tools.
        if anew or catalogue.index_needs_rebuild():
            for problem in catalogue.rebuild_index(self._bar("Search index: tools")):
                self.stderr.write(problem)
        else:
            self.stdout.write("Search index: up to date")


class _MigrationCounter(io.StringIO):
    """Reads what Django's migrate prints and counts the migrations in it."""

    def __init__(self, show: Callable[[int, int], None], total: int) -> None:
        super().__init__()
        self._show = show
        self._total = total
        self._done = 0

    def write(self, text: str) -> int:
        """Count the migrations that a piece of output says are done."""
        if text.strip() in ("OK", "FAKED") or text.rstrip().endswith((" OK", " FAKED")):
            self._done += 1
            self._show(self._done, self._total)
        return len(text)


def _refuse_newer_data(stamp: Path) -> None:
    try:
        version = json.loads(stamp.read_text(encoding="utf-8"))["data_version"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{stamp} cannot be read: restore it from a backup.") from error
    if not isinstance(version, int) or version > DATA_VERSION:
        raise CommandError(
            f"The data in {stamp.parent} are of a newer version of the hub ({version}; this one knows "
            f"{DATA_VERSION}): update the program or choose another folder with HUB_DATA_DIR."
        )


def _refuse_real_people() -> None:
    """Keep the demonstration, where anybody becomes an administrator by a click, out of the database of a real hub."""
    if not settings.DEMO or User._meta.db_table not in connection.introspection.table_names():
        return
    if User.objects.exists() and not User.objects.filter(is_demo=True).exists():
        raise CommandError(
            "The database is one of a real hub, and the demonstration lets anybody in: choose another one."
        )


def _write_stamp(stamp: Path) -> None:
    text = json.dumps({"data_version": DATA_VERSION}) + "\n"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == text:
        return
    part = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(stamp)
