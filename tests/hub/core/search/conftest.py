"""The service over the shipped vocabulary and tools, and over a small corpus in six languages."""

from __future__ import annotations

import pytest

from hub.core.search import SearchService, TantivyEngine

from . import real_catalogue


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    """The service over the shipped tools."""
    engine = TantivyEngine(real_catalogue.SCHEMA, tmp_path_factory.mktemp("real") / "index")
    engine.rebuild(real_catalogue.documents())
    return SearchService(engine, real_catalogue.concept_table)
