"""Who sees which application, and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.enums import ApplicationState, EvidenceClass
from community.models import AgencyDomain, Application, Evidence, FocalPoint, Officer, Recusal, Verdict
from community.rules import OPEN
from community.validators import covers, domain_of, is_free_mail, registered_part
from hub.core.access import has_role, is_member
from hub.core.crypto import keyed_hash
from hub.core.enums import Role
from hub.core.models import AuditEntry, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SESSION_KEY = "community.application"
"""Where an applicant's session keeps the key of the application."""
_KEY, _CODE = "application-key", "application-code"


def visible_to(user: User | AnonymousUser) -> QuerySet[Application]:
    """Return the applications that somebody may look at as a vetter: none of their own agency, none they sponsor, none
    that they gave back.

    What was never submitted is nobody else's business, whether it is still written or was given up.
    """
    if not isinstance(user, User) or not has_role(user, Role.VETTER):
        return Application.objects.none()
    # A list made once, not a question for each application; it says nothing twice.
    sponsored = Evidence.objects.filter(sponsor=user.pk).values("application")
    given_back = Recusal.objects.filter(by=user.pk).values("application")
    found = Application.objects.filter(submitted_at__isnull=False)
    found = found.exclude(pk__in=sponsored).exclude(pk__in=given_back)
    agency = Officer.objects.filter(user=user.pk).values_list("agency", flat=True).first()
    if agency is not None:
        found = found.exclude(agency=agency)
    return found.exclude(_same_mail(user.email))


def _same_mail(address: str) -> Q:
    domain = registered_part(domain_of(address))
    if not domain or is_free_mail(domain):
        return Q(email__iexact=address)
    return Q(email__iendswith=f"@{domain}") | Q(email__iendswith=f".{domain}")


def queue_of(user: User | AnonymousUser) -> QuerySet[Application]:
    """Return what somebody may decide now, the oldest first."""
    decided = Verdict.objects.filter(application=OuterRef("pk"), round=OuterRef("round"), by=user.pk)
    found = visible_to(user).filter(~Exists(decided), state__in=OPEN)
    return found.order_by("submitted_at", "pk")


def country_of_focal_point(user: User | AnonymousUser) -> str:
    """Return the country for which somebody is the national focal point now; empty for everybody else."""
    return (speaking(user).values_list("country", flat=True).first() or "") if is_member(user) else ""


def speaking(user: User | AnonymousUser | OuterRef) -> QuerySet[FocalPoint]:
    """Return what somebody speaks for now, whether or not they are a member still."""
    return FocalPoint.objects.filter(user=user if isinstance(user, OuterRef) else user.pk).counting()


def focal_points_of(country: str) -> QuerySet[FocalPoint]:
    """Return who speaks for a country now."""
    return FocalPoint.objects.filter(country=country).counting().select_related("user")


def confirmable_by(user: User | AnonymousUser) -> QuerySet[Application]:
    """Return the applications of the country for which somebody is the national focal point."""
    country = country_of_focal_point(user)
    if not country:
        return Application.objects.none()
    return Application.objects.filter(country=country, state__in=(*OPEN, ApplicationState.AGREED))


def verdicts_visible_to(application: Application, user: User | AnonymousUser) -> QuerySet[Verdict]:
    """Return the decisions that somebody may read: those of others once they have decided themselves, or all is over."""
    verdicts = application.verdicts.order_by("decided_at")
    if not visible_to(user).filter(pk=application.pk).exists():
        return verdicts.none()
    if application.state not in OPEN or verdicts.filter(round=application.round, by=user.pk).exists():
        return verdicts
    return verdicts.filter(Q(round__lt=application.round) | Q(by=user.pk))


def case_history(application: Application) -> QuerySet[AuditEntry]:
    """Return the record's lines about an application and what was found out about it, the newest first."""
    evidence = [str(key) for key in application.evidence.values_list("pk", flat=True)]
    about = Q(subject_type=Application._meta.label_lower, subject_id=str(application.pk)) | Q(
        subject_type=Evidence._meta.label_lower, subject_id__in=evidence
    )
    return AuditEntry.objects.filter(about).select_related("actor").order_by("-number")


def newest_evidence(application: Application) -> Mapping[EvidenceClass, Evidence | None]:
    """Return the newest finding of each class, in the order of the classes."""
    newest: dict[EvidenceClass, Evidence | None] = dict.fromkeys(EvidenceClass)
    for found in application.evidence.select_related("recorded_by").order_by("recorded_at", "pk"):
        newest[EvidenceClass(found.kind)] = found
    return newest


def classes_held(application: Application) -> frozenset[EvidenceClass]:
    """Return the classes of evidence whose newest finding holds."""
    return held_among(newest_evidence(application))


def held_among(newest: Mapping[EvidenceClass, Evidence | None]) -> frozenset[EvidenceClass]:
    """Return which of these newest findings hold."""
    return frozenset(kind for kind, found in newest.items() if found is not None and found.holds)


def application_of_key(key: str) -> Application | None:
    """Return the application whose applicant has this key."""
    return Application.objects.filter(key_hash=hash_of_key(key)).first()


def lock_application(application: Application) -> None:
    """Keep others from changing an application until the transaction ends, and read what it is now."""
    Application.objects.select_for_update().get(pk=application.pk)
    application.refresh_from_db()


def hash_of_key(key: str) -> str:
    """Return under which name an applicant's key is kept."""
    return keyed_hash(key, purpose=_KEY)


def hash_of_code(application: Application, code: str) -> str:
    """Return how the code for an address is kept: it fits one application and one address."""
    return keyed_hash(f"{application.pk}:{application.email.lower()}:{code}", purpose=_CODE)


def listed_domain_of(address: str) -> AgencyDomain | None:
    """Return the listed domain that covers an address, the narrowest if there are several."""
    try:
        domain = domain_of(address)
    except ValueError:
        return None
    labels = domain.split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    found = AgencyDomain.objects.counting().filter(domain__in=above).select_related("agency")
    fitting = [one for one in found if covers(one.domain, domain)]
    return max(fitting, key=lambda one: len(one.domain), default=None)
