"""Where the texts of records come from, for many records in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from django.contrib.contenttypes.models import ContentType
from django.db import models

from hub.core.enums import TextOrigin
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import TextProvenance
from hub.core.translation import text_hash

TextState = Literal["source", "draft", "reviewed", "changed", "untranslated"]


def text_states(
    instances: Iterable[models.Model], fields: Iterable[str], language: str
) -> Mapping[tuple[int, str], TextState]:
    """Return the state of each text by (primary key, field), for readers of a language.

    In the default language every text is a source text and nothing is asked. A text that is there without a record of
    its origin counts as a draft: nobody has vouched for it.
    """
    records = list(instances)
    names = tuple(fields)
    if language == DEFAULT_LANGUAGE or not records:
        return {(record.pk, name): "source" for record in records for name in names}
    suffix = language.replace("-", "_")
    origins = {
        (row.object_id, row.field): row
        for row in TextProvenance.objects.filter(
            content_type=ContentType.objects.get_for_model(type(records[0])),
            object_id__in=[record.pk for record in records],
            field__in=names,
            language=language,
        )
    }
    states: dict[tuple[int, str], TextState] = {}
    for record in records:
        for name in names:
            source = getattr(record, f"{name}_{DEFAULT_LANGUAGE}") or ""
            if not getattr(record, f"{name}_{suffix}"):
                states[record.pk, name] = "untranslated"
            else:
                states[record.pk, name] = _state(origins.get((record.pk, name)), source)
    return states


def _state(row: TextProvenance | None, source: str) -> TextState:
    if row is None:
        return "draft"
    if row.source_hash and row.source_hash != text_hash(source):
        return "changed"
    return {TextOrigin.SOURCE: "source", TextOrigin.REVIEWED: "reviewed"}.get(TextOrigin(row.origin), "draft")  # type: ignore[return-value]
