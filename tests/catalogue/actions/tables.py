"""Small tables for tests of the import: valid rows, of which a test changes a cell."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from catalogue.actions.import_tools import import_tools
from catalogue.actions.importing.report import ImportResult

SOURCE = {"source_url": "https://example.org/source", "checked_on": "2026-11-20", "confidence": "source"}

CAPABILITY = {"code": "face-recognition", "label_en": "Face recognition", "definition_en": "Compares faces."}
TOOL = {
    "code": "face-finder",
    "name": "Face Finder",
    "vendor": "Example Works",
    "vendor_country": "NL",
    "url": "https://example.org/face-finder",
    "summary_en": "Finds faces in images.",
    "workflow_steps": "analysis;victim-identification",
    "capabilities": "face-recognition",
    "data_types": "image;video",
    "ai_role": "core-ai",
    "readiness": "turnkey",
    "readiness_note_en": "",
    "cost_model": "open-source",
    "licence_spdx": "MIT OR Apache-2.0",
    "deployment": "desktop",
    "operating_systems": "linux;windows",
    "offline_capable": "yes",
    "access": "public",
    "interface_languages": "en;zh-hans",
    "cautions_en": "Errs more often with children; check by hand.",
    "cautions_source_url": "https://example.org/caution",
    **SOURCE,
}
MENTION = {"tool": "face-finder", "alias": "FaceFinder", "language": "en", "source_url": ""}
IMPLEMENTATION = {
    "tool": "face-finder",
    "install_kind": "installer",
    "steps_en": "Download it; check the hash | Run it",
    "prerequisites_en": "Windows 11; 8 GB of memory",
    "hardware_en": "",
    "gpu": "no",
    "setup_effort": "minutes",
    "skills": "no-special",
    "air_gapped_install": "yes",
    "model_download_mb": "142",
    "price_note_en": "Free",
    "support_en": "",
    "training_en": "",
    "last_release": "1.2",
    "last_release_on": "2026-02",
    "note_en": "",
    **SOURCE,
}
DATA_FLOW = {
    "tool": "face-finder",
    "data_leaves": "no",
    "what_leaves": "",
    "where_to": "",
    "retention": "",
    "vendor_training_use": "no",
    "telemetry": "no",
    "offline_mode": "yes",
    "note_en": "No analytics found.",
    **SOURCE,
}
MEASURE = {
    "tool": "face-finder",
    "capability": "face-recognition",
    "measure": "accuracy",
    "value": "99.50",
    "unit": "percent",
    "threshold": "",
    "version": "1.2",
    "test_set": "A public set",
    "test_set_size": "1,000 pairs",
    "group": "",
    "measured_by": "independent",
    "published_on": "2025",
    "note_en": "",
    **SOURCE,
}
CAUTION = {
    "tool": "face-finder",
    "kind": "bias",
    "caution_en": "Tested on adults only.",
    "issued_by": "A regulator",
    "issued_on": "2026-01-15",
    **SOURCE,
}
ROWS: dict[str, dict[str, str]] = {
    "capabilities": CAPABILITY,
    "tools": TOOL,
    "mentions": MENTION,
    "implementation": IMPLEMENTATION,
    "data_flows": DATA_FLOW,
    "error_measures": MEASURE,
    "cautions": CAUTION,
}


def write_table(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    """Write a table; each row is the valid one with the given cells changed. Without rows, the valid one."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(ROWS[name]))
        writer.writeheader()
        writer.writerows([{**ROWS[name], **row} for row in rows or ({},)])
    return path


def write_all(folder: Path) -> list[Path]:
    """Write the seven tables, those that refer to others first."""
    return [write_table(folder, name) for name in reversed(ROWS)]


def import_changed(folder: Path, name: str, *rows: dict[str, str], **options: Any) -> ImportResult:
    """Write one table with changed cells and import it."""
    return import_tools([write_table(folder, name, *rows)], **options)
