"""A laptop: embedded database and search, invented people, loopback only."""

from hub.settings.base import *  # noqa: F403
from hub.settings.base import DATA_DIR, INSTALLED_APPS

DEMO = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "hub.demo"]
# Nothing leaves the machine: mails are files that the page /demo/mail/ shows.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
