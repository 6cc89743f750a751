"""What the pages share on which somebody fills in a form and one step follows."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from community.rules import RuleError


def take_step(
    request: HttpRequest,
    form: forms.Form,
    step: Callable[[], object],
    *,
    done: str | Promise,
    refused: str | Promise,
    at: str | None = None,
) -> bool:
    """Take the step if the form is right and the rules allow it, and return whether it was taken.

    `done` is what the next page then says, `refused` what the form says, at the field `at` or as a whole.
    """
    if not form.is_valid():
        return False
    try:
        step()
    except RuleError:
        form.add_error(at, str(refused))
        return False
    messages.success(request, str(done))
    return True
