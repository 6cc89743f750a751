"""The first text of the public pages, one file a language in hub/content/."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.core.languages import DEFAULT_LANGUAGE
from hub.settings.env import PROJECT_DIR

CONTENT_DIR = PROJECT_DIR / "hub" / "content"
STANDARD_PAGES = ("about", "neutrality")
"""Plain pages, by the slug that they have in every language."""


class ContentError(Exception):
    """A file of hub/content/ is not as it must be: one sentence."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The texts of one page. `rules` holds (statement, meaning), `body` (kind of block, text)."""

    title: str
    lead: str
    heading: str = ""
    joining: str = ""
    rules: tuple[tuple[str, str], ...] = ()
    body: tuple[tuple[str, str], ...] = ()

    def shape(self) -> tuple[Any, ...]:
        """Return what must be equal in all languages: which texts there are, and the kinds of blocks."""
        return (
            *(bool(text) for text in (self.title, self.lead, self.heading, self.joining)),
            len(self.rules),
            *(kind for kind, _ in self.body),
        )


def content_file(language: str, folder: Path = CONTENT_DIR) -> Path:
    """Return where the texts of a language are, or would be."""
    return folder / f"{language}.toml"


def read_content(language: str, folder: Path = CONTENT_DIR) -> dict[str, PageText] | None:
    """Return the pages of a language by slug, the home page as "home"; None if there is no file.

    Raises ContentError for a file that cannot be read or has other parts than the English one.
    """
    path = content_file(language, folder)
    if not path.exists():
        return None
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        pages = {slug: _page_text(tables[slug]) for slug in ("home", *STANDARD_PAGES)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContentError(f"{path.name} cannot be read: {type(error).__name__} {error}") from error
    if language != DEFAULT_LANGUAGE:
        english = read_content(DEFAULT_LANGUAGE, folder) or {}
        for slug, page in pages.items():
            if slug in english and page.shape() != english[slug].shape():
                raise ContentError(f"{path.name} has other parts than {DEFAULT_LANGUAGE}.toml in [{slug}]")
    return pages


def _page_text(table: dict[str, Any]) -> PageText:
    return PageText(
        title=table["title"],
        lead=table["lead"],
        heading=table.get("heading", ""),
        joining=table.get("joining", ""),
        rules=tuple((rule["heading"], rule["text"]) for rule in table.get("rules", ())),
        body=tuple((kind, text) for block in table.get("body", ()) for kind, text in block.items()),
    )
