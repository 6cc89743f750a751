"""`manage.py create_administrator EMAIL`: opens a site."""

from community.management.founding import FoundingCommand
from hub.core.enums import Role


class Command(FoundingCommand):
    """Makes an administrator and prints a link that works once."""

    role = Role.ADMINISTRATOR
    help = "Make an administrator and print a one-time link with which the person sets a password."
