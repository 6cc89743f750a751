"""Turns what a stranger sends into flat pictures, without reading it in this process."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

from hub.core.documents import sandbox
from hub.core.documents.refusals import DocumentRefusedError, Refusal

__all__ = [
    "BYTES_AT_MOST",
    "PAGES_AT_MOST",
    "DocumentRefusedError",
    "Refusal",
    "flatten",
    "is_plain_jpeg",
    "pages_of",
]

BYTES_AT_MOST = 5 * 1024 * 1024
PAGES_AT_MOST = 10
AT_ONCE = 2
"""How many documents one process of the hub has read at the same time; each may take `sandbox.MEMORY`."""
PATIENCE = 10.0
"""Seconds that a document waits for its turn."""
_ANSWER_BYTES_AT_MOST = 32 * 1024 * 1024  # ten pages of nothing but noise have 17 MB
_OUT_OF_TIME = (-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL)

# What Pillow writes and nothing else: JFIF's header, tables of numbers, one baseline frame, one scan up to the end.
_JFIF = re.compile(rb"\xff\xd8\xff\xe0\x00\x10JFIF\x00.{9}", re.DOTALL)
_TABLES = (b"\xff\xdb", b"\xff\xc4")
_FRAME, _SCAN, _END = b"\xff\xc0", b"\xff\xda", b"\xff\xd9"
_FRAME_BYTES, _TABLE_BYTES_AT_MOST = 15, 17 + 256
_MARKER = re.compile(rb"\xff[^\x00]", re.DOTALL)

_turns = threading.BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


def flatten(document: bytes, *, pages_at_most: int = PAGES_AT_MOST) -> list[bytes]:
    """Return the pages of a PDF, JPEG or PNG as plain JPEGs: at most 2,000 pixels a side, RGB, no metadata.

    The first bytes say what the document is, never a name. A process of its own reads it (`sandbox`), for at most 20
    seconds. Raises DocumentRefusedError.
    """
    if len(document) > BYTES_AT_MOST:
        raise DocumentRefusedError(Refusal.TOO_LARGE)
    if not document.startswith(sandbox.KINDS):
        raise DocumentRefusedError(Refusal.UNKNOWN_KIND)
    if not _turns.acquire(timeout=PATIENCE):
        raise DocumentRefusedError(Refusal.BUSY)
    try:
        code, answer = _ask_sandbox(document, pages_at_most)
    finally:
        _turns.release()
    return pages_of(code, answer, pages_at_most)


def is_plain_jpeg(page: bytes) -> bool:
    """Tell whether bytes are a JPEG as `flatten` returns it, with no room for anything that is not the picture."""
    header = _JFIF.match(page)
    at = header.end() if header else len(page)
    frames = 0
    while at < len(page):
        marker, content = (
            page[at : at + 2],
            page[at + 4 : at + 2 + int.from_bytes(page[at + 2 : at + 4], "big")],
        )
        at += 4 + len(content)
        if marker == _SCAN:
            tail = _MARKER.search(page, at)
            return frames == 1 and tail is not None and page[tail.start() :] == _END
        if marker == _FRAME:
            frames += 1
            sides = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
            if len(content) != _FRAME_BYTES or not 0 < min(sides) <= max(sides) <= sandbox.LONGEST_SIDE:
                return False
        elif marker not in _TABLES or len(content) > _TABLE_BYTES_AT_MOST:
            return False
    return False


def _ask_sandbox(document: bytes, pages_at_most: int) -> tuple[int, bytes]:
    """Return how the process ended, and what it said."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        # A file and no module, isolated: neither Django nor anything of the environment is loaded there.
        [sys.executable, "-I", "-B", sandbox.__file__, str(os.getpid()), str(pages_at_most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    )
    assert process.stdin
    assert process.stdout
    end = threading.Timer(sandbox.WALL_SECONDS, process.kill)
    end.start()
    try:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(document)
        with process.stdout:
            # No more than that: a process that was taken over must not fill our memory.
            answer = process.stdout.read(_ANSWER_BYTES_AT_MOST)
        return process.wait(), answer
    finally:
        process.kill()
        process.wait()
        end.cancel()


def pages_of(ended: int, answer: bytes, pages_at_most: int) -> list[bytes]:
    """Return the pages in what the sandbox said, and believe nothing that does not look exactly as it should.

    Raises DocumentRefusedError.
    """
    word, _, rest = answer.partition(b"\n")
    code = word.decode("ascii", "replace")
    if ended > 0:
        raise RuntimeError(f"the sandbox for documents does not run here: it ended with {ended}")
    if ended < 0:
        _log.warning("the sandbox was ended by signal %s while it read a document", -ended)
        raise DocumentRefusedError(Refusal.TOOK_TOO_LONG if ended in _OUT_OF_TIME else Refusal.DAMAGED)
    if code in Refusal.values:
        raise DocumentRefusedError(Refusal(code))
    pages = list(_split(rest))
    if code != sandbox.PAGES or not 0 < len(pages) <= pages_at_most or not all(map(is_plain_jpeg, pages)):
        _log.error("the sandbox answered a document with something that is no list of pages")
        raise DocumentRefusedError(Refusal.DAMAGED)
    return pages


def _split(pages: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(pages):
        end = at + 4 + int.from_bytes(pages[at : at + 4], "big")
        yield pages[at + 4 : end]
        at = end
