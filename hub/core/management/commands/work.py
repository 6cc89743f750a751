"""`manage.py work`: the worker."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hub.core import worker


class Command(BaseCommand):
    """Delivers the outbox, runs tasks and regular duties until it is stopped."""

    help = "Deliver index changes and mails, run tasks and regular duties"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --once, for tests and cron."""
        parser.add_argument("--once", action="store_true", help="do what is waiting, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        if options["once"]:
            while worker.work_once():
                pass
            return
        stopping = False

        def stop(signal_number: int, frame: object) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        worker.work_forever(lambda: stopping)
