"""Which texts of the roof exist in six languages beside the page trees."""

from modeltranslation.translator import TranslationOptions, register

from hub.models import CaseFact


@register(CaseFact)
class CaseFactTranslation(TranslationOptions):
    """All that is read; addresses and titles of sources stay as the source has them."""

    fields = ("fact", "figure", "as_of")
    required_languages = {"en": ("fact",), "default": ()}
