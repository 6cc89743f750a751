"""What all settings share. Differences live in demo, test and production."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.settings import env

DEBUG = False
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = env.ALLOWED_HOSTS
DEMO = False

INSTALLED_APPS = [
    "hub",
    "catalogue",
    "learning",
    "community",
    "hub.core",
    "modeltranslation",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.contrib.redirects",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "hub.core.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hub.door.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "hub.door.requests.RequestShapeMiddleware",
    "hub.door.sessions.SessionMiddleware",
    "hub.door.languages.LanguageCodeMiddleware",
    "hub.door.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.door.errors.ErrorPageMiddleware",
    "hub.door.gate.GateMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.PROJECT_DIR / "hub" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.views.shell.shell",
            ],
            "builtins": ["django.templatetags.i18n", "hub.templatetags.ui"],
        },
    }
]

# Data

DATABASES = {"default": env.DATABASE}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # One writer at a time waits for its turn instead of failing; readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# `default` holds limits only (allauth uses no other) and must never evict; `pages` may.
CACHES = {
    "default": (
        {"BACKEND": "hub.core.caches.LimitsCache", "LOCATION": env.REDIS_LIMITS_URL}
        if env.REDIS_LIMITS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "hub_limits",
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},
        }
    ),
    "pages": (
        {"BACKEND": "hub.core.caches.PagesCache", "LOCATION": env.REDIS_CACHE_URL}
        if env.REDIS_CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}
    ),
}

DATA_DIR = env.DATA_DIR
SEARCH_INDEX_DIR = env.DATA_DIR / "search"
ELASTICSEARCH: dict[str, Any] = {
    "addresses": env.ELASTICSEARCH_URL,
    "api_key": env.ELASTICSEARCH_API_KEY,
    "ca_file": env.ELASTICSEARCH_CA_FILE,
    "prefix": env.ELASTICSEARCH_PREFIX,
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # editors' forms; members' routes are held to 200 by the door
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = (
    6 * 1024 * 1024
)  # documents of applicants never touch the disk as they were sent
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Languages

LANGUAGE_CODE = DEFAULT_LANGUAGE
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
MODELTRANSLATION_DEFAULT_LANGUAGE = DEFAULT_LANGUAGE
MODELTRANSLATION_LANGUAGES = LANGUAGE_CODES
MODELTRANSLATION_FALLBACK_LANGUAGES = (DEFAULT_LANGUAGE,)
LOCALE_PATHS = [env.PROJECT_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = env.DATA_DIR / "static"
MEDIA_ROOT = env.DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 600

# Accounts

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["hub.door.backends.PersonBackend"]
SESSION_ENGINE = "hub.core.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "hub.door.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {
    "login": "hub.door.forms.LogInForm",
    "change_password": "hub.door.forms.NewPasswordForm",
    "reauthenticate": "hub.door.forms.ConfirmPasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
DOOR_RATE_LIMITS = {
    "enrol": "20/m/ip",
    "join": "60/m/ip",
    "join_start": "30/h/ip",
    "join_code": "30/h/ip",
    "join_document": "20/h/ip",
    "strength": "120/m/ip",
}
MFA_ADAPTER = "hub.door.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "hub.door.forms.AuthenticateForm",
    "reauthenticate": "hub.door.forms.AuthenticateAgainForm",
    "activate_totp": "hub.door.forms.AddAppForm",
    "deactivate_totp": "hub.door.forms.RemoveAppForm",
    "add_webauthn": "hub.door.forms.AddPasskeyForm",
    "edit_webauthn": "hub.door.forms.RenamePasskeyForm",
    "login_webauthn": "hub.door.forms.PasskeyLogInForm",
    "authenticate_webauthn": "hub.door.forms.PasskeyForm",
    "reauthenticate_webauthn": "hub.door.forms.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TRUST_ENABLED = False
MFA_TOTP_TOLERANCE = 0
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
PASSWORD_HASHERS = ["hub.core.hashers.OwaspArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "hub.core.passwords.OwnerValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "hub.core.passwords.LengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "hub.core.passwords.GuessableValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "hub.views.errors.csrf_failure"
ALLAUTH_TRUSTED_PROXY_COUNT = env.TRUSTED_PROXIES

# Mail

EMAIL_BACKEND = env.EMAIL_URL["EMAIL_BACKEND"]
EMAIL_HOST = env.EMAIL_URL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = env.EMAIL_URL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = env.EMAIL_URL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = env.EMAIL_URL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = env.EMAIL_URL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.EMAIL_URL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.MAIL_FROM
SUPPORT_ADDRESS = env.SUPPORT_ADDRESS

# Wagtail

WAGTAIL_SITE_NAME = env.SITE_NAME or "The Hub"
WAGTAILADMIN_BASE_URL = env.BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 5 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
WAGTAIL_USER_TIME_ZONES = ["UTC"]
WAGTAILADMIN_COMMENTS_ENABLED = False  # they are told by mails that go past the outbox
WAGTAIL_AUTOSAVE_INTERVAL = 0  # a draft holds a tool back from imports: it is saved when an editor says so

# Headers

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# What the editors' desk needs beyond that. Scripts that Wagtail writes into its pages are started by hub/js/cms.js
# instead; its editor of formatted text and the translation editor make styles as they go.
CONTENT_SECURITY_POLICY_OF_CMS = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail addresses are unique whatever their case: a constraint on Lower("email")
    "security.W002",  # hub.door.headers sets X-Frame-Options on every answer
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "hub.core.requests.RequestIdFilter"}},
    "formatters": {"json": {"()": "hub.core.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]}
    },
    "root": {"handlers": ["console"], "level": env.LOG_LEVEL},
    # Twice a second it tells that there was nothing to do.
    "loggers": {
        "django_tasks_db": {"level": "WARNING"},
        # One line for each question, and a stack for each failure of which hub.core.search tells in a sentence.
        "elastic_transport": {"level": "ERROR"},
    },
}
