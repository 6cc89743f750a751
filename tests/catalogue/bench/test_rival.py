"""Wagtail's own search is asked the same, and answers the same where both can."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catalogue.bench import engine
from catalogue.bench.corpus import questions
from catalogue.search.documents import SCHEMA
from hub.bench.databases import own_name
from hub.bench.search import POSTGRESQL, SQLITE
from hub.core.search import SearchRequest, SearchService, TantivyEngine
from hub.core.search.concepts import ConceptTable
from hub.settings import env
from hub.settings.env import PROJECT_DIR

TOOLS = 120
ASKED = (1, 2)


def ask_rival(database: dict[str, Any], *, at_its_best: bool) -> dict[str, Any]:
    job = {
        "database": database,
        "tools": TOOLS,
        "questions": ASKED,
        "a_language": 3,
        "at_its_best": at_its_best,
    }
    command = [sys.executable, "-m", "catalogue.bench.rival"]
    done = subprocess.run(
        command, cwd=PROJECT_DIR, input=json.dumps(job), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def database_of(name: str, folder: Path) -> dict[str, Any]:
    if name == POSTGRESQL:
        return {**env.TEST_POSTGRES, "TEST": {"NAME": own_name()}}
    sqlite = "django.db.backends.sqlite3"
    return {"ENGINE": sqlite, "NAME": str(folder / "a"), "TEST": {"NAME": str(folder / "b")}}


@pytest.mark.parametrize("at_its_best", [False, True])
@pytest.mark.parametrize("name", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgres)])
def test_without_a_text_both_count_the_same_in_every_facet(
    name: str, at_its_best: bool, tmp_path: Path
) -> None:
    if name == POSTGRESQL and not env.TEST_POSTGRES:
        pytest.skip("HUB_TEST_POSTGRES_URL names no server")
    answer = ask_rival(database_of(name, tmp_path), at_its_best=at_its_best)
    engine.build(TOOLS, str(tmp_path / "index"))
    service = SearchService(TantivyEngine(SCHEMA, tmp_path / "index"), lambda: ConceptTable([], ()))
    filters = questions(3)[ASKED[0]].filters
    ours = service.search(SearchRequest(filters=filters, facets=SCHEMA.facets))
    theirs = {
        facet: {value: count for value, count in counts.items() if count}
        for facet, counts in answer["counts_without_text"].items()
    }
    assert theirs == {
        facet: {value: count for value, count in counts.items() if count}
        for facet, counts in ours.facet_counts.items()
    }
    assert len(answer["times"]) == len(answer["found"]) == len(ASKED)


def test_its_database_is_gone_afterwards(tmp_path: Path) -> None:
    ask_rival(database_of(SQLITE, tmp_path), at_its_best=True)
    assert not (tmp_path / "b").exists()
