"""The embedded engine."""

from __future__ import annotations

from pathlib import Path

from hub.core.search.records import Health, Schema


class TantivyEngine:
    """(being written)"""

    name = "tantivy"

    def __init__(self, schema: Schema, directory: Path) -> None:
        self.schema = schema
        self.directory = directory

    def healthy(self, *, thorough: bool = False) -> Health:
        return Health(False, "being written")
