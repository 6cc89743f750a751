"""What the journeys share: a hub with real records, and a browser."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from catalogue import api as catalogue
from catalogue.actions.import_tools import import_tools
from catalogue.actions.load_vocabulary import load_vocabulary
from catalogue.search import indexing
from hub.demo.people import seed_people
from hub.seed import compile_messages, seed_pages

CHROMIUM = os.environ.get("HUB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
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


@pytest.fixture
def hub(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[str]:
    """A served hub with pages, people and a dozen of real tools; returns its address."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    indexing.engine.cache_clear()
    indexing.service.cache_clear()
    compile_messages(lambda *progress: None)
    seed_pages()
    seed_people()
    load_vocabulary()
    result = import_tools(write_tables(tmp_path))
    assert result.ok, list(result.lines())
    catalogue.rebuild_index()
    yield live_server.url
    indexing.engine.cache_clear()
    indexing.service.cache_clear()


@pytest.fixture
def browser(hub: str) -> Iterator[Browser]:
    """A browser that lives shorter than the server, and begins when the database is filled."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
