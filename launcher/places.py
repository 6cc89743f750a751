"""Where things are."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_DATA = PROJECT / "var"
CLUSTER_DATA = PROJECT / "var-cluster"
PACKAGES = ("hub", "catalogue", "learning", "community")
RUNTIME_LOCK, TEST_LOCK = "requirements.lock", "requirements-test.lock"


def shown(path: Path) -> str:
    """Return a path as one would type it here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
