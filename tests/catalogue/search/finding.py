"""Asking the index itself, and damaging it."""

from __future__ import annotations

from pathlib import Path

from catalogue.models import Tool
from catalogue.search import indexing
from hub.core.search import SearchRequest


def found(text: str = "", language: str = "en", **filters: str) -> set[str]:
    """Return the codes of the tools that the index finds."""
    request = SearchRequest(
        text=text,
        language=language,
        filters={name: (value,) for name, value in filters.items()},
        size=200,
        correct=False,
    )
    keys = [int(hit.key) for hit in indexing.service().search(request).hits]
    present = dict(Tool.objects.filter(pk__in=keys).values_list("pk", "code"))
    return {present.get(key, "gone") for key in keys}


def damage(folder: Path, ending: str) -> None:
    """Change the last bytes before the middle of each file of a kind."""
    files = list(folder.glob(f"*/*.{ending}"))
    assert files
    for path in files:
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[max(0, middle - 8) : middle] = b"\xff" * min(8, middle)
        path.write_bytes(content)
