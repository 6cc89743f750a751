"""Who passes where: each standing, at each address of production, with each method (security items 28, 29, 50, 53).

The table below is written by hand and knows nothing of `hub.door.routes`. Whoever adds an address adds it here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import pytest
from django.conf import settings
from django.db import connection

from tests.security.addresses import Route, addressed_as_production, routes, routes_out_of_reach
from tests.security.standings import ADD_FACTOR, LOG_IN, Addresses, Person, Who

pytestmark = pytest.mark.django_db


EVERYBODY = frozenset(Who)
PUBLIC = EVERYBODY - {Who.NEW}
"""Whoever has no second factor adds one before anything else."""
SIGNED_IN = EVERYBODY - {Who.STRANGER}
ACCOUNT = SIGNED_IN - {Who.NEW}
MEMBERS = ACCOUNT - {Who.APPLICANT, Who.EXPIRED, Who.SUSPENDED}
EDITORS = frozenset({Who.EDITOR, Who.TRANSLATOR})
VETTERS = frozenset({Who.VETTER})
NOBODY: frozenset[Who] = frozenset()
FOCAL_POINTS = frozenset({Who.FOCAL_POINT})
ADMINISTRATORS = frozenset({Who.ADMINISTRATOR})

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

MAY_PASS: dict[str, frozenset[Who]] = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "robots": EVERYBODY,
    "sitemap": EVERYBODY,
    "home": PUBLIC,
    "wagtail_serve": PUBLIC,
    "catalogue:index": MEMBERS,
    "catalogue:tool": MEMBERS,
    "catalogue:report": MEMBERS,
    "learning:index": MEMBERS,
    "community:index": MEMBERS,
    "account_login": PUBLIC,
    "account_logout": EVERYBODY,
    "account_inactive": PUBLIC,
    "account_enrol": PUBLIC,
    "account_enrol_password": PUBLIC,
    "account_enrol_strength": PUBLIC,
    "account_overview": ACCOUNT,
    "account_sessions": ACCOUNT,
    "account_change_password": ACCOUNT,
    "account_password_strength": ACCOUNT,
    "account_reauthenticate": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_deactivate_totp": ACCOUNT,
    "mfa_reauthenticate": ACCOUNT,
    "mfa_reauthenticate_webauthn": ACCOUNT,
    "mfa_view_recovery_codes": ACCOUNT,
    "mfa_generate_recovery_codes": ACCOUNT,
    "mfa_list_webauthn": ACCOUNT,
    "mfa_edit_webauthn": ACCOUNT,
    "mfa_remove_webauthn": ACCOUNT,
    "join": PUBLIC,
    "join_question": PUBLIC,
    "join_code": PUBLIC,
    "join_check": PUBLIC,
    "join_document": PUBLIC,
    "join_later": PUBLIC,
    "join_return": PUBLIC,
    "join_status": PUBLIC,
    "join_terms": PUBLIC,
    "join_withdraw": PUBLIC,
    "account_terms": ACCOUNT,
    "vetting": VETTERS,
    "vetting_case": VETTERS,
    "vetting_call": VETTERS,
    "vetting_sponsor": VETTERS,
    "vetting_finding": VETTERS,
    "vetting_decide": VETTERS,
    "vetting_give_back": VETTERS,
    "vetting_document": VETTERS,
    "vetting_page": VETTERS,
    "vetting_figures": VETTERS,
    "vetting_country": FOCAL_POINTS,
    "vetting_country_case": FOCAL_POINTS,
    "vetting_country_answer": FOCAL_POINTS,
    "administration": ADMINISTRATORS,
    "administration_roles": ADMINISTRATORS,
    "administration_roles_propose": ADMINISTRATORS,
    "administration_roles_decide": ADMINISTRATORS,
    "administration_agencies": ADMINISTRATORS,
    "administration_agencies_add": ADMINISTRATORS,
    "administration_agency": ADMINISTRATORS,
    "administration_domain_propose": ADMINISTRATORS,
    "administration_domains_confirm": ADMINISTRATORS,
    "administration_domain_decide": ADMINISTRATORS,
    "administration_focal_points": ADMINISTRATORS,
    "administration_focal_points_propose": ADMINISTRATORS,
    "administration_focal_points_decide": ADMINISTRATORS,
    "administration_suspensions": ADMINISTRATORS,
    "administration_suspensions_suspend": ADMINISTRATORS,
    "administration_suspensions_decide": ADMINISTRATORS,
    "administration_audit": ADMINISTRATORS,
    "administration_terms": ADMINISTRATORS,
    "administration_terms_publish": ADMINISTRATORS,
    "account_signup": NOBODY,
    "account_email": NOBODY,
    "account_email_verification_sent": NOBODY,
    "account_confirm_email": NOBODY,
    "account_set_password": NOBODY,
    "account_reset_password": NOBODY,
    "account_reset_password_done": NOBODY,
    "account_reset_password_from_key": NOBODY,
    "account_confirm_login_code": NOBODY,
    "mfa_download_recovery_codes": NOBODY,
    "hub.door.views.closed": NOBODY,
}
"""Which standings pass at which route. Everything else under /cms/ is for editors and translators."""

IN_DEMONSTRATION: dict[str, frozenset[Who]] = {
    "demo": PUBLIC,
    "demo_mail": PUBLIC,
    "demo_time": PUBLIC,
    "styleguide": PUBLIC,
}
"""What is otherwise, or there at all, where the demonstration is on."""

OUT_OF_REACH = {
    r"^cms/(?:login|password_reset|failwhale)(?:/.*)?$": False,
    "wagtailadmin_error_test": True,
    "wagtailadmin_account": True,
    "wagtailadmin_logout": True,
    "wagtailadmin_login": True,
    "wagtailadmin_password_reset": True,
    "wagtailadmin_password_reset_done": True,
    "wagtailadmin_password_reset_confirm": True,
    "wagtailadmin_password_reset_complete": True,
    "wagtailcore_authenticate_with_password": True,
    "wagtailcore_login": True,
}
"""Routes of Wagtail behind one of ours, and that one: no address is made of its pattern, so it is tried by name elsewhere."""

FAILS_IN_WAGTAIL = {
    "wagtailadmin_choose_page_external_link",  # an empty form
    "wagtailadmin_pages:move_confirm",  # the root of all pages
    "wagtailadmin_pages:set_page_position",  # the same
    "wagtaildocs_chooser:chosen",  # an id that is no number
    "wagtailimages_chooser:chosen",
    "wagtailsnippetchoosers_catalogue_tool:chosen",
    "wagtailsnippetchoosers_catalogue_vendor:chosen",
    "wagtailsnippets_catalogue_vendor:delete",  # a form-less deletion of what others need
}
"""Where Wagtail itself answers an editor's odd request with 500. Nothing is changed, and no form of its own asks so."""

NOTHING_THERE = {
    "account_enrol_password",
    "account_enrol_strength",
    "account_terms",
    "join_terms",
    "administration_roles_decide",
    "administration_focal_points_decide",
    "administration_suspensions_decide",
    "administration_domain_decide",
    "wagtail_serve",
}
"""Where whoever passes finds nothing either: no link was opened, no terms were published, nothing was named to decide."""


@pytest.fixture
def production_names() -> set[str]:
    """The names of all routes of production, where the demonstration is on."""
    with addressed_as_production():
        return {route.name for route in routes()}


def is_of_desk(route: Route) -> bool:
    """Tell whether a route stands under the one rule of the editors' desk."""
    return route.path.startswith("/cms/") and route.name not in MAY_PASS


def may_pass(route: Route) -> frozenset[Who]:
    if is_of_desk(route):
        return EDITORS
    return IN_DEMONSTRATION.get(route.name, NOBODY) if settings.DEMO else MAY_PASS[route.name]


def faults_of(person: Person, route: Route, method: str, path: str) -> list[str]:
    """Return what is wrong in one cell of the matrix: who passes is answered, who does not finds what is nowhere."""
    answer, allowed = person.ask(method, path), may_pass(route)
    is_refused = bool(allowed) and person.who not in allowed
    is_no_method = method == "OPTIONS" or (
        method in ("PUT", "PATCH", "DELETE") and not path.startswith("/cms/")
    )
    wrong = []
    if is_no_method or is_refused:
        missing = person.find_nothing(method, path)
        has_like = path.startswith(("/en/", "/cms/"))
        wrong += [
            f"{name} is not that of an address with nothing"
            for name in ("status", "cookies", "leads_to", "body", *(["headers"] if has_like else []))
            if getattr(answer, name) != getattr(missing, name)
        ]
    if is_no_method:
        wrong += ["the method is known"] if answer.status != 405 else []
    elif not allowed:
        wrong += ["there is something"] if answer.status != 404 else []
    elif is_refused:
        expected = {Who.STRANGER: (302, LOG_IN, path), Who.NEW: (302, ADD_FACTOR, "")}
        got = (answer.status, answer.leads_to, answer.wanted)
        wrong += [f"not refused as such: {got}"] if got != expected.get(person.who, (404, "", "")) else []
    else:
        if answer.leads_to == LOG_IN and answer.wanted:
            wrong.append("sent to the log-in")
        if answer.status == 404 and route.name not in NOTHING_THERE and not is_of_desk(route):
            wrong.append("finds nothing")
    if answer.status >= 500 and not (route.name in FAILS_IN_WAGTAIL and person.who in EDITORS):
        wrong.append(f"the hub fails: {answer.status}")
    return [f"{person.who}, {method} {path} ({route.name}): {one}" for one in wrong]


def faults_at(
    person: Person, chosen: Iterable[Route], addresses: Addresses, methods: Sequence[str] = METHODS
) -> list[str]:
    """Return what is wrong in all cells of somebody at these routes."""
    return [
        fault
        for route in chosen
        for method in methods
        for fault in faults_of(person, route, method, addresses.at(route, person))
    ]


def test_each_route_is_in_the_table_and_each_name_in_the_table_has_a_route(
    production_addresses: None,
) -> None:
    """Item 28: an unlisted route fails."""
    found = {route.name for route in routes() if not is_of_desk(route)}
    assert found - set(MAY_PASS) == set(), "say in MAY_PASS who may pass there"
    assert set(MAY_PASS) - found == set(), "there is no such route any more"
    assert sum(is_of_desk(route) for route in routes()) > 250


def test_a_route_that_is_not_reached_stands_behind_one_that_is(production_addresses: None) -> None:
    """Otherwise it would not be in the matrix."""
    assert routes_out_of_reach() == OUT_OF_REACH


def drawn(found: list[Route], of: int) -> list[Route]:
    """Return every nth route, drawn by its address: the same ones each time, whatever stands around them."""
    return [route for route in found if zlib.crc32(route.path.encode()) % of == 0]


@pytest.mark.filterwarnings("ignore:Pagination may yield")  # a list of wagtail-localize
@pytest.mark.parametrize("who", Who)
def test_who_passes_where(production_addresses: None, who: Who, request: pytest.FixtureRequest) -> None:
    """Items 28, 29, 53. One rule holds for the editors' desk; with --long it is tried at each of its addresses."""
    found = routes()
    desk = [route for route in found if is_of_desk(route)]
    chosen = desk if request.config.getoption("--long") else drawn(desk, 24)
    assert len(chosen) > 10
    inside = [route for route in found if not is_of_desk(route)]
    # What may differ on another database is what pages ask of it; the other methods reach no page.
    methods = METHODS if connection.vendor == "sqlite" else ("GET", "POST")
    faults = faults_at(Person(who), [*inside, *chosen], Addresses(), methods)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", [Who.STRANGER, Who.NEW, Who.MEMBER])
def test_what_the_demonstration_opens_is_in_a_table_of_its_own(who: Who, production_names: set[str]) -> None:
    opened = [route for route in routes() if route.name in IN_DEMONSTRATION]
    assert {route.name for route in routes()} - production_names == set(IN_DEMONSTRATION) - set(MAY_PASS)
    assert {route.name for route in opened} == set(IN_DEMONSTRATION)
    faults = faults_at(Person(who, host="localhost"), opened, Addresses())
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", [Who.STRANGER, Who.MEMBER, Who.VETTER, Who.EDITOR])
def test_a_form_without_its_token_changes_nothing(production_addresses: None, who: Who) -> None:
    """Item 50: 403 for who may pass; for who may not, what they get anyway."""
    person, addresses = Person(who, careful=True), Addresses()
    refused = (302, LOG_IN) if who is Who.STRANGER else (404, "")
    expected, got = {}, {}
    for route in routes():
        if not is_of_desk(route) and may_pass(route):
            answer = person.ask("POST", addresses.at(route, person))
            expected[route.name] = (403, "") if who in may_pass(route) else refused
            if route.name == "join_document":
                # Of whoever was not asked for a document nothing is read, the token neither.
                expected[route.name] = (302, "/en/join/status/")
            got[route.name] = answer.status, answer.leads_to
    assert got == expected
