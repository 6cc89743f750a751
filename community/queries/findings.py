"""What the hub itself finds out about an application, for whoever checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from community.enums import ApplicationState, EvidenceClass
from community.models import Application, Evidence
from community.queries.applications import listed_domain_of, listed_domains
from community.validators import domain_of, looks_like
from hub.core.models import User


@dataclass(frozen=True, slots=True)
class Findings:
    """`listed` is the listed domain of the address, `alike` one that it only looks like; the rest are numbers of others."""

    listed: str
    alike: str
    same_name: int
    same_address: int


def findings_on(application: Application) -> Findings:
    """Compare an application with the list of domains, with members and with other applications."""
    listed = listed_domain_of(application.email)
    known = [] if listed else list(listed_domains().values_list("domain", flat=True))
    others = Application.objects.exclude(pk=application.pk).exclude(state=ApplicationState.STARTED)
    members = User.objects.exclude(application=application)
    return Findings(
        listed=listed.domain if listed else "",
        alike=looks_like(domain_of(application.email), known) if known else "",
        same_name=others.filter(name__iexact=application.name).count()
        + members.filter(name__iexact=application.name).count(),
        same_address=others.filter(email=application.email).count(),
    )


def newest_evidence(application: Application) -> Mapping[EvidenceClass, Evidence | None]:
    """Return the newest finding of each class, in the order of the classes."""
    newest: dict[EvidenceClass, Evidence | None] = dict.fromkeys(EvidenceClass)
    for found in application.evidence.select_related("recorded_by").order_by("recorded_at", "pk"):
        newest[EvidenceClass(found.kind)] = found
    return newest
