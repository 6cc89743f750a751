"""Mails of the demonstration: files in the data folder, written instead of sent."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

_SHOWN = 50
_SEPARATOR = b"-" * 79


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its recipient would see it."""

    to: str
    subject: str
    text: str
    sent_at: datetime


def sent_mails(folder: Path) -> list[Mail]:
    """Return the newest mails of a folder, the newest first."""
    files = sorted(folder.glob("*.log"), reverse=True) if folder.is_dir() else []
    parts = (part for file in files for part in reversed(file.read_bytes().split(_SEPARATOR)) if part.strip())
    return sorted(map(_read, islice(parts, _SHOWN)), key=lambda mail: mail.sent_at, reverse=True)


def _read(raw: bytes) -> Mail:
    message = email.message_from_bytes(raw.strip(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return Mail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(body.get_content()) if body else "",
        sent_at=parsedate_to_datetime(str(message["Date"])),
    )
