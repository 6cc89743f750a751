"""Joining: one question a page, saved at each step, and nothing told to anybody but the applicant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community import forms as questions
from community.actions.applications import (
    answer_questions,
    confirm_address,
    request_code,
    request_invitation,
    start_application,
    submit_application,
    withdraw_application,
)
from community.actions.documents import add_document
from community.enums import ApplicationState, Gender, JobRole
from community.models import Application
from community.queries.applications import SESSION_KEY, application_of_key
from community.queries.documents import is_document_wanted
from community.queries.terms import current_terms
from community.rules import BEING_WRITTEN, DOCUMENT_KEPT, WRITTEN_BY_PEOPLE, RuleError
from hub.core.countries import country_name
from hub.core.documents.refusals import DocumentRefusedError
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.languages import get_language as language_of

_S = ApplicationState


@dataclass(frozen=True, slots=True)
class Question:
    """One page: its part of the address, its form, and why it is asked."""

    slug: str
    form: type[forms.Form]
    why: str | Promise


QUESTIONS: tuple[Question, ...] = (
    Question(
        "country",
        questions.CountryForm,
        _("Vetters of other agencies check it, and the national focal point may object."),
    ),
    Question(
        "agency", questions.AgencyForm, _("The Hub is open to public authorities that enforce the law.")
    ),
    Question("unit", questions.UnitForm, _("So that we can ask for you at your agency.")),
    Question("name", questions.NameForm, _("So that we can ask for you at your agency.")),
    Question("job", questions.JobForm, _("So that we know what you will look for first.")),
    Question(
        "languages", questions.LanguagesForm, _("So that somebody writes to you in a language that you read.")
    ),
    Question(
        "purpose", questions.PurposeForm, _("Whoever checks the application reads it, and nobody else.")
    ),
    Question(
        "supervisor",
        questions.SupervisorForm,
        _("What you write here proves nothing by itself. It helps us to ask the right person."),
    ),
    Question(
        "verify", questions.HowToVerifyForm, _("Two people confirm it independently, in two different ways.")
    ),
    Question("listing", questions.ListingForm, _("Nobody is listed who does not want to be.")),
    Question(
        "gender", questions.GenderForm, _("So that reports can say whom the Hub serves, and whom not yet.")
    ),
    Question(
        "email",
        questions.EmailForm,
        _("It is one proof among several and never enough: mailboxes are stolen and sold."),
    ),
)
_BY_SLUG = {question.slug: question for question in QUESTIONS}
_ANSWERS_OF = {
    "agency": ("agency", "agency_name"),
    "verify": ("how_to_verify",),
    "listing": ("is_to_be_listed",),
}

View = Callable[..., HttpResponse]


def _with_application(view: View) -> View:
    """Hand the applicant's own application to a view; whoever has none begins one."""

    @never_cache
    @wraps(view)
    def find(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        application = _own(request)
        if application is None:
            return redirect("join")
        return view(request, application, *args, **kwargs)

    return find


def _own(request: HttpRequest) -> Application | None:
    key = request.session.get(SESSION_KEY)
    return application_of_key(str(key)) if key else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Say what will be asked; POST begins, or goes on with what was begun here."""
    application = _own(request)
    if request.method == "POST":
        if application is None or application.state not in BEING_WRITTEN:
            application, key = start_application(get_language() or DEFAULT_LANGUAGE)
            request.session.cycle_key()
            request.session[SESSION_KEY] = key
        return redirect(_next_step(application))
    return render(
        request, "community/join/start.html", {"application": application, "number": len(QUESTIONS)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one question; POST keeps the answer and goes on."""
    asked = _BY_SLUG.get(slug)
    if asked is None:
        raise Http404
    application = _own(request)
    if application is None:
        if request.method != "POST":
            return redirect("join")
        # The session has ended meanwhile: what was typed begins a new application instead of being lost.
        application, key = start_application(get_language() or DEFAULT_LANGUAGE)
        request.session[SESSION_KEY] = key
    if application.state not in BEING_WRITTEN:
        return redirect("join_status")
    form = _form(asked, application, request.POST if request.method == "POST" else None)
    if form.is_valid():
        names = _ANSWERS_OF.get(slug, (slug,))
        try:
            answer_questions(application, **{name: form.cleaned_data[name] for name in names})
        except RuleError:
            form.add_error(None, gettext("This address was checked already and cannot be changed now."))
        else:
            if slug == "email" and application.state == _S.STARTED:
                with suppress(RuleError):  # too many codes: the page for the code says what to do
                    request_code(application)
                return redirect("join_code")
            if "later" in request.POST:
                return redirect("join_later")
            return redirect(_after(asked, application))
    position = QUESTIONS.index(asked)
    return render(
        request,
        "community/join/question.html",
        {
            "form": form,
            "question": asked,
            "position": position + 1,
            "number": len(QUESTIONS),
            "previous": QUESTIONS[position - 1].slug if position else "",
            "title": next(iter(form.fields.values())).label,
            "answered_all": _first_open(application) is None,
        },
        status=422 if form.is_bound else 200,
    )


@_with_application
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask for the code that was mailed; POST `again` sends another one."""
    if application.state != _S.STARTED:
        return redirect(_next_step(application))
    if not application.email:
        return redirect("join_question", slug="email")
    if request.method == "POST" and "again" in request.POST:
        with suppress(RuleError):
            request_code(application)
        return redirect(f"{reverse('join_code')}?sent=1")
    form = questions.CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            confirm_address(application, form.cleaned_data["code"])
        except RuleError:
            form.add_error(
                "code", gettext("This code is not right, or its time is over. Have another one sent.")
            )
        else:
            return redirect("join_check")
    return render(
        request,
        "community/join/code.html",
        {"form": form, "application": application, "sent": "sent" in request.GET},
        status=422 if form.is_bound else 200,
    )


@_with_application
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, application: Application) -> HttpResponse:
    """Show all answers with a way to change each; POST submits."""
    if application.state not in BEING_WRITTEN:
        return redirect("join_status")
    first_open = _first_open(application)
    is_ready = first_open is None and application.state != _S.STARTED
    terms = current_terms()
    form = questions.SubmitForm(request.POST if request.method == "POST" else None) if terms else None
    if request.method == "POST":
        if not is_ready:
            return redirect(_next_step(application))
        if form is None or form.is_valid():
            is_first = application.submitted_at is None
            if is_first and timezone.now() - application.started_at < WRITTEN_BY_PEOPLE:
                messages.warning(
                    request, gettext("That was very fast. Please read your answers and submit again.")
                )
                return redirect("join_check")
            with suppress(RuleError):  # newer terms came this moment, and the page shows them
                submit_application(application, accepted=terms)
                return redirect("join_status")
    return render(
        request,
        "community/join/check.html",
        {
            "application": application,
            "lines": _lines(application),
            "next_step": _next_step(application),
            "is_ready": is_ready,
            "wants_document": is_document_wanted(application),
            "documents": application.documents.filter(destroyed_at__isnull=True).count(),
            "form": form,
            "terms": terms,
        },
        status=422 if form is not None and form.errors else 200,
    )


@_with_application
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, application: Application) -> HttpResponse:
    """Take a document that a vetter has asked for."""
    if not is_document_wanted(application):
        return redirect("join_status")
    form = questions.DocumentForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if form.is_valid():
        try:
            add_document(application, form.cleaned_data["document"].read())
        except DocumentRefusedError as error:
            form.add_error("document", error.refusal.label)
        except RuleError:
            form.add_error("document", gettext("You have sent enough documents."))
        else:
            messages.success(
                request, gettext("The document has arrived. Submit the application again when all is there.")
            )
            return redirect("join_check")
    sent = application.documents.filter(destroyed_at__isnull=True).order_by("sent_at")
    return render(
        request,
        "community/join/document.html",
        {"form": form, "sent": sent, "kept_days": DOCUMENT_KEPT.days},
        status=422 if form.is_bound else 200,
    )


@_with_application
@require_safe
def later(request: HttpRequest, application: Application) -> HttpResponse:
    """Show the address with which the applicant comes back."""
    address = reverse("join_return", kwargs={"key": request.session[SESSION_KEY]})
    return render(
        request,
        "community/join/later.html",
        {"address": request.build_absolute_uri(address), "next_step": _next_step(application)},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest, key: str) -> HttpResponse:
    """Go on with an application from another day or another machine. Opening does nothing; the button does."""
    application = application_of_key(key)
    if application is None:
        return render(request, "community/join/unknown.html", status=404)
    if request.method != "POST":
        return render(request, "community/join/return.html")
    request.session.cycle_key()
    request.session[SESSION_KEY] = key
    return redirect(_next_step(application))


@_with_application
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, application: Application) -> HttpResponse:
    """Say where the application stands, in words that are the same for everybody in this state.

    POST has the one-time address mailed again to somebody who was let in and has not used it.
    """
    if request.method == "POST":
        with suppress(RuleError):  # they have a password, or got enough letters: the page says what to do
            request_invitation(application)
        return redirect(f"{reverse('join_status')}?sent=1")
    context = {
        "application": application,
        "states": _S,
        "wants_document": is_document_wanted(application),
        "is_enrolled": application.user is not None and application.user.has_usable_password(),
        "sent": "sent" in request.GET,
    }
    return render(request, "community/join/status.html", context)


@_with_application
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask again, then end the application."""
    if request.method == "POST":
        with suppress(RuleError):  # it has ended meanwhile, and the page says how
            withdraw_application(application)
        return redirect("join_status")
    return render(request, "community/join/withdraw.html", {"application": application})


def _form(asked: Question, application: Application, data: Mapping[str, Any] | None) -> forms.Form:
    names = _ANSWERS_OF.get(asked.slug, (asked.slug,))
    initial: dict[str, Any] = {name: getattr(application, name) for name in names}
    if asked.slug == "listing":
        initial["is_to_be_listed"] = "yes" if application.is_to_be_listed else "no"
    if asked.form is questions.AgencyForm:
        known = application.agency
        initial["agency"] = str(known.uuid) if known else ("other" if application.agency_name else None)
        return questions.AgencyForm(data, initial=initial, country=application.country)
    return asked.form(data, initial=initial)


def _is_answered(asked: Question, application: Application) -> bool:
    if asked.slug in ("supervisor", "listing", "gender"):
        return True
    return any(getattr(application, name) for name in _ANSWERS_OF.get(asked.slug, (asked.slug,)))


def _first_open(application: Application) -> Question | None:
    return next((one for one in QUESTIONS if not _is_answered(one, application)), None)


def _after(asked: Question, application: Application) -> str:
    """Return the address of what follows an answer: the check, once all is answered."""
    if _first_open(application) is None:
        return _next_step(application)
    return reverse("join_question", kwargs={"slug": QUESTIONS[QUESTIONS.index(asked) + 1].slug})


def _next_step(application: Application) -> str:
    if application.state not in BEING_WRITTEN:
        return reverse("join_status")
    open_question = _first_open(application)
    if open_question is not None:
        return reverse("join_question", kwargs={"slug": open_question.slug})
    return reverse("join_code" if application.state == _S.STARTED else "join_check")


def _lines(application: Application) -> list[dict[str, Any]]:
    """Return each question with its answer in words; an empty answer is said to be none."""
    words: dict[str, str] = {
        "country": country_name(application.country) if application.country else "",
        "agency": application.agency.name if application.agency else application.agency_name,
        "job": str(JobRole(application.job).label) if application.job else "",
        "languages": " · ".join(language_of(one).native_name for one in application.languages),
        "verify": application.how_to_verify,
        "gender": str(Gender(application.gender).label) if application.gender else "",
        "listing": gettext("Yes") if application.is_to_be_listed else gettext("No"),
    }
    return [
        {
            "slug": one.slug,
            "label": next(iter(_form(one, application, None).fields.values())).label,
            "answer": words[one.slug] if one.slug in words else getattr(application, one.slug),
            "is_address": one.slug == "email",
        }
        for one in QUESTIONS
    ]
