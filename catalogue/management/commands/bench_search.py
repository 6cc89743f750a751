"""`manage.py bench_search`: one part of `manage.py bench`, in a process of its own so that its memory is its own."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from catalogue.bench import engine
from catalogue.bench.corpus import QUESTIONS_A_LANGUAGE, questions


class Command(BaseCommand):
    """Builds the index of a catalogue that is made up, or asks it, and prints figures as JSON. No database."""

    help = "Measure the search on a catalogue that is made up (manage.py bench starts this)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place of the index and what to do with it."""
        parser.add_argument("place", help="a folder, or the address of an Elasticsearch")
        parser.add_argument("--build", type=int, metavar="TOOLS", help="write the index of so many tools")
        parser.add_argument("--ask", type=int, metavar="RUNS", help="ask the index, so many times")
        parser.add_argument(
            "--fail", action="store_true", help="ask this embedded index while a cluster fails"
        )
        parser.add_argument("--words", default="", metavar="FOLDER", help="embedded index beside a cluster")
        parser.add_argument("--questions", type=int, default=QUESTIONS_A_LANGUAGE, help="in each language")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures on one line."""
        figures: engine.Figures = {}
        asked = questions(options["questions"])
        if options["build"]:
            figures["build"] = engine.build(options["build"], options["place"])
        if options["ask"]:
            figures["ask"] = engine.ask(asked, options["place"], options["ask"], options["words"])
        if options["fail"]:
            figures["fail"] = engine.fail(asked, options["place"])
        self.stdout.write(json.dumps(figures))
