"""`manage.py production_check`: whether the hub may be opened to real officers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.management.readiness import problems


class Command(BaseCommand):
    """Says what must be corrected, a sentence each; what Django itself finds is said by `check --deploy`."""

    help = "Say what must be corrected before the hub is opened to real officers"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything, and fail if something is not as it must be."""
        found = problems()
        for problem in found:
            self.stdout.write(problem)
        if found:
            number = f"{len(found)} things are" if len(found) > 1 else "One thing is"
            raise CommandError(f"{number} not as it must be in production.")
        self.stdout.write("Everything is as it must be in production.")
