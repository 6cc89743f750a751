"""What the commands share that make the first people of a site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from community.actions.members import create_founder
from community.rules import ENROLMENT_LASTS, RuleError
from hub.core.enums import Role
from hub.core.languages import DEFAULT_LANGUAGE


class FoundingCommand(BaseCommand):
    """Makes somebody with a role, and prints a link that works once."""

    role: Role

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email", help=f"e-mail address of the {self.role}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account, or a new link for one that has no password yet."""
        try:
            created = create_founder(options["email"], self.role)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except RuleError as error:
            raise CommandError(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The database is not ready: run manage.py prepare first.") from error
        base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
        hours = int(ENROLMENT_LASTS.total_seconds() // 3600)
        article = "an" if self.role == Role.ADMINISTRATOR else "a"
        self.stdout.write(f"{created.user.email} is {article} {self.role} for 12 months.")
        self.stdout.write(f"This link works once, within {hours} hours. Hand it over in person:")
        self.stdout.write(f"{base}/{DEFAULT_LANGUAGE}/account/enrol/{created.token}/")
