"""Reads a form out of a page as a browser would send it, so that tests change one field of a real one."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._depth = 0
        self._template = 0
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        name = values.get("name")
        if tag == "template":
            self._template += 1
        if self._template or "disabled" in values:
            return
        if tag == "input" and name:
            kind = values.get("type", "text")
            is_sent = (kind not in ("checkbox", "radio") or "checked" in values) and kind not in (
                "submit",
                "button",
                "file",
            )
            if is_sent:
                self._add(name, values.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "select" and name:
            self._select, self._options = (name, "multiple" in values), []
        elif tag == "option" and self._select:
            self._options.append((values.get("value") or "", "selected" in values))
        elif tag == "textarea" and name:
            self._textarea = name
            self._add(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._template -= 1
        elif tag == "select" and self._select:
            name, is_multiple = self._select
            chosen = [value for value, is_selected in self._options if is_selected]
            if not chosen and not is_multiple and self._options:
                chosen = [self._options[0][0]]
            for value in chosen:
                self._add(name, value)
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea and not self._template:
            self.data[self._textarea][-1] += data.removeprefix("\n")

    def _add(self, name: str, value: str) -> None:
        self.data.setdefault(name, []).append(value)


def form_of(response: Any) -> dict[str, list[str]]:
    """Return what a browser would send for all forms of the page, by name."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.data
