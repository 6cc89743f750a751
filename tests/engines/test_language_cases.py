"""What the text analysis promises in memory holds on an index: the same cases, through planner and engine."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hub.core.search import Document, Engine, Schema, SearchRequest, SearchService, TextField
from hub.core.search.concepts import ConceptTable

from .conftest import EngineKind

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh-hans")
SCHEMA = Schema("cases", 1, (TextField("text", 1.0, translated=True),), (), (), LANGUAGES)
TABLES = Path(__file__).resolve().parents[1] / "hub" / "core" / "text"


def read_cases(name: str) -> list[tuple[int, str, str, str, bool]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return [
            (number, row["language"], row["query"], row["text"], row["must_match"] == "1")
            for number, row in enumerate(csv.DictReader(file))
        ]


@pytest.fixture(scope="module", params=["promised_cases.csv", "cases.csv"])
def indexed(
    request: pytest.FixtureRequest, kind: EngineKind, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, list[tuple[int, str, str, str, bool]]]:
    cases = read_cases(request.param)
    engine = kind.make(SCHEMA, tmp_path_factory.mktemp("cases"))
    engine.rebuild(
        Document(str(number), {language: {"text": text}}, {}) for number, language, _, text, _ in cases
    )
    return engine, cases


def test_a_query_finds_what_its_reader_means(
    indexed: tuple[Engine, list[tuple[int, str, str, str, bool]]],
) -> None:
    engine, cases = indexed
    service = SearchService(engine, lambda: ConceptTable((), LANGUAGES))
    wrong = []
    for number, language, query, text, expected in cases:
        result = service.search(SearchRequest(query, language, size=200, correct=False))
        if (str(number) in {hit.key for hit in result.hits}) is not expected:
            wrong.append((language, query, text, expected))
    assert wrong == []
