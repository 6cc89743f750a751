"""Nothing but this may turn text from outside into HTML."""

from __future__ import annotations

import nh3

_TAGS = {"p", "b", "strong", "i", "em", "a", "ol", "ul", "li", "br"}


def clean_html(html: str) -> str:
    """Return `html` with everything but plain text markup taken out."""
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"})
