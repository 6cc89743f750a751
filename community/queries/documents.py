"""Which documents there are, which are wanted, and which have to go."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from community.enums import ApplicationState, Choice, Reason
from community.models import Application, Document
from community.queries.applications import visible_to
from community.rules import DOCUMENT_KEPT
from hub.core.models import User


def is_document_wanted(application: Application) -> bool:
    """Tell whether a vetter has asked for a document, and the applicant may send it now."""
    return (
        application.state == ApplicationState.MORE_WANTED
        and application.verdicts.filter(
            round=application.round - 1, choice=Choice.ASK, reason=Reason.DOCUMENT
        ).exists()
    )


def documents_visible_to(user: User) -> QuerySet[Document]:
    """Return the documents that a vetter may look at: those of applications that they may vet."""
    return Document.objects.filter(
        application__in=visible_to(user).values("pk"), destroyed_at__isnull=True
    ).select_related("application")


def documents_due() -> QuerySet[Document]:
    """Return the documents of applications that were decided, or given up, 30 days ago."""
    closed = Q(application__closed_at__lt=timezone.now() - DOCUMENT_KEPT)
    return Document.objects.filter(closed, destroyed_at__isnull=True).order_by("pk")
