"""Default deny: who may pass is decided here, before anything is looked up."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from community import api as community
from hub.core.access import has_role
from hub.core.audit import acting_as
from hub.core.enums import Role
from hub.core.models import User
from hub.core.requests import came_from, keep_form
from hub.door.desk import is_step_of_consequence, is_to_be_published, keep_as_draft, open_desk
from hub.door.proof import Standing, address_to_prove_again, is_fresh, standing_of
from hub.door.requests import FIELDS, refusal_of_form
from hub.door.routes import Door, door_of, leads_out
from hub.views import errors

_LONGEST_NEXT = 1_500
_PLAIN_FORM = "application/x-www-form-urlencoded"
_OPEN = (Door.PUBLIC, Door.TERMS, Door.DOCUMENT, Door.NOWHERE)
_DESKS = {
    Door.VETTERS: (Role.VETTER, False),
    Door.CASES: (Role.VETTER, True),
    Door.ADMINISTRATORS: (Role.ADMINISTRATOR, False),
    Door.CHANGES: (Role.ADMINISTRATOR, True),
}
"""Which role opens a door, and whether it wants a fresh proof of the second factor."""
_STAND_ON_ANOTHER_PAGE = (Door.CASES, Door.CHANGES, Door.FOCAL_POINTS)
"""Where forms are sent to addresses of their own, one step below the page on which they stand."""


class GateMiddleware:
    """Lets through who may pass.

    Anonymous people are sent to the log-in, whether or not there is anything at the address; people who are signed in
    but may not pass find nothing there. Sets `request.members_only` (the page is not public) and `request.signed_in`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.members_only = False  # type: ignore[attr-defined]
        request.signed_in = False  # type: ignore[attr-defined]
        door = door_of(request.path_info)
        if door is Door.MACHINES:
            return self.get_response(request)
        standing = standing_of(request)
        request.signed_in = standing is not Standing.ANONYMOUS  # type: ignore[attr-defined]
        if (refusal := _refusal(request, door, standing)) is not None:
            return refusal
        request.members_only = door not in _OPEN  # type: ignore[attr-defined]
        user = request.user if isinstance(request.user, User) else None
        with acting_as(user):
            if door is Door.EDITORS and user is not None:
                return self._answer_of_desk(request, user)
            return self.get_response(request)

    def _answer_of_desk(self, request: HttpRequest, user: User) -> HttpResponse:
        """Whoever puts something before officers, or takes it from them, has just proved the second factor."""
        open_desk(request, user)
        if is_to_be_published(request) and not is_fresh(request):
            keep_as_draft(request)
            answer = self.get_response(request)
            if not isinstance(
                answer, HttpResponseRedirect
            ):  # something typed is wrong, and the page says what
                return answer
            messages.warning(
                request, gettext("Saved as a draft only. Prove your second factor again, then publish it.")
            )
            return _send(request, address_to_prove_again(user) + _query(answer.url))
        if is_step_of_consequence(request) and not is_fresh(request):
            address = address_to_prove_again(user) + _query(request.get_full_path())
            if (
                request.headers.get("X-Requested-With") == "XMLHttpRequest"
            ):  # a dialogue of Wagtail goes where it is told
                return JsonResponse({"step": "success", "redirect": address})
            return _send(request, address)
        return self.get_response(request)


def gate_of_restricted_page(request: HttpRequest) -> HttpResponse | None:
    """Return what somebody gets instead of a public page that was restricted, or None if they may read it."""
    refusal = _refusal(request, Door.MEMBERS, standing_of(request))
    request.members_only = refusal is None  # type: ignore[attr-defined]
    return refusal


def _refusal(request: HttpRequest, door: Door, standing: Standing) -> HttpResponse | None:
    """Return what somebody gets instead of the page, or None if they may pass."""
    if standing is Standing.NEW:
        may_pass = door in (Door.NEW_ACCOUNT, Door.NOWHERE) or request.path_info == reverse("account_logout")
        return None if may_pass else _send(request, reverse("mfa_index"))
    if standing is Standing.UNDECIDED and not (
        door in (Door.TERMS, Door.NEW_ACCOUNT, Door.ACCOUNT, Door.NOWHERE) or leads_out(request.path_info)
    ):
        return _send_back_to(request, reverse("account_terms"))
    if door in (Door.PUBLIC, Door.TERMS, Door.NOWHERE):
        return None
    if door is Door.DOCUMENT:
        # Nothing is read of what a stranger sends.
        if not community.is_document_wanted_of(request.session):
            return _send(request, reverse("join_status"))
        return refusal_of_form(request, fields=FIELDS)
    if standing is Standing.ANONYMOUS:
        return _send_to_log_in(request, door)
    if door in (Door.NEW_ACCOUNT, Door.ACCOUNT):
        return None
    if standing is not Standing.MEMBER:
        return errors.page_not_found(request)
    if door in _DESKS:
        role, is_sensitive = _DESKS[door]
        if not has_role(request.user, role):
            return errors.page_not_found(request)
        return _ask_for_proof(request) if is_sensitive and not is_fresh(request) else None
    if door is Door.FOCAL_POINTS:
        if not community.speaks_for_a_country(request.user):
            return errors.page_not_found(request)
        return None if is_fresh(request) else _ask_for_proof(request)
    if door is Door.EDITORS:
        if not has_role(request.user, Role.EDITOR, Role.TRANSLATOR):
            return errors.page_not_found(request)
        return refusal_of_form(request)
    return None


def _ask_for_proof(request: HttpRequest) -> HttpResponse:
    """Send somebody to prove the second factor again; what they have typed is kept for the page they come back to."""
    assert isinstance(request.user, User)
    return _send_back_to(request, address_to_prove_again(request.user))


def _send_back_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser to a page that leads back here; what was typed waits."""
    wanted = request.get_full_path()
    if request.method == "POST":
        assert isinstance(request.user, User)
        keep_form(request, whose=request.user.pk)
        wanted = came_from(request)
    return _send(request, address + _query(wanted))


def _send_to_log_in(request: HttpRequest, door: Door) -> HttpResponse:
    """Whoever was signed in until the session ended of itself is told so, and what they typed waits for them."""
    wanted = request.get_full_path()
    whose = getattr(request.session, "ended_for", None)
    if whose is not None:
        messages.info(request, gettext("Your session has ended. Please sign in again."))
    if whose is not None and request.method == "POST" and request.content_type == _PLAIN_FORM:
        keep_form(request, whose=whose)
        wanted = came_from(request) if door in _STAND_ON_ANOTHER_PAGE else wanted
    return _send(request, reverse("account_login") + _query(wanted))


def _query(wanted: str) -> str:
    return f"?{urlencode({'next': wanted})}" if len(wanted) <= _LONGEST_NEXT else ""


def _send(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser elsewhere; a request of htmx would put the new page into the old one."""
    is_partial = request.headers.get("HX-Request") == "true"
    response = HttpResponseClientRedirect(address) if is_partial else HttpResponseRedirect(address)
    response.headers["Cache-Control"] = "no-store"
    return response
