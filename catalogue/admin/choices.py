"""What editors choose from: codes by their labels, languages and countries by their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext_lazy

from catalogue.enums import Vocabulary
from catalogue.queries.taxonomy import Taxonomy
from catalogue.search.values import language_name
from catalogue.validators import CodesValidator
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.text.sorting import in_order

Choices = list[tuple[str, Any]]

NOT_KNOWN_LABEL = pgettext_lazy("value of a fact", "Not known")

_OTHER_NAMES = {"offline_mode": Vocabulary.OFFLINE_CAPABLE, "kind": Vocabulary.CAUTION_KIND}
"""Fields that are not called as their vocabulary."""

_LANGUAGES = (
    "af",
    "am",
    "ar",
    "az",
    "be",
    "bg",
    "bn",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fil",
    "fr",
    "ga",
    "gl",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "kk",
    "km",
    "ko",
    "ky",
    "lo",
    "lt",
    "lv",
    "mk",
    "mn",
    "ms",
    "mt",
    "my",
    "nb",
    "ne",
    "nl",
    "ps",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "so",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "tg",
    "th",
    "tk",
    "tr",
    "uk",
    "ur",
    "uz",
    "vi",
    "zh-hans",
    "zh-hant",
)
"""Languages that are offered; a record may have others, which an import brought."""


def vocabulary_of(field: models.Field[Any, Any]) -> Vocabulary | None:
    """Return the vocabulary whose codes a column holds, or None for a column that holds none."""
    for validator in field.validators:
        if isinstance(validator, CodesValidator):
            return validator.vocabulary
    if not field.choices or not isinstance(field, models.CharField):
        return None
    if field.name in _OTHER_NAMES:
        return _OTHER_NAMES[field.name]
    return Vocabulary(field.name) if field.name in set(Vocabulary) else None


def code_choices(vocabulary: Vocabulary, taxonomy: Taxonomy) -> Choices:
    """Return the codes of a vocabulary in their order, with labels in the active language."""
    return [(code, taxonomy.label(vocabulary, code)) for code in taxonomy.codes(vocabulary)]


def with_unknown(choices: Choices) -> Choices:
    """Put the choice before the others that says that a fact is not known."""
    return [("", NOT_KNOWN_LABEL), *choices]


def language_choices(present: Iterable[str] = ()) -> Choices:
    """Return languages by name in the active language, those that a record has already among them."""
    named = ((code, language_name(code)) for code in {*_LANGUAGES, *present})
    return in_order(named, get_language() or DEFAULT_LANGUAGE)
