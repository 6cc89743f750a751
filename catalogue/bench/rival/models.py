"""A tool as modelsearch can index it: the same texts, the same values in every facet."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from modelsearch import index

from catalogue.bench.corpus import SHAPES
from hub.core.languages import LANGUAGE_CODES

SINGLE = tuple(facet for facet, shape in SHAPES.items() if shape.most == 1)
SEVERAL = tuple(facet for facet, shape in SHAPES.items() if shape.most > 1)
TEXTS = tuple(
    f"{text}_{language.replace('-', '_')}"
    for text in ("summary", "functionality", "concepts")
    for language in LANGUAGE_CODES
)


class Value(models.Model):
    """A value of a facet of which a tool may have several, as the hub keeps stages and capabilities."""

    facet = models.CharField(max_length=20)
    code = models.CharField(max_length=60)

    objects: ClassVar = models.Manager()

    class Meta:
        app_label = "rival"

    def __str__(self) -> str:
        return self.code


def _fields() -> dict[str, models.Field[Any, Any]]:
    fields: dict[str, models.Field[Any, Any]] = {name: models.TextField(default="") for name in TEXTS}
    fields |= {facet: models.CharField(max_length=60, db_index=True) for facet in SINGLE}
    fields |= {facet: models.ManyToManyField(Value, related_name="+") for facet in SEVERAL}
    return fields


class BaseTool(index.Indexed, models.Model):
    """What needs no loop to be written down. modelsearch gives a field named `title` a vector of its own."""

    title = models.CharField(max_length=120)
    alias = models.CharField(max_length=120, default="")
    vendor = models.CharField(max_length=160)

    search_fields: ClassVar = [
        index.SearchField("title", boost=8),
        index.SearchField("alias", boost=6),
        index.SearchField("vendor", boost=3),
        *(index.SearchField(name, boost=1 if name.startswith("functionality") else 2) for name in TEXTS),
        index.FilterField("id"),
        *(index.FilterField(facet) for facet in (*SINGLE, *SEVERAL)),
    ]

    class Meta:
        app_label = "rival"
        abstract = True

    def __str__(self) -> str:
        return self.title


class _ToolMeta:
    app_label = "rival"


Tool: Any = type("Tool", (BaseTool,), {"__module__": __name__, "Meta": _ToolMeta, **_fields()})
"""The model with a column for each text and each facet."""
