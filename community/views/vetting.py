"""The vetting desk: a queue, oldest first, and one page of facts for each application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from community.actions.vetting import decide_application, record_call
from community.enums import ApplicationState, Choice, EvidenceClass, JobRole
from community.forms import CallForm, DecisionForm
from community.models import Application
from community.queries.applications import classes_held, queue_of, verdicts_visible_to, visible_to
from community.queries.findings import findings_on, newest_evidence
from community.rules import CLASSES_NEEDED, OBJECTIONS, OPEN, RuleError, is_proved
from hub.core.countries import country_name
from hub.core.models import User
from hub.core.requests import kept_form

_S = ApplicationState
_STEPS = ("vetting_call", "vetting_decide")


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List what the vetter may decide now, the oldest first."""
    waiting = queue_of(_vetter(request)).select_related("agency")
    lines = [
        {
            "application": one,
            "country": country_name(one.country),
            "agency": one.agency.name if one.agency else one.agency_name,
            "job": JobRole(one.job).label,
            "age": _age(one),
        }
        for one in waiting
    ]
    return render(request, "community/vetting/queue.html", {"lines": lines})


@require_safe
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything about one application."""
    application = _application(request, uuid)
    typed = {step: kept_form(request, reverse(step, kwargs={"uuid": uuid})) for step in _STEPS}
    return _page(
        request,
        application,
        call_form=CallForm(initial=typed["vetting_call"]),
        decision_form=DecisionForm(initial=typed["vetting_decide"]),
    )


@require_POST
def call(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep what came of a call."""
    application = _application(request, uuid)
    form = CallForm(request.POST)
    if form.is_valid():
        try:
            record_call(application, by=_vetter(request), **form.cleaned_data)
        except RuleError:
            form.add_error(
                "number",
                gettext(
                    "The applicant has given this number, or nothing is looked into now. Find another one yourself."
                ),
            )
        else:
            messages.success(request, gettext("The call is recorded."))
            return redirect("vetting_case", uuid=uuid)
    return _page(request, application, call_form=form)


@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep a vetter's decision; what follows from it happens at once."""
    application = _application(request, uuid)
    form = DecisionForm(request.POST)
    if form.is_valid():
        choice, reason = form.cleaned_data["decision"]
        try:
            decide_application(
                application, choice, reason, by=_vetter(request), note=form.cleaned_data["note"]
            )
        except RuleError:
            form.add_error(
                "decision",
                gettext(
                    "This cannot be decided now: you have decided already, the application has been closed, or two classes "
                    "of evidence do not hold."
                ),
            )
        else:
            messages.success(request, gettext("Your decision is recorded."))
            return redirect("vetting_case", uuid=uuid)
    return _page(request, application, decision_form=form)


def _page(
    request: HttpRequest,
    application: Application,
    *,
    call_form: CallForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    vetter = _vetter(request)
    held = classes_held(application)
    verdicts = list(verdicts_visible_to(application, vetter).select_related("by"))
    this_round = application.verdicts.filter(round=application.round)
    own = next((one for one in verdicts if one.by_id == vetter.pk and one.round == application.round), None)
    is_open = application.state in OPEN
    bound = next((form for form in (call_form, decision_form) if form is not None and form.is_bound), None)
    context: dict[str, Any] = {
        "application": application,
        "agency": application.agency.name if application.agency else application.agency_name,
        "country": country_name(application.country),
        "job": JobRole(application.job).label,
        "age": _age(application),
        "found": findings_on(application),
        "evidence": [
            {"kind": kind, "found": one, "is_held": kind in held}
            for kind, one in newest_evidence(application).items()
        ],
        "held": len(held),
        "needed": CLASSES_NEEDED,
        "is_proved": is_proved(held),
        "is_open": is_open,
        "own": own,
        "others": [one for one in verdicts if one is not own],
        "sealed": this_round.exclude(by=vetter).count() if is_open and own is None else 0,
        "objections_end": application.agreed_at + OBJECTIONS if application.agreed_at else None,
        "form": bound,
        "call_form": call_form or CallForm(),
        "decision_form": decision_form or DecisionForm(),
        "states": _S,
        "kinds": EvidenceClass,
        "choices": Choice,
    }
    return render(request, "community/vetting/case.html", context, status=422 if bound else 200)


def _application(request: HttpRequest, uuid: UUID) -> Application:
    return get_object_or_404(visible_to(_vetter(request)).select_related("agency"), uuid=uuid)


def _vetter(request: HttpRequest) -> User:
    """The gate lets nobody else come this far."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _age(application: Application) -> str:
    """Say how long an application has been waiting."""
    waited = timezone.now() - (application.submitted_at or application.started_at)
    days = waited // timedelta(days=1)
    if days < 1:
        return gettext("waiting since today")
    return ngettext("waiting %(days)d day", "waiting %(days)d days", days) % {"days": days}
