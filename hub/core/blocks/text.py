"""Headings, paragraphs and statements."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

PARAGRAPH_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class BodyBlock(blocks.StreamBlock):
    """The body of a page: headings and paragraphs, nothing that could carry an image of a person."""

    heading = blocks.CharBlock(max_length=160, label=_("heading"), template="blocks/heading.html")
    paragraph = blocks.RichTextBlock(
        features=PARAGRAPH_FEATURES, max_length=5_000, label=_("paragraph"), template="blocks/paragraph.html"
    )


class StatementBlock(blocks.StructBlock):
    """A short bold sentence and what it means."""

    heading = blocks.CharBlock(max_length=120, label=_("statement"))
    text = blocks.CharBlock(max_length=400, label=_("what it means"))
