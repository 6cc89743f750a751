"""Run as a program: turn the document on standard input into flat pictures, behind walls. Django is not loaded here.

`python sandbox.py PARENT PAGES` answers on standard output with a line that says what became of it (`pages`, or a code
of `refusals.Refusal`), and, for pages, with each of them as JPEG after its length in four bytes. Pillow and PDFium
read what a stranger has sent; should a file take one of them over, then `raise_walls` says what it can still do.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

# Pillow loads these when it needs them, which is too late behind the walls.
_LOADED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)

LONGEST_SIDE = 2_000
"""Pixels along the longer side of a page."""
PIXELS_AT_MOST = 25_000_000
"""Pixels of a picture that is sent; the same as for editors' pictures."""
MEMORY = 512 * 1024 * 1024
"""Bytes that the program may map, its own code included."""
CPU_SECONDS = 10
WALL_SECONDS = 20
PAGES = "pages"
PDF, JPEG, PNG = KINDS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_QUALITY = 82
_PDF_PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_NAMESPACES = 0x10000000 | 0x40000000 | 0x08000000  # CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC
_ALLOW, _FAIL_WITH_EPERM = 0x7FFF0000, 0x00050001

# Per machine: the number that the kernel knows it by, and the numbers of the only calls that are left: read, write,
# writev, close, lseek, fstat; memory (mmap, mprotect, munmap, mremap, brk, madvise); handling of signals
# (rt_sigaction, rt_sigprocmask, rt_sigreturn, restart_syscall); futex, sched_yield, getrandom; the clock
# (gettimeofday, clock_gettime, clock_nanosleep); exit and exit_group.
_CALLS = {
    "x86_64": (
        0xC000003E,
        (0, 1, 20, 3, 8, 5, 9, 10, 11, 25, 12, 28, 13, 14, 15, 219, 202, 24, 318, 96, 228, 230, 60, 231),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 66, 57, 62, 80, 222, 226, 215, 216, 214, 233, 134, 135, 139, 128, 98, 124, 278, 169, 113, 115, 93, 94),
    ),
}  # fmt: skip


class RefusedError(Exception):
    """The document is not taken; the argument is a code of `refusals.Refusal`."""


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def raise_walls(parent: int) -> None:
    """Give up, for the rest of this process, everything that turning bytes into pictures does not need.

    On every system no file, socket, pipe or anything else can be opened (there is no number left for it), nothing can
    be written but what standard output takes, memory and time are limited, and unless this is root no other process
    can be started. What needs none of it is left: to remove a file of the hub, to send it a signal. On Linux nothing
    of that is left either, for the kernel answers the calls of `_CALLS` only, there is no network, and an end of the
    hub is an end of this. Those are asked for and not insisted on: an old kernel, a container or another machine may
    refuse, and the limits above still hold.
    """
    signal.alarm(WALL_SECONDS)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    with contextlib.suppress(OSError, ValueError):  # macOS counts it in its own way, and may refuse
        _limit(resource.RLIMIT_AS, MEMORY)
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        library.unshare(_NAMESPACES)
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # after unshare, which forgets it
        if os.getppid() != parent:
            os._exit(0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    if sys.platform == "linux":
        _allow_few_calls(library)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


def _allow_few_calls(library: ctypes.CDLL) -> None:
    """Let every call but those of `_CALLS` fail (seccomp), on the machines that are known there."""
    if platform_calls := _CALLS.get(os.uname().machine):
        machine, calls = platform_calls
        load, equal, answer = 0x20, 0x15, 0x06
        program = [
            (load, 0, 0, 4),
            (equal, 1, 0, machine),
            (answer, 0, 0, _FAIL_WITH_EPERM),
            (load, 0, 0, 0),
            *((equal, len(calls) - at, 0, call) for at, call in enumerate(calls)),
            (answer, 0, 0, _FAIL_WITH_EPERM),
            (answer, 0, 0, _ALLOW),
        ]
        instructions = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
        library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        library.prctl(
            _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_Program(len(program), instructions))
        )


Reader = Callable[[bytes, int], Iterator[bytes]]
"""Turns a document with at most so many pages into pages."""


def reader_of(document: bytes) -> Reader:
    """Return what reads a document of this kind, with all its code loaded. The first bytes decide, never a name."""
    if document.startswith(PDF):
        import pypdfium2  # noqa: PLC0415 - the hub imports this module, and shall not load PDFium

        pypdfium2.PdfDocument.new().close()
        reader: Reader = _pages_of_pdf
    elif document.startswith(JPEG):
        reader = partial(_picture, "JPEG")
    elif document.startswith(PNG):
        reader = partial(_picture, "PNG")
    else:
        raise RefusedError("unknown-kind")
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = None  # `_picture` looks at the size itself
    Image.new("RGB", (1, 1)).save(io.BytesIO(), "JPEG")
    return reader


def _picture(kind: str, document: bytes, pages_at_most: int) -> Iterator[bytes]:
    with Image.open(io.BytesIO(document), formats=(kind,)) as image:
        if image.width * image.height > PIXELS_AT_MOST:
            raise RefusedError("too-many-pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        yield _flat(image)


def _flat(image: Image.Image) -> bytes:
    """Return a picture as JPEG: its colours over white, as the camera was held, and nothing else of it."""
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut and not scale
        image = image.point(lambda value: value / 256).convert("L")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    with contextlib.suppress(Exception):  # what a camera wrote about itself does not decide over the picture
        image = ImageOps.exif_transpose(image)
    page = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        page.paste(image, mask=image)
    else:
        page.paste(image.convert("RGB"))
    written = io.BytesIO()
    page.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _pages_of_pdf(document: bytes, pages_at_most: int) -> Iterator[bytes]:
    import pypdfium2  # noqa: PLC0415

    try:
        pdf = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as error:
        raise RefusedError("encrypted" if error.err_code in _PDF_PASSWORD_ERRORS else "damaged") from error
    if len(pdf) > pages_at_most:
        raise RefusedError("too-many-pages")
    if not len(pdf):
        raise RefusedError("damaged")
    for page in pdf:
        longest = max(page.get_size())
        if not 0 < longest < float("inf"):
            raise RefusedError("damaged")
        bitmap = page.render(scale=LONGEST_SIDE / longest, rev_byteorder=True)
        yield _flat(bitmap.to_pil())
        bitmap.close()
        page.close()


def flatten(document: bytes, parent: int, pages_at_most: int) -> tuple[str, list[bytes]]:
    """Return `pages` and the pages of a document, or a code of `refusals.Refusal` and none."""
    try:
        reader = reader_of(document)
        raise_walls(parent)
        return PAGES, list(reader(document, pages_at_most))
    except RefusedError as refused:
        return str(refused), []
    except MemoryError:
        return "too-many-pixels", []
    except Exception:  # whatever a reader says about what it was given, it could not read it
        return "damaged", []


def main() -> None:
    """Read a document, answer with its pages."""
    document = sys.stdin.buffer.read()
    parent, pages_at_most = map(int, sys.argv[1:])
    code, pages = flatten(document, parent, pages_at_most)
    answer = sys.stdout.buffer
    answer.write(code.encode() + b"\n")
    for page in pages:
        answer.write(len(page).to_bytes(4, "big") + page)
    answer.flush()


if __name__ == "__main__":
    main()
