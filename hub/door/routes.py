"""Which door stands before an address. What is not named here needs a member."""

from __future__ import annotations

import enum
from typing import TypeGuard

from django.conf import settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, get_urlconf, resolve
from django.urls.resolvers import LocalePrefixPattern

from hub.core.languages import LANGUAGE_CODES


class Door(enum.Enum):
    """Who may pass."""

    MACHINES = "no session is read: health, robots, static files"
    PUBLIC = "everybody"
    NOWHERE = "everybody, for there is nothing but a page that says so"
    TERMS = "everybody: the terms for officers"
    DOCUMENT = "an applicant who was asked for a document"
    NEW_ACCOUNT = "somebody signed in, to add a second factor"
    ACCOUNT = "somebody who has proved a second factor"
    MEMBERS = "members"
    EDITORS = "members who are editors or translators"
    VETTERS = "members who are vetters"
    CASES = "members who are vetters and have just proved their second factor again"
    FOCAL_POINTS = "members who speak for a country and have just proved their second factor again"
    ADMINISTRATORS = "members who are administrators"
    CHANGES = "members who are administrators and have just proved their second factor again"


_MACHINES = frozenset({"healthz", "readyz", "robots", "sitemap"})
_PUBLIC = frozenset(
    {
        "home",
        "wagtail_serve",
        "join",
        "join_question",
        "join_code",
        "join_check",
        "join_later",
        "join_return",
        "join_status",
        "join_withdraw",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_enrol",
        "account_enrol_password",
        "account_enrol_strength",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)
_TERMS = frozenset({"join_terms"})
_DOCUMENT = "join_document"
_WAYS_OUT = frozenset({"account_logout", "demo", "demo_mail", "demo_time"})
"""Open to whoever stands before a page that has to be answered first."""
_PUBLIC_IN_DEMONSTRATION = frozenset({"demo", "demo_mail", "demo_time", "styleguide"})
_NEW_ACCOUNT = frozenset({"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"})
_ACCOUNT = frozenset(
    {
        "account_overview",
        "account_terms",
        "account_change_password",
        "account_password_strength",
        "account_sessions",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
_VETTERS = frozenset({"vetting", "vetting_figures"})
_CASES = frozenset(
    {
        "vetting_case",
        "vetting_call",
        "vetting_sponsor",
        "vetting_finding",
        "vetting_decide",
        "vetting_give_back",
        "vetting_document",
        "vetting_page",
    }
)
_FOCAL_POINTS = frozenset({"vetting_country", "vetting_country_case", "vetting_country_answer"})
_ADMINISTRATORS = frozenset(
    {
        "administration",
        "administration_roles",
        "administration_agencies",
        "administration_agency",
        "administration_focal_points",
        "administration_suspensions",
        "administration_audit",
        "administration_terms",
    }
)
_CHANGES = frozenset(
    {
        "administration_roles_propose",
        "administration_roles_decide",
        "administration_agencies_add",
        "administration_domain_propose",
        "administration_domains_confirm",
        "administration_domain_decide",
        "administration_focal_points_propose",
        "administration_focal_points_decide",
        "administration_suspensions_suspend",
        "administration_suspensions_decide",
        "administration_terms_publish",
    }
)
_CMS = "cms"
_FOLDERS = frozenset({"_util", "media"})
"""Where Wagtail and Django would answer if these were not closed."""
CLOSED = "closed"
"""The view attribute of addresses that are closed to everybody."""


def is_cms(path: str) -> bool:
    """Tell whether a path belongs to the editors' desk."""
    return _first_part(path) == _CMS


def has_no_language(path: str) -> bool:
    """Tell whether the first part of a path never stands after a language."""
    return _first_part(path) in _parts_without_language()


def takes_document(path: str) -> bool:
    """Tell whether a path is the one place where somebody who is no editor may send a file."""
    return name_at(path) == _DOCUMENT


def leads_out(path: str) -> bool:
    """Tell whether a path ends the session, or lets the demonstration go on as somebody else."""
    return name_at(path) in _WAYS_OUT


def name_at(path: str) -> str:
    """Return the name of the route at a path; empty where there is none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def door_of(path: str) -> Door:
    """Return the door before a path. The database is not asked."""
    first = _first_part(path)
    if path.startswith(settings.STATIC_URL):
        return Door.MACHINES
    try:
        match = resolve(path)
    except Resolver404:
        if first == _CMS:
            return Door.EDITORS
        # Under a closed part of the site a missing address looks like an existing one.
        return Door.MEMBERS if _second_part(path) in _closed_parts() else Door.NOWHERE
    name = match.view_name
    if getattr(match.func, CLOSED, False):
        return Door.NOWHERE
    if first == _CMS:
        return Door.EDITORS
    if name in _MACHINES:
        return Door.MACHINES
    if name == "wagtail_serve" and _second_part(path) in _closed_parts():
        return Door.MEMBERS
    if name in _PUBLIC or (settings.DEMO and name in _PUBLIC_IN_DEMONSTRATION):
        return Door.PUBLIC
    if name == _DOCUMENT:
        return Door.DOCUMENT
    if name in _TERMS:
        return Door.TERMS
    if name in _VETTERS:
        return Door.VETTERS
    if name in _CASES:
        return Door.CASES
    if name in _FOCAL_POINTS:
        return Door.FOCAL_POINTS
    if name in _ADMINISTRATORS:
        return Door.ADMINISTRATORS
    if name in _CHANGES:
        return Door.CHANGES
    if name in _NEW_ACCOUNT:
        return Door.NEW_ACCOUNT
    return Door.ACCOUNT if name in _ACCOUNT else Door.MEMBERS


def _first_part(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _second_part(path: str) -> str:
    language, _, rest = path.lstrip("/").partition("/")
    return rest.partition("/")[0] if language in LANGUAGE_CODES else ""


def _closed_parts() -> frozenset[str]:
    """Return the first parts, after the language, under which the hub itself has addresses."""
    return frozenset(
        _literal_start(inner)
        for pattern in get_resolver(get_urlconf()).url_patterns
        if _is_translated(pattern)
        for inner in pattern.url_patterns
    ) - {""}


def _parts_without_language() -> frozenset[str]:
    patterns = get_resolver(get_urlconf()).url_patterns
    outside = (_literal_start(pattern) for pattern in patterns if not _is_translated(pattern))
    return frozenset({*outside, *_FOLDERS, _first_part(settings.STATIC_URL)}) - {""}


def _is_translated(pattern: URLPattern | URLResolver) -> TypeGuard[URLResolver]:
    return isinstance(pattern, URLResolver) and isinstance(pattern.pattern, LocalePrefixPattern)


def _literal_start(pattern: URLPattern | URLResolver) -> str:
    start = str(pattern.pattern).lstrip("^").partition("/")[0]
    return "" if set(start) & set("<(\\[") else start
