"""The virtual environment with the packages of a lock file: whole, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from launcher.data_folder import SPACE_FOR_SETTING_UP, refuse_small_disk
from launcher.failures import RefusalError, StepError
from launcher.places import PROJECT, RUNTIME_LOCK, TEST_LOCK, shown
from launcher.processes import Log, clean_environment, output_of, run
from launcher.progress import Progress

try:
    import fcntl
except ImportError:  # Windows: two start.py at once are not noticed there
    fcntl = None  # type: ignore[assignment]

ENVIRONMENT = PROJECT / ".venv"
_STAMP = "hub-environment.json"
# The lock file names everything already, hence --no-deps.
_LOCKED = ["--require-hashes", "--only-binary", ":all:"]
_PIP = ["--disable-pip-version-check", "--no-input", "--retries", "2", "--no-deps"]
_PIP_INSTALL = ["install", *_PIP, *_LOCKED, "-r"]


class Way(NamedTuple):
    """A way to make an environment; of `commands(folder, lock)`, one makes it and one installs into it."""

    name: str
    commands: Callable[[Path, Path], list[list[str]]]


def python_of(folder: Path = ENVIRONMENT) -> Path:
    """Return the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(paths: list[Path]) -> str:
    """Return a hash of paths and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()


def ensure_environment(lock: str, log: Log, folder: Path = ENVIRONMENT, project: Path = PROJECT) -> None:
    """Make `folder` have everything that `lock` names; do nothing if it has. All or nothing.

    Raises RefusalError when there is no way to make it, StepError when no way led to it.
    """
    with _one_at_a_time():
        previous = folder.with_name(f"{folder.name}.previous")
        if previous.exists() and not is_current(RUNTIME_LOCK, folder, project):
            # Somebody killed start.py in the middle of the lines below.
            remove_tree(folder)
            previous.rename(folder)
        if is_current(lock, folder, project):
            return
        if folder.exists() and not (folder / "pyvenv.cfg").is_file():
            raise RefusalError(f"{shown(folder)} is in the way and is no Python environment: move it away")
        ways = available_ways()
        if not ways:
            raise RefusalError(
                "This Python can make no environment: install the package python3-venv"
                " (Debian, Ubuntu: sudo apt-get install python3-venv) and start again"
            )
        refuse_small_disk(project, SPACE_FOR_SETTING_UP)
        # Built in its final place: an environment cannot be moved. On failure, the one before comes back.
        remove_tree(previous)
        if folder.exists():
            folder.rename(previous)
        try:
            _build(folder, project / lock, ways, log)
            stamp = json.dumps(_contents(folder, lock, project), indent=1)
            (folder / _STAMP).write_text(stamp, encoding="utf-8")
        except BaseException:
            remove_tree(folder)
            if previous.exists():
                previous.rename(folder)
            raise
        remove_tree(previous)


def available_ways() -> list[Way]:
    """Return the ways to make an environment that this machine has, best first."""
    ways = []
    if output_of("uv", "--version"):
        ways.append(Way("uv", _with_uv))
    if importlib.util.find_spec("venv") is None:
        return ways
    if importlib.util.find_spec("ensurepip") is not None:
        ways.append(Way("venv", _with_venv))
    elif importlib.util.find_spec("pip") is not None:
        # pip can install into another environment since 22.3.
        version = re.match(r"pip (\d+)\.(\d+)", output_of(sys.executable, "-m", "pip", "--version"))
        if version and (int(version[1]), int(version[2])) >= (22, 3):
            ways.append(Way("pip", _with_pip))
    return ways


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it, or a file, if it is there."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _contents(folder: Path, lock: str, project: Path) -> dict[str, Any]:
    """Return what the stamp of an environment says. The lock for tests contains the other one."""
    version = output_of(str(python_of(folder)), "-c", "import sys; print(sys.version)")
    locks = [RUNTIME_LOCK, TEST_LOCK] if lock == TEST_LOCK else [RUNTIME_LOCK]
    digests = {name: hashlib.sha256((project / name).read_bytes()).hexdigest() for name in locks}
    return {"python": version, "locks": digests}


def is_current(lock: str, folder: Path = ENVIRONMENT, project: Path = PROJECT) -> bool:
    """Return whether an environment still runs and has everything that `lock` names."""
    try:
        stamp = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
        wanted = _contents(folder, lock, project)
        return bool(wanted["python"] == stamp["python"] and wanted["locks"].items() <= stamp["locks"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _build(folder: Path, lock: Path, ways: list[Way], log: Log) -> None:
    for way in ways:
        try:
            making, installing = way.commands(folder, lock)
            run(f"Making an environment ({way.name})", making, clean_environment(), log)
            run(f"Installing packages ({way.name})", installing, clean_environment(), log)
            return
        except StepError:
            if way is ways[-1]:
                raise
            remove_tree(folder)


def _with_uv(folder: Path, lock: Path) -> list[list[str]]:
    target = ["--python", str(python_of(folder))]
    return [
        ["uv", "venv", "--python", sys.executable, str(folder)],
        ["uv", "pip", "sync", *target, *_LOCKED, str(lock)],
    ]


def _with_venv(folder: Path, lock: Path) -> list[list[str]]:
    return [
        [sys.executable, "-m", "venv", str(folder)],
        [str(python_of(folder)), "-m", "pip", *_PIP_INSTALL, str(lock)],
    ]


def _with_pip(folder: Path, lock: Path) -> list[list[str]]:
    target = ["--python", str(python_of(folder))]
    return [
        [sys.executable, "-m", "venv", "--without-pip", str(folder)],
        [sys.executable, "-m", "pip", *target, *_PIP_INSTALL, str(lock)],
    ]


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until no other start.py of this project makes an environment."""
    with Path(__file__).open("rb") as file:
        if fcntl is not None:
            with Progress("Waiting for another start.py that installs packages"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
