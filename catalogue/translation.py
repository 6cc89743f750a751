"""Which texts of the catalogue exist in six languages. The English one is required to publish."""

from modeltranslation.translator import TranslationOptions, register

from catalogue.models import (
    Capability,
    Caution,
    DataFlow,
    ErrorMeasure,
    Implementation,
    Stage,
    Tool,
    VocabularyValue,
)
from catalogue.models.tool import TEXTS


@register(Tool)
class ToolTranslation(TranslationOptions):
    """Names of tools are the same in every language; aliases hold native spellings."""

    fields = TEXTS
    required_languages = {"en": ("summary",), "default": ()}


class ConceptTranslation(TranslationOptions):
    """Words of the taxonomy."""

    fields: tuple[str, ...] = ("label", "definition", "synonyms")
    required_languages = {"en": ("label",), "default": ()}


@register(Capability)
class CapabilityTranslation(ConceptTranslation):
    """As every concept."""


@register(Stage)
class StageTranslation(ConceptTranslation):
    """As every concept, and a form that fits into narrow places."""

    fields = ("short_label",)


@register(VocabularyValue)
class VocabularyValueTranslation(ConceptTranslation):
    """As every concept."""


@register(Implementation)
class ImplementationTranslation(TranslationOptions):
    """Texts about getting a tool into use."""

    fields = ("steps", "prerequisites", "hardware", "price_note", "support", "training", "note")


@register(DataFlow)
class DataFlowTranslation(TranslationOptions):
    """Texts about what leaves the network."""

    fields = ("what_leaves", "where_to", "retention", "note")


@register(ErrorMeasure)
class ErrorMeasureTranslation(TranslationOptions):
    """Only the note is a sentence; versions, test sets and groups are names."""

    fields = ("note",)


@register(Caution)
class CautionTranslation(TranslationOptions):
    """What to beware of has to be understood."""

    fields = ("text", "note")
    required_languages = {"en": ("text",), "default": ()}
