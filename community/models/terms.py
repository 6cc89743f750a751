"""The terms for officers, in versions, and who has accepted which."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.core.languages import LANGUAGE_CODES


class Terms(models.Model):
    """A version of the terms. Never changed: what somebody accepted must be there to be read."""

    number = models.PositiveSmallIntegerField(unique=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None for the version that comes with the hub."""

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


class TermsText(models.Model):
    """A version in one language: rules, separated by empty lines."""

    terms = models.ForeignKey(Terms, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=[(code, code) for code in LANGUAGE_CODES])
    text = models.TextField(max_length=20_000)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["terms", "language"], name="community_terms_once_a_language"),
            models.CheckConstraint(condition=~models.Q(text=""), name="community_terms_say_something"),
        ]

    def __str__(self) -> str:
        return f"{self.terms_id} {self.language}"


class TermsAcceptance(models.Model):
    """Somebody's agreement to a version. Given anew each year, and to each new version."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["user", "terms", "accepted_at"], name="community_terms_accepted")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.terms_id}"
