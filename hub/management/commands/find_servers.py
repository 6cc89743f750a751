"""`manage.py find_servers`: whether the servers of a hub for many are there, and what they are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.management.components import components


class Command(BaseCommand):
    """Says of PostgreSQL, Elasticsearch and both Redis servers what was found; fails if one is not as it must be."""

    help = "Say which PostgreSQL, Elasticsearch and Redis servers the settings lead to, and what they are"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask each server, and fail if one is missing or cannot be used."""
        problems = 0
        for component in components():
            self.stdout.write(f"{component.name}: {component.found or 'not found'}")
            if component.problem:
                problems += 1
                self.stdout.write(f"  {component.problem}")
        if problems:
            number = f"{problems} servers are" if problems > 1 else "One server is"
            raise CommandError(
                f"{number} not as the hub needs it: correct what is said above and start again."
            )
