"""Everything real. Nothing here has a default that is safe only on a laptop."""

from django.core.exceptions import ImproperlyConfigured

from hub.settings import env
from hub.settings.base import *  # noqa: F403

if not env.ALLOWED_HOSTS or "*" in env.ALLOWED_HOSTS:
    raise ImproperlyConfigured("HUB_ALLOWED_HOSTS must name the hosts of the hub, such as hub.example.org")

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-s"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-c"
LANGUAGE_COOKIE_SECURE = True
if env.TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
