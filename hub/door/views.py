"""Pages of the account that allauth does not have, and doors that stay closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.account.views import LogoutView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import api as community
from hub.core.access import is_member, roles_of
from hub.core.actions.sessions import end_sessions
from hub.core.models import User
from hub.core.passwords import MAX_LENGTH, judge
from hub.core.sessions import hash_of_key, sessions_of
from hub.door.browsers import browser_in_words
from hub.door.forms import FirstPasswordForm
from hub.door.limits import limited
from hub.door.proof import BROWSER, STARTED
from hub.door.routes import CLOSED

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_TOKEN = "door.enrolment"  # noqa: S105 - the name of a place in the session

_LONG_AGO = datetime.fromtimestamp(0, UTC)


def closed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer that there is nothing here."""
    raise Http404


setattr(closed, CLOSED, True)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what the account is and may, and lead to what can be changed."""
    user = _signed_in(request.user)
    factors = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return render(
        request,
        "account/overview.html",
        {
            "person": user,
            "is_member": is_member(user),
            "valid_until": user.membership_valid_until,
            "roles": sorted(str(role.label) for role in roles_of(user)),
            "has_password": user.has_usable_password(),
            "has_app": Authenticator.Type.TOTP in factors,
            "passkeys": factors.count(Authenticator.Type.WEBAUTHN),
            "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in factors,
            "session_count": sum(1 for _ in sessions_of(user)),
        },
    )


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as its owner sees it."""

    name: str
    browser: str
    started_at: datetime | None
    is_current: bool


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List where somebody is signed in; POST ends one session (`session`) or all others."""
    user = _signed_in(request.user)
    current = hash_of_key(request.session.session_key or "")
    if request.method == "POST":
        named = request.POST.getlist("session")
        ended = end_sessions(user, by=user, only=named or None, except_for=current)
        if ended:
            messages.success(request, gettext("These sessions have ended."))
        return redirect("account_sessions")
    lines = [
        SessionLine(
            name=stored.key_hash,
            browser=browser_in_words(str(stored.content.get(BROWSER, ""))),
            started_at=_moment(stored.content.get(STARTED)),
            is_current=stored.key_hash == current,
        )
        for stored in sessions_of(user)
    ]
    lines.sort(key=lambda line: (line.is_current, line.started_at or _LONG_AGO), reverse=True)
    return render(
        request,
        "account/sessions.html",
        {"sessions": lines, "others": sum(1 for line in lines if not line.is_current)},
    )


class LogOutView(LogoutView):
    """Ends the session, and asks the browser to forget what it keeps of the hub."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out."""
        response = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class RemovePasskeyView(RemoveWebAuthnView):
    """Removes a passkey, unless it is the only second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        from hub.door.adapters import SecondFactorAdapter  # noqa: PLC0415 - allauth makes adapters by name

        adapter = SecondFactorAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(self.get_success_url())
        return super().form_valid(form)


@limited("enrol")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Open a one-time link. Opening does nothing, for mail programs open links, too; the button goes on."""
    if community.person_to_enrol(token) is None:
        return render(request, "account/enrol_closed.html", status=404)
    if request.method != "POST":
        return render(request, "account/enrol_open.html")
    request.session.flush()
    request.session[_TOKEN] = token
    return redirect("account_enrol_password")


@limited("enrol")
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_password(request: HttpRequest) -> HttpResponse:
    """Set the first password, use the link up, sign in, and lead to the second factor."""
    token = str(request.session.get(_TOKEN, ""))
    person = community.person_to_enrol(token) if token else None
    if person is None:
        return render(request, "account/enrol_closed.html", status=404)
    form = FirstPasswordForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        try:
            user = community.enrol(token, password=form.cleaned_data["password1"])
        except community.RuleError:
            return render(request, "account/enrol_closed.html", status=404)
        except ValidationError as error:
            form.add_error("password1", error)
        else:
            return _sign_in_to_add_second_factor(request, user)
    return render(request, "account/enrol_password.html", {"form": form, "person": person})


@limited("strength")
@sensitive_post_parameters("password1")
@require_POST
def enrol_strength(request: HttpRequest) -> HttpResponse:
    """Say how strong the password is that the holder of a one-time link is choosing."""
    token = str(request.session.get(_TOKEN, ""))
    person = community.person_to_enrol(token) if token else None
    if person is None:
        raise Http404
    return _strength(request, person)


@limited("strength")
@sensitive_post_parameters("password1")
@require_POST
def password_strength(request: HttpRequest) -> HttpResponse:
    """Say how strong the password is that somebody is changing to."""
    return _strength(request, _signed_in(request.user))


@require_http_methods(["POST"])
def log_out_of_cms(request: HttpRequest) -> HttpResponse:
    """Log out from the editors' desk by the same door as anywhere."""
    return LogOutView.as_view()(request)


def _strength(request: HttpRequest, person: User) -> HttpResponse:
    """Nothing is kept of what was typed."""
    typed = request.POST.get("password1", "")[: MAX_LENGTH + 1]
    context = {"judgement": judge(typed, person) if typed else None}
    return render(request, "account/password_strength.html", context)


def _sign_in_to_add_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    """Whoever has just set the password has just shown that they know it."""
    request.session.pop(_TOKEN, None)
    adapter = get_adapter(request)
    if (refusal := adapter.pre_login(request, user, **_hook_arguments(Login(user=user)))) is not None:
        return refusal
    record_authentication(request, user, method="password", reauthenticated=True)
    adapter.login(request, user)
    return HttpResponseRedirect(reverse("mfa_index"))


def _hook_arguments(login: Login) -> dict[str, Any]:
    return {
        "email_verification": login.email_verification,
        "signal_kwargs": None,
        "email": None,
        "signup": False,
        "redirect_url": None,
    }


def _signed_in(user: User | AnonymousUser) -> User:
    """The gate lets nobody else come this far."""
    if not isinstance(user, User):
        raise Http404
    return user


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
