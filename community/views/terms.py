"""The terms for officers: to be read by everybody, and accepted by members."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from community.actions.terms import accept_terms
from community.models import Terms
from community.queries.terms import (
    compare_rules,
    current_terms,
    has_accepted_current_terms,
    last_accepted_terms,
    terms_in_words,
)
from community.rules import RuleError
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import User
from hub.core.requests import is_own_path


@require_safe
def read(request: HttpRequest) -> HttpResponse:
    """Show the terms that hold now."""
    terms = current_terms()
    words = terms_in_words(terms, _language()) if terms else None
    return render(
        request,
        "community/terms/read.html",
        {"terms": terms, "words": words},
        status=200 if terms else 404,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Ask a member for agreement, with what has changed since the last time; POST agrees to the version shown."""
    user, terms = request.user, current_terms()
    if not isinstance(user, User) or terms is None:
        raise Http404
    wanted = request.POST.get("next") or request.GET.get("next", "")
    next_path = wanted if is_own_path(wanted) else ""
    if request.method == "POST" and request.POST.get("terms") == str(terms.number):
        with suppress(RuleError):  # another version came this moment: it is shown
            if not has_accepted_current_terms(user):
                accept_terms(terms, by=user)
            return redirect(next_path or "home")
    return render(
        request,
        "community/terms/accept.html",
        {
            **_comparison(terms, last_accepted_terms(user)),
            "terms": terms,
            "next_path": next_path,
            "is_accepted": has_accepted_current_terms(user),
            "has_changed_meanwhile": request.method == "POST",
        },
        status=409 if request.method == "POST" else 200,
    )


def _comparison(terms: Terms, accepted: Terms | None) -> dict[str, Any]:
    """Return the version in words; what is new and gone in it, if somebody has accepted another one before."""
    words = terms_in_words(terms, _language())
    if accepted is None or accepted.pk == terms.pk:
        return {"words": words, "before": None}
    before = terms_in_words(accepted, words.language)
    if before.language != words.language:
        words = terms_in_words(terms, before.language)
    return {"words": words, "before": accepted, "lines": list(compare_rules(before.rules, words.rules))}


def _language() -> str:
    return get_language() or DEFAULT_LANGUAGE
