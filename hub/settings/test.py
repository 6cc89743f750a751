"""The demo's settings, as the test run needs them: an own data folder and, if asked for, PostgreSQL."""

import os
import tempfile
from pathlib import Path

# Before `env` is read: tests never touch the data of a running hub.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
if "HUB_TEST_DATA_DIR" not in os.environ:
    os.environ["HUB_TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="hub-test-")
os.environ["HUB_DATA_DIR"] = str(Path(os.environ["HUB_TEST_DATA_DIR"]) / _worker)
if os.environ.get("HUB_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["HUB_TEST_DATABASE_URL"]

from hub.settings.demo import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
LOGGING_CONFIG = None
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, for a database in memory is one connection: threads of a served hub would share each other's transactions.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # noqa: F405
else:
    # Threads of a served hub end without a word: what they keep open would keep the database from being removed.
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
