"""Panels of the editors' desk for texts in six languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import TextInput
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.widgets import AdminAutoHeightTextInput

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGES, Language
from hub.core.translation import column_of


def text_panel(field: str, language: Language, *, is_long: bool = False, **options: Any) -> FieldPanel:
    """Return the panel of a text in one language, written in the direction of that language, whatever the desk's."""
    widget = AdminAutoHeightTextInput if is_long else TextInput
    return FieldPanel(
        column_of(field, language.code),
        widget=widget(attrs={"lang": language.html_lang, "dir": language.direction}),
        **options,
    )


def language_tabs(*fields: str, long: Iterable[str] = (), source_permission: str = "") -> list[ObjectList]:
    """Return one tab a language, English first, with these translated fields; `long` names those of several lines.

    English is the source: who has not `source_permission`, if one is named, cannot change it, whatever is posted.
    """
    english_first = sorted(LANGUAGES, key=lambda language: language.code != DEFAULT_LANGUAGE)
    return [
        ObjectList(
            [
                text_panel(
                    field,
                    language,
                    is_long=field in long,
                    permission=source_permission if language.code == DEFAULT_LANGUAGE else None,
                )
                for field in fields
            ],
            heading=language.native_name,
        )
        for language in english_first
    ]
