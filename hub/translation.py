"""Which texts of the roof exist in six languages beside the page trees."""

from modeltranslation.translator import TranslationOptions, register

from hub.models import CaseFact


@register(CaseFact)
class CaseFactTranslation(TranslationOptions):
    """The sentence; figures, dates and titles of sources stay as the source has them."""

    fields = ("fact",)
    required_languages = {"en": ("fact",), "default": ()}
