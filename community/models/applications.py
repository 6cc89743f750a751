"""Applications for membership, what was found out about them, and who decided what."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.enums import ApplicationState, Choice, EvidenceClass, Gender, JobRole, Reason
from community.models.agencies import Agency
from community.models.terms import Terms

_HOLDS_ITS_ADDRESS = (
    ApplicationState.ADDRESS_CONFIRMED,
    ApplicationState.SUBMITTED,
    ApplicationState.IN_REVIEW,
    ApplicationState.MORE_WANTED,
    ApplicationState.AGREED,
)


class Application(models.Model):
    """One person's wish to become a member. Written by `community.actions` alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    """What the applicant and the desk call it, such as V-7KQ2-M9XD."""
    state = models.CharField(
        max_length=20, choices=ApplicationState, default=ApplicationState.STARTED, db_index=True
    )
    language = models.CharField(max_length=10)
    key_hash = models.CharField(max_length=64, unique=True)
    """Of the key with which the applicant comes back."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=120, blank=True)
    job = models.CharField(max_length=20, choices=JobRole, blank=True)
    email = models.EmailField(max_length=254, blank=True, db_index=True)
    languages = models.JSONField(default=list, blank=True)
    purpose = models.TextField(max_length=2_000, blank=True)
    supervisor = models.CharField(max_length=500, blank=True)
    how_to_verify = models.TextField(max_length=2_000, blank=True)
    is_to_be_listed = models.BooleanField(default=False)
    gender = models.CharField(max_length=10, choices=Gender, blank=True)
    """Shown to nobody: only counted, together with others."""
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The version that the applicant accepted when the application was submitted."""

    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    round = models.PositiveSmallIntegerField(default=1)
    """Begins anew each time more was asked for."""
    third_review = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="application"
    )
    """The account that came of it."""

    class Meta:
        default_permissions = ()
        indexes = [
            # All that it takes to find who waits, and in which order: the long rows themselves are read for one page.
            models.Index(
                fields=["state", "submitted_at", "id", "email", "agency", "round"], name="community_queue"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(state__in=_HOLDS_ITS_ADDRESS),
                name="community_one_open_application_of_an_address",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="community_application_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.APPROVED, user__isnull=False)
                | (~Q(state=ApplicationState.APPROVED) & Q(user__isnull=True)),
                name="community_only_the_approved_have_accounts",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Evidence(models.Model):
    """What was found out in one of five ways."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=20, choices=EvidenceClass)
    holds = models.BooleanField()
    note = models.TextField(max_length=1_000, blank=True)
    number = models.CharField(max_length=40, blank=True)
    """The telephone number that was called; never the one on the form."""
    source_url = models.URLField(max_length=500, blank=True)
    """Where it was found."""
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="sponsored"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None for what the hub found out itself."""
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceClass.values), name="community_evidence_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=EvidenceClass.CALL_BACK) | (~Q(number="") & ~Q(source_url="")),
                name="community_a_call_has_number_and_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EvidenceClass.SPONSOR) | Q(sponsor__isnull=False),
                name="community_a_sponsor_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Document(models.Model):
    """A document that an applicant has sent, as flat pages in a file that only the key in this row opens."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    file_name = models.CharField(max_length=64, blank=True)
    sealed_key = models.BinaryField(blank=True)
    """Encrypted once more with a key of the hub. Empty once the document is destroyed."""
    pages = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(file_name="", sealed_key=b""),
                name="community_a_destroyed_document_has_no_key",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Verdict(models.Model):
    """What one vetter decided in one round. Never changed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="verdicts")
    round = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice)
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.TextField(max_length=1_000, blank=True)
    """For the other vetters; the applicant never sees it."""
    decided_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "by"], name="community_one_verdict_a_vetter_and_round"
            ),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="community_choice_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="community_reason_known"),
        ]

    def __str__(self) -> str:
        return self.get_choice_display()


class Recusal(models.Model):
    """A vetter who gave a case back, because they know the applicant or cannot decide freely. They never see it again."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="recusals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["application", "by"], name="community_one_recusal_a_vetter")
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.by}"
