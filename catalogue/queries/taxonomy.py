"""The words of the taxonomy, read once and kept until an editor changes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from catalogue.enums import CODES, Vocabulary
from catalogue.models import Capability, Stage, VocabularyValue
from catalogue.models.vocabulary import TAXONOMY_COUNTER, Concept
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.models import Counter

CAPABILITY = "capability"
STAGE = "stage"
WELLBEING = "wellbeing"


@dataclass(frozen=True, slots=True)
class Words:
    """What one concept is called, by language."""

    code: str
    labels: Mapping[str, str]
    short_labels: Mapping[str, str]
    definitions: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]


class Taxonomy:
    """All concepts at one moment."""

    def __init__(self, words: Mapping[str, Mapping[str, Words]], stamp: str) -> None:
        self._words = words
        self.stamp = stamp

    def codes(self, kind: str) -> tuple[str, ...]:
        """Return the codes of a kind ("capability", "stage" or a vocabulary) in their order."""
        loaded = tuple(self._words.get(kind, ()))
        return loaded if kind in (CAPABILITY, STAGE) else loaded or CODES[Vocabulary(kind)]

    def concepts(self, kind: str) -> tuple[Words, ...]:
        """Return the concepts of a kind in their order."""
        return tuple(self._words.get(kind, {}).values())

    def get(self, kind: str, code: str) -> Words | None:
        """Return one concept, or None if there is none with this code."""
        return self._words.get(kind, {}).get(code)

    def label(self, kind: str, code: str, language: str | None = None) -> str:
        """Return the label in a language (the active one by default), else in English, else the code."""
        return self._text(kind, code, "labels", language) or code

    def short_label(self, kind: str, code: str, language: str | None = None) -> str:
        """Return the form of a label that fits into narrow places."""
        return self._text(kind, code, "short_labels", language) or self.label(kind, code, language)

    def definition(self, kind: str, code: str, language: str | None = None) -> str:
        """Return the definition in a language, else in English, else an empty text."""
        return self._text(kind, code, "definitions", language)

    def _text(self, kind: str, code: str, column: str, language: str | None) -> str:
        words = self.get(kind, code)
        if words is None:
            return ""
        texts: Mapping[str, str] = getattr(words, column)
        return texts.get(language or get_language() or DEFAULT_LANGUAGE) or texts.get(DEFAULT_LANGUAGE, "")


_kept: Taxonomy | None = None


def current_taxonomy() -> Taxonomy:
    """Return the taxonomy as it is now: one query if nothing has changed, four if something has."""
    global _kept  # noqa: PLW0603 - one copy a process is the point
    stamp = Counter.stamp(TAXONOMY_COUNTER)
    if _kept is None or _kept.stamp != stamp or not stamp:
        _kept = _load(stamp)
    return _kept


def _load(stamp: str) -> Taxonomy:
    words: dict[str, dict[str, Words]] = {
        CAPABILITY: {item.code: _words_of(item) for item in Capability.objects.order_by("position", "code")},
        STAGE: {item.code: _words_of(item) for item in Stage.objects.order_by("position", "code")},
    }
    for value in VocabularyValue.objects.order_by("vocabulary", "position"):
        words.setdefault(value.vocabulary, {})[value.code] = _words_of(value)
    return Taxonomy(words, stamp)


def _words_of(concept: Concept) -> Words:
    def texts(field: str) -> dict[str, str]:
        return {
            code: getattr(concept, f"{field}_{code.replace('-', '_')}", None) or "" for code in LANGUAGE_CODES
        }

    return Words(
        code=concept.code,
        labels=texts("label"),
        short_labels=texts("short_label"),
        definitions=texts("definition"),
        synonyms={
            code: tuple(line.strip() for line in text.splitlines() if line.strip())
            for code, text in texts("synonyms").items()
        },
    )
