"""The page that signs you in as anybody of the demonstration, on this machine only."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import api as community
from hub.core.enums import MembershipState
from hub.core.models import User
from hub.core.requests import is_own_path
from hub.demo.mails import sent_mails
from hub.demo.people import PARTS, person_of
from hub.door.proof import DEMONSTRATION, is_on_this_machine

_BACKEND = "hub.door.backends.PersonBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Show the roles; POST `role` signs in. Anywhere but on this machine there is no such page."""
    if not is_on_this_machine(request):
        raise Http404
    next_path = request.POST.get("next") or request.GET.get("next", "")
    next_path = next_path if is_own_path(next_path) else ""
    error = ""
    if request.method == "POST":
        part = next((part for part in PARTS if part.code == request.POST.get("role")), None)
        person = person_of(part) if part is not None else None
        if person is not None and person.membership_state != MembershipState.SUSPENDED:
            _sign_in(request, person)
            return redirect(next_path or "home")
        error = (
            gettext("This person is suspended. Two administrators can lift that.")
            if person is not None
            else gettext("Choose one of the roles.")
        )
    email = request.user.email if isinstance(request.user, User) else ""
    return render(
        request,
        "demo/demo.html",
        {"parts": PARTS, "current_email": email, "next_path": next_path, "error": error},
        status=400 if error else 200,
    )


@require_safe
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """Show the mails that the demonstration has sent to nobody, the newest first."""
    if not is_on_this_machine(request):
        raise Http404
    return render(request, "demo/mail.html", {"mails": sent_mails(Path(settings.EMAIL_FILE_PATH))})


@require_POST
def let_time_pass(request: HttpRequest) -> HttpResponse:
    """Let the 72 hours for objections be over for whomever two vetters have agreed on."""
    if not is_on_this_machine(request):
        raise Http404
    admitted = community.end_objections_for_demonstration()
    if admitted:
        messages.success(
            request,
            ngettext(
                "72 hours later: %(number)d applicant was let in. The mail arrives in a moment.",
                "72 hours later: %(number)d applicants were let in. The mails arrive in a moment.",
                admitted,
            )
            % {"number": admitted},
        )
    else:
        messages.warning(
            request, gettext("Nobody waits for that: two vetters have to approve somebody first.")
        )
    return redirect("demo")


def _sign_in(request: HttpRequest, user: User) -> None:
    """Open a session that counts here only. Nothing of the one before stays in it."""
    request.session.flush()
    login(request, user, backend=_BACKEND)
    request.session[DEMONSTRATION] = True
