"""`manage.py bench`: a small run of each measurement. What it measures is never held against a clock here."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.bench.report import BEGIN, END
from launcher.environment import is_current
from launcher.places import RUNTIME_LOCK


def bench(*arguments: str) -> str:
    output = StringIO()
    call_command("bench", *arguments, stdout=output)
    return output.getvalue()


def raw(*arguments: str) -> dict[str, Any]:
    return json.loads(bench(*arguments, "--json"))


def test_the_search_and_wagtails_are_measured_and_written_down(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    printed = bench(
        "--quick", "--sizes", "100", "--only", "search", "--only", "modelsearch", "--write", str(document)
    )
    written = document.read_text(encoding="utf-8")
    assert printed.strip() in written
    for heading in ("Search with all facet counts", "The same questions to Wagtail's modelsearch"):
        assert f"### {heading}" in written
    assert written.startswith(BEGIN)
    assert written.endswith(f"{END}\n")
    assert "Python 3." in written


def test_nothing_is_written_where_there_is_no_place_for_it(tmp_path: Path) -> None:
    document = tmp_path / "other.md"
    document.write_text("# Other\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no place for figures"):
        bench("--quick", "--sizes", "100", "--only", "search", "--write", str(document))
    assert document.read_text(encoding="utf-8") == "# Other\n"


@pytest.mark.parametrize("sizes", ["", "ten", "50", "100,-1", "100;200"])
def test_sizes_that_cannot_be_measured_are_refused(sizes: str) -> None:
    with pytest.raises(CommandError, match="sizes"):
        bench("--only", "search", f"--sizes={sizes}")


@pytest.mark.django_db
def test_a_hub_without_people_of_the_demonstration_is_not_measured(index_folder: Path, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="status"):
        bench("--quick", "--only", "page")


@pytest.mark.long
@pytest.mark.skipif(not is_current(RUNTIME_LOCK), reason="needs the environment of the lock file")
def test_a_whole_hub_is_started_twice_and_looked_at() -> None:
    figures = raw("--quick", "--only", "hub")["hub"]
    assert 0 < figures["start"]["second"] < figures["start"]["first"]
    assert {"Database", "Tools"} <= {name for name, _ in figures["start"]["steps"]}
    sqlite = figures["by_database"]["SQLite"]
    assert sqlite["tools"] > 300
    assert sqlite["pages"] == 90
    assert sqlite["memory"] > sqlite["memory_fresh"] > 50
    assert min(sqlite["bytes"].values()) > 0
