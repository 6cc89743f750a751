"""What the hub itself finds out about an application, for whoever checks it."""

from __future__ import annotations

from dataclasses import dataclass

from community.enums import ApplicationState
from community.models import AgencyDomain, Application
from community.queries.applications import listed_domain_of
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
    known = [] if listed else list(AgencyDomain.objects.counting().values_list("domain", flat=True))
    others = Application.objects.exclude(pk=application.pk).exclude(state=ApplicationState.STARTED)
    members = User.objects.exclude(application=application)
    return Findings(
        listed=listed.domain if listed else "",
        alike=looks_like(domain_of(application.email), known) if known else "",
        same_name=others.filter(name__iexact=application.name).count()
        + members.filter(name__iexact=application.name).count(),
        same_address=others.filter(email=application.email).count(),
    )
