"""Notes who wrote a text: what an editor or translator has written is nobody's machine draft any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from modeltranslation.translator import translator

from hub.core.enums import TextOrigin
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.models import TextProvenance, User
from hub.core.translation import column_of, text_hash


def text_columns(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """Return the columns that hold translated texts of a model, with field and language of each."""
    if model not in translator.get_registered_models():
        return {}
    fields = translator.get_options_for_model(model).all_fields
    return {column_of(field, code): (field, code) for field in fields for code in LANGUAGE_CODES}


def columns_without_origin(record: models.Model) -> set[str]:
    """Return the columns with a text of which nothing says where it comes from."""
    noted = set(
        TextProvenance.objects.filter(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk
        ).values_list("field", "language")
    )
    return {
        column
        for column, place in text_columns(type(record)).items()
        if getattr(record, column) and place not in noted
    }


def vouch_for_texts(record: models.Model, columns: Iterable[str], *, by: User | None) -> None:
    """Note that a person has written the texts in these columns, from the English texts as they are now.

    A text that was emptied has no origin any more.
    """
    content_type = ContentType.objects.get_for_model(record)
    known = text_columns(type(record))
    with transaction.atomic():
        for field, language in (known[column] for column in columns if column in known):
            place = {
                "content_type": content_type,
                "object_id": record.pk,
                "field": field,
                "language": language,
            }
            if not getattr(record, column_of(field, language)):
                TextProvenance.objects.filter(**place).delete()
                continue
            is_source = language == DEFAULT_LANGUAGE
            english = getattr(record, column_of(field, DEFAULT_LANGUAGE)) or ""
            TextProvenance.objects.update_or_create(
                **place,
                defaults={
                    "origin": TextOrigin.SOURCE if is_source else TextOrigin.REVIEWED,
                    "source_hash": "" if is_source else text_hash(english),
                    "reviewed_by": None if is_source else by,
                    "updated_at": timezone.now(),
                },
            )
