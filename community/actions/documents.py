"""Documents of applicants: taken only when a vetter has asked for one, shown with a trace, destroyed in time."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.models import Application, Document
from community.queries.applications import lock_application, visible_to
from community.queries.documents import documents_due, is_document_wanted
from community.rules import DOCUMENTS_AT_MOST, RuleError
from hub.core import audit
from hub.core.documents import vault
from hub.core.documents.flatten import flatten
from hub.core.documents.watermark import watermark
from hub.core.models import User


def add_document(application: Application, content: bytes) -> Document:
    """Take a document that a vetter has asked for, as flat pages in a sealed file.

    Raises RuleError if nobody has asked for one, or if there are enough; DocumentRefusedError for what cannot be read.
    """
    _require_room(application)
    pages = flatten(content)  # before the transaction: it may take seconds
    sealed = vault.seal(pages)
    with transaction.atomic():
        lock_application(application)
        _require_room(application)
        document = Document.objects.create(
            application=application,
            file_name=sealed.name,
            sealed_key=sealed.key,
            pages=len(pages),
            sent_at=timezone.now(),
        )
        audit.record("document.sent", application, pages=len(pages))
    return document


def show_page(document: Document, number: int, *, by: User) -> bytes:
    """Return a page, counted from 1, with the viewer and the time written over it, and note that it was seen.

    Raises PermissionDenied for who may not vet the application, RuleError for a page that is not (any more) there,
    VaultError if the file is damaged.
    """
    if not visible_to(by).filter(pk=document.application_id).exists():
        raise PermissionDenied
    if document.destroyed_at is not None or not 1 <= number <= document.pages:
        raise RuleError("There is no such page")
    now = timezone.now()
    pages = vault.open_sealed(vault.Sealed(document.file_name, bytes(document.sealed_key)))
    with transaction.atomic():
        audit.record("document.viewed", document.application, by=by, document=str(document.uuid), page=number)
    return watermark(pages[number - 1], f"{by.email} {now:%Y-%m-%d %H:%M} UTC")


def destroy_documents(*, by: User | None) -> int:
    """Destroy the documents whose time is over, file and key; return how many. Files that no row names go, too."""
    destroyed = 0
    for document in documents_due():
        with transaction.atomic():
            row = Document.objects.select_for_update().get(pk=document.pk)
            if row.destroyed_at is not None:
                continue
            name = row.file_name
            row.file_name, row.sealed_key, row.destroyed_at = "", b"", timezone.now()
            row.save(update_fields=["file_name", "sealed_key", "destroyed_at"])
            audit.record("document.destroyed", row.application, by=by, document=str(row.uuid))
            # Inside: a file that cannot be removed must be tried again. Without its key it is noise in any case.
            vault.destroy(name)
        destroyed += 1
    vault.destroy_strays(set(Document.objects.exclude(file_name="").values_list("file_name", flat=True)))
    return destroyed


def _require_room(application: Application) -> None:
    if not is_document_wanted(application):
        raise RuleError("Nobody has asked for a document")
    if application.documents.filter(destroyed_at__isnull=True).count() >= DOCUMENTS_AT_MOST:
        raise RuleError("There are enough documents")
