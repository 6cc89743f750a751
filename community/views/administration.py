"""The administrators' room: roles, agencies and their domains, focal points, suspensions, terms.

What opens doors needs two of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from community.actions.agencies import (
    add_agency,
    confirm_domain,
    confirm_focal_point,
    propose_domain,
    propose_focal_point,
    withdraw_domain,
    withdraw_focal_point,
)
from community.actions.members import suspend_member
from community.actions.roles import (
    confirm_role_change,
    propose_role,
    propose_withdrawal,
    withdraw_role_change,
)
from community.actions.suspensions import confirm_lifting, propose_lifting, withdraw_lifting
from community.actions.terms import add_terms
from community.enums import AgencyKind
from community.forms import (
    AgencyEntryForm,
    DomainForm,
    FocalPointForm,
    RoleForm,
    SuspensionForm,
    TermsForm,
)
from community.models import Agency, AgencyDomain, FocalPoint, RoleChange, Suspension
from community.queries.administration import (
    EXPIRES_SOON,
    agencies_visible_to,
    domains_that_need_somebody,
    domains_visible_to,
    focal_points_visible_to,
    grants_visible_to,
    past_role_changes,
    require_person,
    role_changes_visible_to,
    what_waits,
)
from community.queries.suspensions import (
    liftings_that_wait,
    past_suspensions,
    suspensions_visible_to,
)
from community.queries.terms import current_terms, texts_of, versions_of_terms
from community.rules import RuleError
from community.views.paged import links_of, page_of, title_of
from community.views.steps import take_step
from hub.core.countries import COUNTRIES, country_choices, country_name
from hub.core.languages import get_language as language_of
from hub.core.models import User
from hub.core.requests import kept_form

_MONTH = timedelta(days=30)
_YEAR_IN_MONTHS = 12
_PROPOSED = gettext_lazy("Proposed. Another administrator has to confirm it.")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Say what waits, and lead to the other pages."""
    return render(
        request,
        "community/administration/overview.html",
        {"waiting": what_waits(_administrator(request)), "terms": current_terms()},
    )


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """List who has which role and what waits."""
    typed = kept_form(request, reverse("administration_roles_propose"))
    return _roles_page(request, RoleForm(initial=typed))


@require_POST
def propose_a_role(request: HttpRequest) -> HttpResponse:
    """Propose to give somebody a role."""
    by, form = _administrator(request), RoleForm(request.POST)

    def propose() -> None:
        propose_role(
            require_person(form.cleaned_data["email"]),
            form.cleaned_data["role"],
            by=by,
            languages=form.cleaned_data["languages"],
            expires_at=timezone.now() + (form.cleaned_data["months"] or _YEAR_IN_MONTHS) * _MONTH,
        )

    if take_step(
        request,
        form,
        propose,
        done=_PROPOSED,
        at="email",
        refused=gettext(
            "This cannot be proposed: nobody but a member has roles, nobody decides about themselves, a translator "
            "and nobody else has languages, no vetter is administrator, and one change of a role waits at a time."
        ),
    ):
        return redirect("administration_roles")
    return _roles_page(request, form)


@require_POST
def decide_about_role(request: HttpRequest) -> HttpResponse:
    """Confirm or drop what was proposed, or propose to take a role: `confirm`, `drop` or `take`."""
    by = _administrator(request)

    def take() -> None:
        grant = get_object_or_404(grants_visible_to(by), pk=_number(request.POST.get("grant")))
        propose_withdrawal(grant.user, grant.role, by=by)

    def change() -> RoleChange:
        return get_object_or_404(role_changes_visible_to(by), uuid=_uuid(request.POST.get("change")))

    _act(
        request,
        {
            "confirm": lambda: confirm_role_change(change(), by=by),
            "drop": lambda: withdraw_role_change(change(), by=by),
            "take": take,
        },
    )
    return redirect("administration_roles")


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies of a country (`country`), and the domains that need somebody."""
    typed = kept_form(request, reverse("administration_agencies_add"))
    return _agencies_page(
        request, AgencyEntryForm(initial=typed or {"country": request.GET.get("country", "")})
    )


@require_POST
def add_an_agency(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    by, form = _administrator(request), AgencyEntryForm(request.POST)
    added: list[Agency] = []
    if take_step(
        request,
        form,
        lambda: added.append(add_agency(**form.cleaned_data, by=by)),
        done=gettext("The agency is on the list."),
        at="name",
        refused=gettext("This country has an agency of this name already."),
    ):
        return redirect("administration_agency", uuid=added[0].uuid)
    return _agencies_page(request, form)


@require_POST
def confirm_domains(request: HttpRequest) -> HttpResponse:
    """Confirm several domains at once (`domain`), such as those of an import; what may not be confirmed stays."""
    by = _administrator(request)
    chosen = [_uuid(text) for text in request.POST.getlist("domain")]
    done = 0
    for domain in domains_that_need_somebody(by).filter(uuid__in=chosen):
        with suppress(RuleError):
            confirm_domain(domain, by=by)
            done += 1
    left = len(chosen) - done
    if done:
        messages.success(
            request,
            ngettext("%(number)d domain confirmed.", "%(number)d domains confirmed.", done)
            % {"number": done},
        )
    if left or not chosen:
        messages.error(
            request,
            gettext(
                "Not all were confirmed: somebody else confirms what you proposed, and some must be chosen."
            ),
        )
    return redirect("administration_agencies")


@require_safe
def agency(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an agency with the history of its domains."""
    typed = kept_form(request, reverse("administration_domain_propose", kwargs={"uuid": uuid}))
    return _agency_page(request, _agency(request, uuid), DomainForm(initial=typed))


@require_POST
def propose_a_domain(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Propose a mail domain of an agency."""
    found, form = _agency(request, uuid), DomainForm(request.POST)
    if take_step(
        request,
        form,
        lambda: propose_domain(found, **form.cleaned_data, by=_administrator(request)),
        done=_PROPOSED,
        at="domain",
        refused=gettext(
            "This domain cannot be listed: it is on the list already, is none, is shared by many, or gives addresses "
            "to anybody."
        ),
    ):
        return redirect("administration_agency", uuid=uuid)
    return _agency_page(request, found, form)


@require_POST
def decide_about_domain(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Confirm a domain, or confirm it anew, or take it from the list: `confirm` or `drop`."""
    by = _administrator(request)

    def domain() -> AgencyDomain:
        return get_object_or_404(
            domains_visible_to(by), agency=_agency(request, uuid), uuid=_uuid(request.POST.get("domain"))
        )

    _act(
        request,
        {
            "confirm": lambda: confirm_domain(domain(), by=by),
            "drop": lambda: withdraw_domain(domain(), by=by),
        },
    )
    return redirect("administration_agency", uuid=uuid)


@require_safe
def focal_points(request: HttpRequest) -> HttpResponse:
    """List who speaks for which country."""
    typed = kept_form(request, reverse("administration_focal_points_propose"))
    return _focal_points_page(request, FocalPointForm(initial=typed))


@require_POST
def propose_a_focal_point(request: HttpRequest) -> HttpResponse:
    """Propose a member who speaks for a country."""
    by, form = _administrator(request), FocalPointForm(request.POST)

    def propose() -> None:
        propose_focal_point(require_person(form.cleaned_data["email"]), form.cleaned_data["country"], by=by)

    if take_step(
        request,
        form,
        propose,
        done=_PROPOSED,
        at="email",
        refused=gettext(
            "This cannot be proposed: only members speak for a country, for one at a time, and nobody decides about "
            "themselves."
        ),
    ):
        return redirect("administration_focal_points")
    return _focal_points_page(request, form)


@require_POST
def decide_about_focal_point(request: HttpRequest) -> HttpResponse:
    """Confirm who speaks for a country, or end it: `confirm` or `drop`."""
    by = _administrator(request)

    def point() -> FocalPoint:
        return get_object_or_404(focal_points_visible_to(by), uuid=_uuid(request.POST.get("point")))

    _act(
        request,
        {
            "confirm": lambda: confirm_focal_point(point(), by=by),
            "drop": lambda: withdraw_focal_point(point(), by=by),
        },
    )
    return redirect("administration_focal_points")


@require_safe
def suspensions(request: HttpRequest) -> HttpResponse:
    """List who is suspended, page by page, and what waits."""
    typed = kept_form(request, reverse("administration_suspensions_suspend"))
    return _suspensions_page(request, SuspensionForm(initial=typed))


@require_POST
def suspend(request: HttpRequest) -> HttpResponse:
    """End what somebody may do, at once."""
    by, form = _administrator(request), SuspensionForm(request.POST)

    def suspend_somebody() -> None:
        user = require_person(form.cleaned_data["email"])
        if not suspend_member(user, by=by, reason=form.cleaned_data["reason"]):
            raise RuleError("This person is suspended already")

    if take_step(
        request,
        form,
        suspend_somebody,
        done=gettext("Suspended. Every session of theirs has ended."),
        at="email",
        refused=gettext(
            "Nobody was suspended: there is no account with this address, or the person is suspended already, or it "
            "is your own."
        ),
    ):
        return redirect("administration_suspensions")
    return _suspensions_page(request, form)


@require_POST
def decide_about_suspension(request: HttpRequest) -> HttpResponse:
    """Propose to lift a suspension, or confirm or drop that: `propose`, `confirm` or `drop`."""
    by = _administrator(request)

    def suspension() -> Suspension:
        return get_object_or_404(suspensions_visible_to(by), uuid=_uuid(request.POST.get("suspension")))

    _act(
        request,
        {
            "propose": lambda: propose_lifting(suspension(), by=by),
            "confirm": lambda: confirm_lifting(suspension(), by=by),
            "drop": lambda: withdraw_lifting(suspension(), by=by),
        },
        refused=gettext(
            "This was not done: another administrator has to confirm it, whoever proposed it has to be administrator "
            "still, or it was decided already."
        ),
    )
    return redirect("administration_suspensions")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms that hold now as the beginning of a new version."""
    present = current_terms()
    typed = kept_form(request, reverse("administration_terms_publish"))
    return _terms_page(request, TermsForm(initial=typed or (texts_of(present) if present else {})))


@require_POST
def publish_terms(request: HttpRequest) -> HttpResponse:
    """Publish a new version."""
    by, form = _administrator(request), TermsForm(request.POST)
    if take_step(
        request,
        form,
        lambda: add_terms(form.cleaned_data, by=by),
        done=gettext("Published. Every member is asked once, with what has changed."),
        refused=gettext(
            "This cannot be published: nothing has changed, or the languages have a different number of rules."
        ),
    ):
        return redirect("administration_terms")
    return _terms_page(request, form)


def _roles_page(request: HttpRequest, form: RoleForm) -> HttpResponse:
    by = _administrator(request)
    waiting = list(role_changes_visible_to(by).filter(decided_at__isnull=True))
    grants = [
        {"grant": one, "languages": _names_of(one.languages), "is_own": one.user_id == by.pk}
        for one in grants_visible_to(by)
    ]
    context = {
        "grants": grants,
        "waiting": [
            {
                "change": one,
                "languages": _names_of(one.languages),
                "may_confirm": by.pk not in (one.proposed_by_id, one.user_id),
                "may_drop": one.user_id != by.pk,
            }
            for one in waiting
        ],
        "past": past_role_changes(by),
    }
    return _page(request, "roles", form, context)


def _agencies_page(request: HttpRequest, form: AgencyEntryForm) -> HttpResponse:
    by, country = _administrator(request), request.GET.get("country", "")
    is_known = country in COUNTRIES
    listed = agencies_visible_to(by).filter(country=country) if is_known else []
    context = {
        "country": country if is_known else "",
        "country_name": country_name(country) if is_known else "",
        "countries": country_choices(),
        "agencies": [{"agency": one, "kind": AgencyKind(one.kind).label} for one in listed],
        "is_wrong": bool(country) and not is_known,
        "domains": [_shown(one, by) for one in domains_that_need_somebody(by)],
    }
    return _page(request, "agencies", form, context)


def _agency_page(request: HttpRequest, found: Agency, form: DomainForm) -> HttpResponse:
    by = _administrator(request)
    context = {
        "agency": found,
        "country": country_name(found.country),
        "kind": AgencyKind(found.kind).label,
        "domains": [_shown(one, by) for one in domains_visible_to(by).filter(agency=found)],
    }
    return _page(request, "agency", form, context)


def _focal_points_page(request: HttpRequest, form: FocalPointForm) -> HttpResponse:
    by = _administrator(request)
    points = [
        {**_shown(one, by), "country": country_name(one.country)} for one in focal_points_visible_to(by)
    ]
    return _page(request, "focal_points", form, {"points": points})


def _suspensions_page(request: HttpRequest, form: SuspensionForm) -> HttpResponse:
    by = _administrator(request)
    page = page_of(request, suspensions_visible_to(by))
    context = {
        "title": title_of(gettext("Suspensions"), page),
        "suspended": list(page),
        "waiting": [
            {"one": one, "may_confirm": one.lift_proposed_by_id != by.pk, "may_drop": True}
            for one in liftings_that_wait(by)
        ],
        "past": past_suspensions(by),
        **links_of(request, page),
    }
    return _page(request, "suspensions", form, context)


def _terms_page(request: HttpRequest, form: TermsForm) -> HttpResponse:
    return _page(request, "terms", form, {"versions": versions_of_terms()})


def _page(request: HttpRequest, name: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, f"community/administration/{name}.html", {**context, "form": form}, status=status)


def _shown(found: AgencyDomain | FocalPoint, by: User) -> dict[str, Any]:
    """Return a listing with where it stands and what this administrator may do with it."""
    now = timezone.now()
    kept_out = {found.proposed_by_id, getattr(found, "user_id", None)}
    return {
        "one": found,
        "is_waiting": found.confirmed_at is None and found.withdrawn_at is None,
        "is_over": found.expires_at is not None and found.expires_at <= now,
        "ends_soon": found.expires_at is not None and now < found.expires_at <= now + EXPIRES_SOON,
        "may_confirm": found.withdrawn_at is None and by.pk not in kept_out,
        "may_drop": found.withdrawn_at is None,
    }


def _act(request: HttpRequest, steps: dict[str, Callable[[], object]], *, refused: str = "") -> None:
    """Take the step whose button was pressed, and say what came of it; `refused` if the rules forbid it."""
    step = next((step for name, step in steps.items() if name in request.POST), None)
    if step is None:
        raise Http404
    try:
        step()
    except RuleError:
        messages.error(
            request,
            refused
            or gettext(
                "This was not done: somebody else has to confirm it, it was decided already, or nobody would be administrator."
            ),
        )
    else:
        messages.success(request, gettext("Recorded."))


def _agency(request: HttpRequest, uuid: UUID) -> Agency:
    return get_object_or_404(agencies_visible_to(_administrator(request)), uuid=uuid)


def _administrator(request: HttpRequest) -> User:
    """The gate lets nobody else come this far."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _names_of(codes: list[str]) -> list[str]:
    return [language_of(code).native_name for code in codes]


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise Http404 from error


def _number(text: str | None) -> int:
    if not (text or "").isdecimal() or len(text or "") > 15:
        raise Http404
    return int(text or "")
