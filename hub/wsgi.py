"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.demo")

application = get_wsgi_application()

from catalogue import api as catalogue  # noqa: E402 - not before Django is set up

catalogue.read_words()
connections.close_all()  # requests have connections of their own
