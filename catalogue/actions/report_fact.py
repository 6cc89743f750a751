"""A member reports a wrong fact."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from catalogue.enums import FactGroup
from catalogue.models import FactReport, Tool
from hub.core import audit
from hub.core.access import is_member
from hub.core.models import User


def report_fact(
    tool: Tool, *, by: User, group: FactGroup, text: str, source_url: str = "", language: str = "en"
) -> FactReport:
    """Keep a report for the editors. Raises PermissionDenied for somebody who is no member.

    The same text about the same tool by the same person is kept once: a form that is sent twice changes nothing.
    """
    if not is_member(by):
        raise PermissionDenied
    with transaction.atomic():
        Tool.objects.select_for_update().only("pk").get(pk=tool.pk)
        report, is_new = FactReport.objects.get_or_create(
            tool=tool,
            reporter=by,
            group=group,
            text=text,
            source_url=source_url,
            defaults={"language": language},
        )
        if is_new:
            audit.record("fact.reported", report, by=by, tool=tool.pk, group=str(group))
    return report
