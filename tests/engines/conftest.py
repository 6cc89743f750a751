"""The engines that the contract is tested on. A new engine is one more row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.core.search import Engine, Schema, TantivyEngine

from .corpus import SCHEMA


@dataclass(frozen=True)
class EngineKind:
    """How engines of one kind are made. Two made for the same place stand for two processes."""

    name: str
    make: Callable[[Schema, Path], Engine]


KINDS = [
    EngineKind("tantivy", lambda schema, place: TantivyEngine(schema, place / "index", lock_timeout=0.3))
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name, scope="session")
def kind(request: pytest.FixtureRequest) -> EngineKind:
    """One kind of engine after the other."""
    found: EngineKind = request.param
    return found


@pytest.fixture
def engine(kind: EngineKind, tmp_path: Path) -> Engine:
    """An engine with an empty index."""
    made = kind.make(SCHEMA, tmp_path)
    made.rebuild([])
    return made
