"""`manage.py create_vetter EMAIL`: the first two, without whom nobody is let in."""

from community.management.founding import FoundingCommand
from hub.core.enums import Role


class Command(FoundingCommand):
    """Makes a vetter and prints a link that works once."""

    role = Role.VETTER
    help = "Make a vetter and print a one-time link with which the person sets a password."
