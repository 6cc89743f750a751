"""What the journeys share: a hub with real records."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalogue import api as catalogue
from catalogue.actions.import_tools import import_tools
from catalogue.actions.load_vocabulary import load_vocabulary
from hub.demo.people import seed_people
from hub.seed import seed_pages
from tests.factories.catalogue import forget_index
from tests.factories.databases import fill_once

TOOLS = frozenset(
    {
        "autopsy",
        "clearview-ai",
        "cyacomb-examiner",
        "face-recognition",
        "griffeye-analyze-di-pro",
        "insightface",
        "morphoface-investigate",
        "pdq-tmkpluspdqf-and-vpdq",
        "photodna",
        "vosk",
        "whisper",
    }
)
"""Records with many cautions, measures and languages, and some with hardly any."""


def write_tables(folder: Path) -> list[Path]:
    """Write the rows of TOOLS of the shipped tables, and return the files."""
    files = []
    for name in catalogue.DEMO_TABLES:
        with (catalogue.DEMO_DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            rows = [
                row for row in reader if name == "capabilities" or row.get("tool", row.get("code")) in TOOLS
            ]
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, reader.fieldnames or ())
            writer.writeheader()
            writer.writerows(rows)
        files.append(path)
    return files


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what the first journey makes and the others begin with."""
    return tmp_path_factory.mktemp("filled")


def fill(folder: Path) -> None:
    """Make pages, people and a dozen of real tools, and an index of them in a folder."""
    seed_pages()
    seed_people()
    load_vocabulary()
    result = import_tools(write_tables(folder))
    assert result.ok, list(result.lines())
    catalogue.rebuild_index()


@pytest.fixture
def hub(live_server: Any, tmp_path: Path, settings: Any, filled: Path) -> Iterator[str]:
    """A served hub with pages, people and a dozen of real tools; returns its address."""
    index, kept = tmp_path / "search", filled / "search"
    settings.SEARCH_INDEX_DIR = index
    forget_index()
    fill_once(filled / "database.sqlite3", lambda: fill(tmp_path))
    if not kept.exists():
        shutil.copytree(index, kept)
    elif not index.exists():
        shutil.copytree(kept, index)
    yield live_server.url
    forget_index()


@pytest.fixture
def before_browser(hub: str) -> None:
    """Fill the hub first."""
