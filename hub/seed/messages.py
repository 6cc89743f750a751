"""Compiles the catalogues of locale/ with polib: no program of gettext is needed to run the hub."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import polib
from django.conf import settings

from hub.seed.content import ContentError


def compile_messages(progress: Callable[[int, int], None] | None = None) -> int:
    """Write the .mo beside every .po that is newer, and return how many were written.

    An interrupted run leaves no half file. Raises ContentError for a file that is no catalogue, OSError if nothing can
    be written.
    """
    sources = sorted(
        path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")
    )
    due = [source for source in sources if _is_due(source)]
    for number, source in enumerate(due, start=1):
        _compile(source)
        if progress:
            progress(number, len(due))
    return len(due)


def _is_due(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    try:
        catalogue = polib.pofile(str(source))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{source} cannot be read: {error}") from error
    # A name of its own and one rename: whoever reads meanwhile finds the old file or the new one, never a part.
    handle, name = tempfile.mkstemp(dir=source.parent, suffix=".mo.part")
    os.close(handle)
    part = Path(name)
    try:
        catalogue.save_as_mofile(name)
        part.chmod(0o644)
        part.replace(source.with_suffix(".mo"))
    except BaseException:
        part.unlink(missing_ok=True)
        raise
