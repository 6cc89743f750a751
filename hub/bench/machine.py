"""Where and with what was measured."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

from django.utils import timezone

from catalogue.bench.cluster import version_of
from hub.bench.databases import server_version
from hub.settings import env

_PACKAGES = ("Django", "wagtail", "tantivy", "modelsearch", "gunicorn")
_GIBIBYTE = 1024**3


def machine() -> list[str]:
    """Return a few lines that say when, on which machine and with which versions."""
    cores = os.cpu_count() or 1
    busy = f", {os.getloadavg()[0]:.1f} processes wanted to run" if hasattr(os, "getloadavg") else ""
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    if server := server_version():
        versions.append(f"PostgreSQL {server}")
    if env.TEST_ELASTICSEARCH_URL:
        versions.append(f"Elasticsearch {version_of(env.TEST_ELASTICSEARCH_URL)}")
    versions += [f"{name} {version(name)}" for name in _PACKAGES]
    return [
        f"Measured on {timezone.localdate().isoformat()}.",
        f"Machine: {_processor()}, {cores} cores, {_memory()}, {platform.system()}; when it began{busy or ' nothing else ran'}.",
        f"Versions: {', '.join(versions)}.",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (names[0] if names else platform.processor()) or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / _GIBIBYTE:.0f} GiB of memory"
    except (ValueError, OSError, AttributeError):
        return "memory unknown"
