"""Keeps documents so that neither the data folder nor the database alone gives one away.

Each document has a key of its own. The file in the data folder holds the pages under this key; the key, encrypted with
the hub's secret key, belongs into a row of the database, which the caller keeps. Without the row the file is noise, and
destroying both destroys the document in every backup that has not both.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from hub.core.crypto import decrypt, encrypt
from hub.core.whole_files import sync_folder, write_whole

_PURPOSE = "evidence"
_NAME = re.compile(r"[0-9a-f]{32}")
_AN_HOUR = 3_600


class VaultError(Exception):
    """A document cannot be opened: its file is missing, cut, forged or that of another key."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where a document lies, and its key, encrypted: both for a row of the database."""

    name: str
    key: bytes


def seal(pages: Collection[bytes]) -> Sealed:
    """Write pages into a new file and return what opens it. The file is on the disk when this returns."""
    key, name = Fernet.generate_key(), secrets.token_hex(16)
    content = b"".join(len(page).to_bytes(4, "big") + page for page in pages)
    write_whole(_folder() / name, Fernet(key).encrypt(content), mode=0o600)
    return Sealed(name, encrypt(key, purpose=_PURPOSE))


def open_sealed(sealed: Sealed) -> list[bytes]:
    """Return the pages of a document. Raises VaultError."""
    try:
        content = Fernet(decrypt(sealed.key, purpose=_PURPOSE)).decrypt(_path(sealed.name).read_bytes())
    except FileNotFoundError as error:
        raise VaultError(f"there is no document {sealed.name}") from error
    except InvalidToken as error:
        raise VaultError(f"document {sealed.name} is damaged, or this is not its key") from error
    pages, at = [], 0
    while at < len(content):
        start = at + 4
        at = start + int.from_bytes(content[at:start], "big")
        pages.append(content[start:at])
    return pages


def destroy(name: str) -> None:
    """Remove the file of a document; it may be gone already. The caller removes the row with the key."""
    _path(name).unlink(missing_ok=True)
    sync_folder(_folder())


def destroy_strays(known: Collection[str], *, older_than: int = _AN_HOUR) -> int:
    """Remove files that no row names, and return how many there were.

    A transaction that fails after `seal` leaves such a file. What is younger than `older_than` seconds stays: its row
    may be on its way.
    """
    strays = [
        path
        for path in _folder().iterdir()
        if path.name not in known and time.time() - path.stat().st_mtime > older_than
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    sync_folder(_folder())
    return len(strays)


def _folder() -> Path:
    """Return the folder, which is the hub's alone and lies beside, not in, what the web server may serve."""
    folder = Path(settings.DATA_DIR) / "evidence"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise VaultError("this is not the name of a document")
    return _folder() / name
