"""The folder with database, index, secret key and logs: what it must be before anything is written to it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from hub.data_version import DATA_VERSION, STAMP
from launcher.failures import RefusalError
from launcher.places import PROJECT, shown
from launcher.progress import Progress

try:
    import fcntl
except ImportError:  # Windows: two start.py at once are not noticed there
    fcntl = None  # type: ignore[assignment]

GIGABYTE = 1_000_000_000
SPACE_FOR_SETTING_UP, SPACE_FOR_STARTING = GIGABYTE, GIGABYTE // 10
DATABASE = "hub.sqlite3"
_ADDRESS = "address"
# What may stand in a folder that bears no stamp yet: `manage.py`, run by hand, leaves it there.
_OWN_NAMES = re.compile(
    r"hub\.sqlite3.*|secret-key.*|log|search|static|static-stamp|media|address|prepare-lock"
)


def refuse_small_disk(folder: Path, needed: int) -> None:
    """Raise RefusalError if less than `needed` bytes are free where `folder` is or will be."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise RefusalError(
            f"Only {free / GIGABYTE:.1f} GB are free at {place}: free at least {needed / GIGABYTE:.1f} GB"
            " and start again"
        )


def open_data_folder(data: Path) -> None:
    """Make sure that `data` is a folder that files can be written to. Raises RefusalError."""
    if data.exists() and not data.is_dir():
        raise RefusalError(
            f"{shown(data)} is a file, not a folder: move it away or choose another with --data"
        )
    created = [path for path in (data, *data.parents) if not path.exists()]
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        for path in created:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise RefusalError(
            f"Nothing can be written to {shown(data)} ({error.strerror}): correct that or choose another"
            " folder with --data"
        ) from error


def stamped_version(data: Path) -> int | None:
    """Return the version of the data in a folder, None if it bears no stamp.

    Raises RefusalError on a stamp that cannot be read.
    """
    path = data / STAMP
    version = None
    try:
        version = json.loads(path.read_text(encoding="utf-8"))["data_version"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    if not isinstance(version, int):
        raise RefusalError(f"{shown(path)} cannot be read: restore it from a backup or choose another folder")
    return version


def refuse_broken_data(data: Path) -> None:
    """Raise RefusalError if the folder holds other things, data of a newer hub, or a damaged database."""
    version = stamped_version(data)
    if version is None:
        foreign = sorted(path.name for path in data.iterdir() if not _OWN_NAMES.fullmatch(path.name))
        if foreign:
            raise RefusalError(
                f"{shown(data)} holds other things than the hub's data, such as {foreign[0]}: choose another"
                " folder with --data"
            )
    elif version > DATA_VERSION:
        raise RefusalError(
            f"The data in {shown(data)} are of a newer version of the hub ({version}; this one knows"
            f" {DATA_VERSION}): update the program or choose another folder with --data"
        )
    for part in ("log", "search", "static", "media"):
        if (data / part).exists() and not (data / part).is_dir():
            raise RefusalError(f"{shown(data / part)} is a file where a folder belongs: move it away")
    _refuse_broken_database(data / DATABASE)


def _refuse_broken_database(path: Path) -> None:
    if not path.exists():
        return
    remedy = "restore a backup or choose another folder with --data"
    if (path.parent / STAMP).exists():
        remedy = "restore a backup or begin anew with --reset"
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        raise RefusalError(f"{shown(path)} is no file that can be read and written: {remedy}")
    address = f"file:{urllib.parse.quote(str(path))}?mode=rw"
    try:
        with (
            Progress("Checking the database"),
            contextlib.closing(sqlite3.connect(address, uri=True)) as connection,
        ):
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise RefusalError(f"Another process works on {shown(path)}: stop it and start again") from error
        raise RefusalError(f"The database {shown(path)} is damaged ({error}): {remedy}") from error
    if answer != "ok":
        raise RefusalError(f"The database {shown(path)} is damaged: {remedy}")


def reset(data: Path) -> None:
    """Delete what is in a data folder.

    Raises RefusalError unless the folder bears the stamp or has nothing to delete.
    """
    entries = [path for path in data.iterdir() if path.name != "log"]
    if not entries:
        return
    if stamped_version(data) is None or data in (Path.home(), PROJECT, *PROJECT.parents):
        raise RefusalError(
            f"{shown(data)} does not bear the hub's stamp ({STAMP}), so nothing was deleted: delete it"
            " yourself or choose another folder with --data"
        )
    # The stamp goes last, so that an interrupted deletion can be done again.
    for path in sorted(entries, key=lambda path: path.name == STAMP):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextlib.contextmanager
def only_user_of(data: Path) -> Iterator[Callable[[str], None]]:
    """Keep a second start.py from the same data; yield a function that notes where this one answers.

    Raises RefusalError if there is another one.
    """
    note = data / _ADDRESS
    with _locked(data) as is_ours:
        if not is_ours:
            address = note.read_text(encoding="utf-8") if note.exists() else ""
            raise RefusalError(
                f"Another start.py runs with {shown(data)}{' at ' if address else ''}{address}: use or stop"
                " that one, or choose another folder with --data"
            )
        try:
            yield lambda address: _write(note, address)
        finally:
            note.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Lock the folder itself, so that a foreign one is left without a trace; yield whether it is ours now."""
    if fcntl is None:
        yield True
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = True
    except BlockingIOError:
        is_ours = False
    except OSError:
        # A file system without locks, such as some network drives.
        is_ours = True
    try:
        yield is_ours
    finally:
        os.close(handle)
