"""Reading a page as a browser does, so that tests ask for what is there and not for how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpResponseBase
from django.test.html import Element, parse_html

_SPACE_BEFORE_POINT = re.compile(r" ([,.:;])")


class Page:
    """The elements of an answer. Making one fails for HTML whose elements are not closed as they were opened."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.html = response.content.decode()  # type: ignore[attr-defined]
        self._root = parse_html(self.html)

    def all(self, name: str = "", /, **attributes: str) -> list[Element]:
        """Return the elements of a name that have these attributes; `css` names one of their classes."""
        return [
            element
            for element in walk(self._root)
            if name in ("", element.name)
            and all(
                value in values(element, "class").split()
                if key == "css"
                else values(element, key.replace("_", "-")) == value
                for key, value in attributes.items()
            )
        ]

    def one(self, name: str = "", /, **attributes: str) -> Element:
        """Return the one element of a kind."""
        [element] = self.all(name, **attributes)
        return element

    @property
    def text(self) -> str:
        """The words of the main part."""
        return words(self.one("main"))

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [found for element in walk(self._root) if (found := values(element, "id"))]

    def links(self, within: Element | None = None) -> dict[str, str]:
        """Return the addresses of links by their words."""
        return {
            words(element): values(element, "href")
            for element in walk(within or self._root)
            if element.name == "a" and values(element, "href")
        }


def walk(element: Element) -> Iterator[Element]:
    """Return an element and all elements in it, in order."""
    if isinstance(element, Element):
        yield element
        for child in element.children:
            yield from walk(child)


def values(element: Element, name: str) -> str:
    """Return an attribute; empty if the element has none of this name, or none with a value."""
    return next((str(value or "") for key, value in element.attributes if key == name), "")


def has(element: Element, name: str) -> bool:
    """Tell whether an element has an attribute."""
    return any(key == name for key, _ in element.attributes)


def words(element: Element | str) -> str:
    """Return the words of an element with single spaces."""
    if not isinstance(element, Element):
        return " ".join(str(element).split())
    joined = " ".join(" ".join(words(child) for child in element.children).split())
    return _SPACE_BEFORE_POINT.sub(r"\1", joined)
