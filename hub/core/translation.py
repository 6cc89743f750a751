"""Models with translated columns."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import models
from django.utils.translation import get_language, override

from hub.core.languages import DEFAULT_LANGUAGE


class PinnedTranslations(models.Model):
    """Keeps the base column of every translated field in the default language.

    Without it django-modeltranslation stores in the base column, and Wagtail in the revision, whatever language
    the editor's interface had; an English search then finds nothing.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the default language active."""
        with override(DEFAULT_LANGUAGE):
            super().save(*args, **kwargs)

    def serializable_data(self) -> dict[str, Any]:
        """Return what a revision stores, with the default language active."""
        with override(DEFAULT_LANGUAGE):
            data: dict[str, Any] = super().serializable_data()  # type: ignore[misc]
        return data

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Return the object of a revision, read with the default language active."""
        with override(DEFAULT_LANGUAGE):
            return super().with_content_json(content)  # type: ignore[misc]


def column_of(field: str, language: str) -> str:
    """Return the column that holds a translated field in a language, such as `summary_zh_hans`."""
    return f"{field}_{language.replace('-', '_')}"


def text_in(instance: models.Model, field: str, language: str | None = None) -> tuple[str, str]:
    """Return a translated field's text and the language it is in.

    The text of the language asked for (the active one by default), else the default language's, else ("", default).
    """
    wanted = language or get_language() or DEFAULT_LANGUAGE
    for code in (wanted, DEFAULT_LANGUAGE):
        text = getattr(instance, column_of(field, code), None)
        if text:
            return str(text), code
    return "", DEFAULT_LANGUAGE


def text_hash(text: str) -> str:
    """Return the hash by which a translation remembers its source text (64 hexadecimal digits)."""
    return hashlib.sha256(text.strip().encode()).hexdigest()
