"""Where an embedded index lives on disk: numbered generations, the file CURRENT that names one, and a lock.

<folder>/CURRENT              name of the generation that readers use; replaced in one step
<folder>/LOCK                 held by the one writer
<folder>/000007-1f3a…/        a generation: the engine's files,
                  stamp.json  which schema, analysis and engine wrote it; written last, so it means "complete"
                  sums.json   how many documents the last commit held
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from hub.core.search.records import IndexUnavailable, WriterBusy
from hub.core.whole_files import sync_folder, write_whole

_KEPT_FOR_READERS = 600.0
"""For so many seconds after a switch the old generation stays, for readers that were just opening it."""
_LOCK_PAUSE = 0.02
_CHUNK = 1 << 20
_SEGMENT_FILES = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_FOOTER_MAGIC = 1337


class Signature(NamedTuple):
    """What changes when another generation becomes current, or when the current one is written to."""

    current: tuple[int, int, int]
    meta: tuple[int, int, int]


def _stat(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


class IndexFolder:
    """A folder of generations. Holds no open files; one object may serve any number of threads and processes."""

    def __init__(self, directory: Path, stamp: Mapping[str, str]) -> None:
        """Use a folder, which need not exist yet; `stamp` names the makers whose generations can be read."""
        self.directory = directory
        self._stamp = dict(stamp)
        self._current = directory / "CURRENT"

    def path(self, name: str) -> Path:
        """Return the folder of a generation."""
        return self.directory / name

    def current(self) -> str:
        """Return the name of the current generation. Raises IndexUnavailable if there is none."""
        try:
            name = self._current.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise IndexUnavailable("There is no search index yet.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable(f"The search index cannot be read: {error}") from error
        if not _is_generation(name):
            raise IndexUnavailable("The search index is damaged: CURRENT names no generation.")
        return name

    def signature(self, name: str) -> Signature | None:
        """Return what tells a reader whether it has to look again; None if a file is not there."""
        try:
            return Signature(_stat(self._current), _stat(self.directory / name / "meta.json"))
        except OSError:
            return None

    def meta(self, name: str) -> dict[str, Any]:
        """Return the engine's own list of segments. Raises IndexUnavailable if it cannot be read."""
        try:
            found = json.loads((self.path(name) / "meta.json").read_bytes())
        except (OSError, ValueError) as error:
            raise IndexUnavailable("The search index is damaged: meta.json cannot be read.") from error
        if not isinstance(found, dict) or not isinstance(found.get("segments"), list):
            raise IndexUnavailable("The search index is damaged: meta.json is not what it was.")
        return found

    def check(self, name: str) -> None:
        """Raise IndexUnavailable, with the reason, unless this program can read the generation and no file is gone."""
        found = self._read_json(name, "stamp.json")
        if found is None:
            raise IndexUnavailable(f"The search index is incomplete: generation {name} has no stamp.")
        for part, wanted in self._stamp.items():
            if found.get(part) != wanted:
                raise IndexUnavailable(f"The search index is outdated: it was made by another {part}.")
        meta = self.meta(name)
        if found.get("layout") != _layout(meta):
            raise IndexUnavailable("The search index is damaged: its fields are not those it was made with.")
        for file in _files(meta):
            # The engine opens without some of them, and then finds too little.
            if not (self.path(name) / file).exists():
                raise IndexUnavailable(f"The search index is damaged: {file} is missing.")

    def _read_json(self, name: str, file: str) -> dict[str, Any] | None:
        try:
            found = json.loads((self.path(name) / file).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Be the only writer of all processes. Raises WriterBusy after `timeout` seconds of waiting."""
        self.directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.directory / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + timeout
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise WriterBusy(
                            f"Another process has been writing for more than {timeout:g} seconds."
                        ) from None
                    time.sleep(_LOCK_PAUSE)
            try:
                yield
            finally:
                # Closing alone would not free it while a process forked meanwhile lives.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)

    def begin(self) -> str:
        """Make the folder of a new generation and return its name. Only while writing."""
        numbers = [int(path.name[:6]) for path in self._generations()]
        name = f"{max(numbers, default=0) + 1:06d}-{secrets.token_hex(6)}"
        self.path(name).mkdir()
        return name

    def committed(self, name: str, documents: int) -> None:
        """Note how many documents a generation holds after a commit."""
        sums = {"opstamp": self.meta(name)["opstamp"], "documents": documents}
        write_whole(self.path(name) / "sums.json", json.dumps(sums).encode())

    def finish(self, name: str) -> None:
        """Say that a new generation is complete, and make it the current one."""
        stamp = {**self._stamp, "layout": _layout(self.meta(name))}
        write_whole(self.path(name) / "stamp.json", json.dumps(stamp).encode())
        sync_folder(self.directory)
        write_whole(self._current, f"{name}\n".encode())

    def discard(self, name: str) -> None:
        """Remove a generation; what cannot be removed now is swept later."""
        shutil.rmtree(self.path(name), ignore_errors=True)

    def sweep(self) -> None:
        """Remove generations that nobody needs any more. Only while writing."""
        try:
            current = self.current()
            age = time.time() - self._current.stat().st_mtime
        except (IndexUnavailable, OSError):
            current, age = "", 0.0
        complete = [path.name for path in self._generations() if (path / "stamp.json").exists()]
        before = [name for name in complete if name < current][-1:] if age < _KEPT_FOR_READERS else []
        for path in self._generations():
            if path.name not in (current, *before):
                self.discard(path.name)
        for path in self.directory.glob("*.new"):
            path.unlink(missing_ok=True)

    def _generations(self) -> list[Path]:
        with suppress(FileNotFoundError):
            return sorted(path for path in self.directory.iterdir() if _is_generation(path.name))
        return []

    def damage(self, name: str, documents: int) -> str:
        """Read every file and return, in a sentence, what is damaged; empty if nothing is.

        `documents` is how many the engine finds. The engine closes each file of a segment with the checksum of its
        content, but does not compare them itself.
        """
        meta = self.meta(name)
        versions = set()
        for file in _files(meta):
            problem, version = _problem(self.path(name) / file)
            versions.add(version)
            if problem or len(versions) > 1:
                return f"The search index is damaged: {file} {problem or 'is of another version'}."
        held = sum(
            segment["max_doc"] - (segment["deletes"] or {"num_deleted_docs": 0})["num_deleted_docs"]
            for segment in meta["segments"]
        )
        sums = self._read_json(name, "sums.json")
        # After a crash between a commit and its note the older note says nothing.
        noted = (
            sums.get("documents", documents)
            if sums and sums.get("opstamp") == meta.get("opstamp")
            else documents
        )
        if not held == documents == noted:
            return f"The search index is damaged: it should hold {noted} documents and holds {documents}."
        return ""


def _is_generation(name: str) -> bool:
    number, dash, rest = name.partition("-")
    return len(number) == 6 and number.isdigit() and dash == "-" and rest.isalnum() and rest.isascii()


def _layout(meta: Mapping[str, Any]) -> str:
    kept = [meta.get("schema"), meta.get("index_settings")]
    return f"{zlib.crc32(json.dumps(kept, sort_keys=True).encode()):08x}"


def _files(meta: Mapping[str, Any]) -> list[str]:
    names = []
    try:
        for segment in meta["segments"]:
            stem = segment["segment_id"].replace("-", "")
            names += [f"{stem}.{kind}" for kind in _SEGMENT_FILES]
            if segment["deletes"]:
                names.append(f"{stem}.{segment['deletes']['opstamp']}.del")
    except (KeyError, TypeError, AttributeError):
        raise IndexUnavailable("The search index is damaged: meta.json is not what it was.") from None
    return names


def _problem(path: Path) -> tuple[str, str]:
    """Compare a file with its footer (JSON, its length, a magic number); say what is wrong, and which version it is."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - 8))
            tail = file.read(8)
            length = int.from_bytes(tail[:4], "little")
            if len(tail) < 8 or int.from_bytes(tail[4:], "little") != _FOOTER_MAGIC or length > size - 8:
                return "has no readable end", ""
            file.seek(size - 8 - length)
            footer = json.loads(file.read(length))
            noted, version = footer["crc"], json.dumps(footer["version"])
            file.seek(0)
            left, crc = size - 8 - length, 0
            while left > 0:
                chunk = file.read(min(_CHUNK, left))
                if not chunk:
                    return "is too short", ""
                crc = zlib.crc32(chunk, crc)
                left -= len(chunk)
    except FileNotFoundError:
        return "is missing", ""
    except (OSError, ValueError, KeyError, TypeError):
        return "cannot be read", ""
    return ("" if crc == noted else "is not what was written"), version
