"""The vetting desk: a queue, oldest first, and one page of facts for each application."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from community.actions.documents import show_page
from community.actions.vetting import (
    decide_application,
    note_opened_case,
    object_to_admission,
    record_call,
    record_document,
    record_focal_point,
    record_sponsor,
    recuse_vetter,
)
from community.enums import ApplicationState, EvidenceClass, JobRole
from community.forms import (
    CallForm,
    DecisionForm,
    DocumentFindingForm,
    FocalPointAnswerForm,
    SponsorForm,
)
from community.models import Application, Document
from community.queries.administration import require_person
from community.queries.applications import (
    case_history,
    confirmable_by,
    country_of_focal_point,
    held_among,
    newest_evidence,
    queue_of,
    verdicts_visible_to,
    visible_to,
)
from community.queries.documents import documents_visible_to
from community.queries.figures import AGES, desk_figures
from community.queries.findings import findings_on
from community.rules import CLASSES_NEEDED, DOCUMENT_KEPT, OBJECTIONS, OPEN, RuleError, is_proved
from community.views.paged import links_of, page_of, title_of
from community.views.steps import take_step
from hub.core.countries import country_name
from hub.core.documents.vault import VaultError
from hub.core.models import User
from hub.core.requests import kept_form

_S = ApplicationState
_FORMS: dict[str, type[forms.Form]] = {
    "vetting_call": CallForm,
    "vetting_sponsor": SponsorForm,
    "vetting_finding": DocumentFindingForm,
    "vetting_decide": DecisionForm,
}
"""The forms of a case, by the address that each is sent to."""
_ACTS: dict[str, Promise] = {
    "application.started": pgettext_lazy("history", "begun"),
    "application.code-issued": pgettext_lazy("history", "code mailed"),
    "application.address-confirmed": pgettext_lazy("history", "address confirmed with a code"),
    "application.submitted": pgettext_lazy("history", "submitted"),
    "application.opened": pgettext_lazy("history", "case opened"),
    "application.given-back": pgettext_lazy("history", "given back by a vetter"),
    "application.decided": pgettext_lazy("history", "decision recorded and sealed"),
    "application.in-review": pgettext_lazy("history", "is being checked"),
    "application.more-wanted": pgettext_lazy("history", "more was asked for"),
    "application.agreed": pgettext_lazy("history", "two vetters agreed"),
    "application.approved": pgettext_lazy("history", "let in"),
    "application.refused": pgettext_lazy("history", "refused"),
    "application.withdrawn": pgettext_lazy("history", "withdrawn"),
    "evidence.recorded": pgettext_lazy("history", "evidence recorded"),
    "document.sent": pgettext_lazy("history", "document sent"),
    "document.viewed": pgettext_lazy("history", "page of a document seen"),
    "document.destroyed": pgettext_lazy("history", "document destroyed"),
}
"""What the record's lines mean, in words."""
_SHOWN = (
    "uuid",
    "reference",
    "state",
    "agency__name",
    "agency_name",
    "country",
    "job",
    "started_at",
    "submitted_at",
)
"""What a line says. What applicants write at length is not read for a list."""


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List what the vetter may decide now, the oldest first, page by page."""
    waiting = queue_of(_vetter(request))
    page = page_of(request, waiting.values_list("pk", flat=True))
    shown = waiting.filter(pk__in=list(page)).select_related("agency").only(*_SHOWN)
    lines = [_line(one) for one in shown]
    return render(
        request,
        "community/vetting/queue.html",
        {
            "title": title_of(gettext("Vetting desk"), page),
            "lines": lines,
            **links_of(request, page),
        },
    )


@require_safe
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything about one application, and note who has looked."""
    application = _application(request, uuid)
    if request.method == "GET":
        note_opened_case(application, by=_vetter(request))
    typed = {name: kept_form(request, reverse(name, kwargs={"uuid": uuid})) for name in _FORMS}
    return _page(request, application, {name: form(initial=typed[name]) for name, form in _FORMS.items()})


@require_POST
def call(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep what came of a call."""
    application, form = _application(request, uuid), CallForm(request.POST)
    if take_step(
        request,
        form,
        lambda: record_call(application, by=_vetter(request), **form.cleaned_data),
        done=gettext("The call is recorded."),
        at="number",
        refused=gettext(
            "The applicant has given this number, or nothing is looked into now. Find another one yourself."
        ),
    ):
        return redirect("vetting_case", uuid=uuid)
    return _page(request, application, {"vetting_call": form})


@require_POST
def sponsor(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep whether a member vouches."""
    application, form = _application(request, uuid), SponsorForm(request.POST)

    def record() -> None:
        answers = dict(form.cleaned_data)
        member = require_person(answers.pop("email"))
        record_sponsor(application, by=_vetter(request), sponsor=member, **answers)

    if take_step(
        request,
        form,
        record,
        done=gettext("The sponsor is recorded."),
        at="email",
        refused=gettext(
            "Nobody with this address can vouch here: a sponsor is a member for six months, of another agency, for "
            "three people a quarter at most, and not you."
        ),
    ):
        return redirect("vetting_case", uuid=uuid)
    return _page(request, application, {"vetting_sponsor": form})


@require_POST
def finding(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep what the documents show."""
    application, form = _application(request, uuid), DocumentFindingForm(request.POST)
    if take_step(
        request,
        form,
        lambda: record_document(application, by=_vetter(request), **form.cleaned_data),
        done=gettext("What the documents show is recorded."),
        refused=gettext("There is no document, or nothing is looked into now."),
    ):
        return redirect("vetting_case", uuid=uuid)
    return _page(request, application, {"vetting_finding": form})


@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep a vetter's decision; what follows from it happens at once."""
    application, form = _application(request, uuid), DecisionForm(request.POST)

    def record() -> None:
        choice, reason = form.cleaned_data["decision"]
        decide_application(application, choice, reason, by=_vetter(request), note=form.cleaned_data["note"])

    if take_step(
        request,
        form,
        record,
        done=gettext("Your decision is recorded."),
        at="decision",
        refused=gettext(
            "This cannot be decided now: you have decided already, the application has been closed, or two classes "
            "of evidence do not hold."
        ),
    ):
        return redirect("vetting_case", uuid=uuid)
    return _page(request, application, {"vetting_decide": form})


@require_POST
def give_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a case from the vetter's desk for good."""
    application = _application(request, uuid)
    try:
        recuse_vetter(application, by=_vetter(request))
    except RuleError:
        messages.error(
            request,
            gettext(
                "This case cannot be given back: you have decided already, or nobody decides about it now."
            ),
        )
        return redirect("vetting_case", uuid=uuid)
    messages.success(
        request, gettext("You have given a case back. Other vetters decide, and you will not see it again.")
    )
    return redirect("vetting")


@require_safe
def document(request: HttpRequest, uuid: UUID, document: UUID) -> HttpResponse:
    """Show the pages of a document."""
    found = _document(request, uuid, document)
    return render(
        request,
        "community/vetting/document.html",
        {"application": found.application, "document": found, "numbers": range(1, found.pages + 1)},
    )


@require_GET
def page(request: HttpRequest, uuid: UUID, document: UUID, number: int) -> HttpResponse:
    """Return one page as a picture that says who looked at it, and when."""
    found = _document(request, uuid, document)
    try:
        picture = show_page(found, number, by=_vetter(request))
    except (RuleError, VaultError) as error:
        raise Http404 from error
    response = HttpResponse(picture, content_type="image/jpeg")
    response.headers["Content-Disposition"] = f'inline; filename="{found.application.reference}-{number}.jpg"'
    return response


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show how the desk works: counts only, about nobody in particular."""
    found = desk_figures()
    ages = [
        {"label": _age_label(start, end), "count": number}
        for (start, end), number in zip(AGES, found.ages, strict=True)
    ]
    outcomes = [{"label": state.label, "count": number} for state, number in found.outcomes.items()]
    return render(
        request,
        "community/vetting/figures.html",
        {"figures": found, "ages": ages, "outcomes": outcomes, "genders": list(found.genders.items())},
    )


@require_safe
def country(request: HttpRequest) -> HttpResponse:
    """List the applicants of the country for which somebody speaks."""
    user = _vetter(request)
    code = _country(user)
    waiting = confirmable_by(user).select_related("agency").order_by("submitted_at", "pk")
    return render(
        request,
        "community/vetting/country.html",
        {"country": country_name(code), "lines": [_line(one) for one in waiting]},
    )


@require_safe
def country_case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show whoever speaks for a country what they need to know of an applicant."""
    typed = kept_form(request, reverse("vetting_country_answer", kwargs={"uuid": uuid}))
    return _country_page(request, uuid, FocalPointAnswerForm(initial=typed))


@require_POST
def country_answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep what a country says; an objection takes back what vetters have agreed on."""
    user, form = _vetter(request), FocalPointAnswerForm(request.POST)
    application = get_object_or_404(confirmable_by(user), uuid=uuid)

    def record() -> None:
        if application.state == _S.AGREED and not form.cleaned_data["holds"]:
            object_to_admission(application, by=user, note=form.cleaned_data["note"])
        else:
            record_focal_point(application, by=user, **form.cleaned_data)

    if take_step(
        request,
        form,
        record,
        done=gettext("Your answer is recorded."),
        refused=gettext("Nothing is looked into now: the application has been closed."),
    ):
        return redirect("vetting_country")
    return _country_page(request, uuid, form)


def _country_page(request: HttpRequest, uuid: UUID, form: FocalPointAnswerForm) -> HttpResponse:
    user = _vetter(request)
    code = _country(user)
    application = get_object_or_404(confirmable_by(user).select_related("agency"), uuid=uuid)
    given = (
        application.evidence.filter(kind=EvidenceClass.FOCAL_POINT).order_by("-recorded_at", "-pk").first()
    )
    context = {
        **_line(application),
        "country": country_name(code),
        "given": given,
        "form": form,
        "states": _S,
        "objections_end": application.agreed_at + OBJECTIONS if application.agreed_at else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "community/vetting/country_case.html", context, status=status)


def _page(request: HttpRequest, application: Application, given: Mapping[str, forms.Form]) -> HttpResponse:
    vetter = _vetter(request)
    newest = newest_evidence(application)
    held = held_among(newest)
    verdicts = list(verdicts_visible_to(application, vetter).select_related("by"))
    this_round = application.verdicts.filter(round=application.round)
    own = next((one for one in verdicts if one.by_id == vetter.pk and one.round == application.round), None)
    is_open = application.state in OPEN
    shown = {name: given.get(name) or form() for name, form in _FORMS.items()}
    bound = next((form for form in shown.values() if form.is_bound), None)
    documents = list(documents_visible_to(vetter).filter(application=application).order_by("sent_at"))
    context: dict[str, Any] = {
        **_line(application),
        "found": findings_on(application),
        "evidence": [{"kind": kind, "found": one, "is_held": kind in held} for kind, one in newest.items()],
        "held": len(held),
        "needed": CLASSES_NEEDED,
        "is_proved": is_proved(held),
        "is_open": is_open,
        "own": own,
        "others": [one for one in verdicts if one is not own],
        "may_give_back": is_open and own is None,
        "sealed": this_round.exclude(by=vetter).count() if is_open and own is None else 0,
        "objections_end": application.agreed_at + OBJECTIONS if application.agreed_at else None,
        "documents": documents,
        "history": [(one, _ACTS.get(one.action, one.action)) for one in case_history(application)],
        "form": bound,
        "call_form": shown["vetting_call"],
        "sponsor_form": shown["vetting_sponsor"],
        "finding_form": shown["vetting_finding"],
        "decision_form": shown["vetting_decide"],
        "states": _S,
        "kept_days": DOCUMENT_KEPT.days,
    }
    return render(request, "community/vetting/case.html", context, status=422 if bound else 200)


def _line(application: Application) -> dict[str, Any]:
    """Return what a list and the head of a page say about an application."""
    return {
        "application": application,
        "country": country_name(application.country),
        "agency": application.agency.name if application.agency else application.agency_name,
        "job": JobRole(application.job).label,
        "age": _age(application),
    }


def _document(request: HttpRequest, uuid: UUID, document: UUID) -> Document:
    return get_object_or_404(documents_visible_to(_vetter(request)), application__uuid=uuid, uuid=document)


def _country(user: User) -> str:
    """Return for which country somebody speaks; to everybody else there is nothing here."""
    code = country_of_focal_point(user)
    if not code:
        raise Http404
    return code


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


def _age_label(start: int, end: int | None) -> str:
    if end is None:
        return gettext("%(days)d days and more") % {"days": start}
    return gettext("%(start)d to %(end)d days") % {"start": start, "end": end - 1}
