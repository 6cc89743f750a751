"""An editor answers a report of a wrong fact."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from catalogue.enums import ReportState
from catalogue.models import FactReport
from hub.core import audit
from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.models import User


def answer_report(report: FactReport, *, by: User, state: ReportState, answer: str) -> None:
    """Note what became of a report, and why. An answered report may be opened again.

    Raises PermissionDenied for somebody who is no editor. The audit keeps the states, not the words.
    """
    if not has_role(by, Role.EDITOR):
        raise PermissionDenied
    with transaction.atomic():
        before = FactReport.objects.select_for_update().get(pk=report.pk)
        if (before.state, before.answer) == (state, answer):
            return
        report.state, report.answer = state, answer
        report.save(update_fields=["state", "answer"])
        audit.record(
            "fact.answered", report, by=by, tool=report.tool_id, before=before.state, after=str(state)
        )
