"""A laptop: embedded database and search, invented people, loopback only."""

from hub.settings.base import *  # noqa: F403
from hub.settings.base import INSTALLED_APPS

DEMO = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "hub.demo"]
