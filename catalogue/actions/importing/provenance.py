"""Notes where imported texts come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from hub.core.enums import TextOrigin
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import TextProvenance
from hub.core.translation import text_hash


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A text that an import wrote; `source` is the English text that it was made from."""

    model: type[models.Model]
    pk: int
    field: str
    language: str
    source: str = ""


def note_provenance(texts: Iterable[ImportedText]) -> None:
    """Record English texts as source texts, those in other languages as machine drafts of their source."""
    now = timezone.now()
    TextProvenance.objects.bulk_create(
        [
            TextProvenance(
                content_type=ContentType.objects.get_for_model(text.model),
                object_id=text.pk,
                field=text.field,
                language=text.language,
                origin=TextOrigin.SOURCE if text.language == DEFAULT_LANGUAGE else TextOrigin.MACHINE,
                source_hash="" if text.language == DEFAULT_LANGUAGE else text_hash(text.source),
                updated_at=now,
            )
            for text in texts
        ],
        update_conflicts=True,
        unique_fields=["content_type", "object_id", "field", "language"],
        update_fields=["origin", "source_hash", "reviewed_by", "updated_at"],
        batch_size=1_000,
    )
