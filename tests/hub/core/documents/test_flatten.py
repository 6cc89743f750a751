"""What strangers send becomes flat pictures, or a clear refusal; nothing else of it comes through (items 55, 58)."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from hub.core.documents import sandbox
from hub.core.documents.flatten import (
    AT_ONCE,
    BYTES_AT_MOST,
    DocumentRefusedError,
    Refusal,
    flatten,
    is_plain_jpeg,
    pages_of,
)
from tests.factories.documents import (
    PLACE,
    blackened_pdf,
    colours,
    endless_pdf,
    jpeg,
    pdf,
    pdf_of_another_maker,
    pdf_with_page,
    photograph,
    picture,
    pixel_bomb,
    pixel_bomb_in_pdf,
    png,
    protected_pdf,
    saved,
    swelling_pdf,
    written_pdf,
)

PROJECT = Path(__file__).resolve().parents[4]
_EVERYDAY = {
    "photograph": (photograph, 1),
    "JPEG": (jpeg, 1),
    "progressive JPEG": (lambda: jpeg(progressive=True), 1),
    "grey JPEG": (lambda: saved(picture().convert("L"), "JPEG"), 1),
    "JPEG for printing": (lambda: saved(picture().convert("CMYK"), "JPEG"), 1),
    "PNG": (png, 1),
    "PNG with few colours": (lambda: saved(picture().convert("P"), "PNG"), 1),
    "PNG with transparency": (lambda: saved(picture().convert("RGBA"), "PNG"), 1),
    "PNG of one bit": (lambda: saved(picture().convert("1"), "PNG"), 1),
    "large PNG": (lambda: saved(picture(2_400, 5_000).convert("RGBA"), "PNG"), 1),
    "long thin PNG": (lambda: saved(picture(25_000, 40), "PNG"), 1),
    "PDF": (pdf, 1),
    "PDF of ten pages": (lambda: pdf(10), 10),
    "PDF of another maker": (pdf_of_another_maker, 1),
    "PDF of bits": (lambda: saved(picture().convert("1"), "PDF"), 1),
    "PDF without a right to print": (lambda: protected_pdf(password=b""), 1),
    "PDF with a page of 140 kilometres": (lambda: pdf_with_page(b"/MediaBox [0 0 400000000 400000000]"), 1),
    "PDF with a page of a hundredth of a point": (lambda: pdf_with_page(b"/MediaBox [0 0 0.01 0.01]"), 1),
}
_OTHER_LOOK = {"grey JPEG", "PNG of one bit", "PDF of bits", *(name for name in _EVERYDAY if " a " in name)}


def refusal_of(document: bytes, **options: int) -> Refusal:
    with pytest.raises(DocumentRefusedError) as caught:
        flatten(document, **options)
    return caught.value.refusal


def children(process: int | str = "self") -> set[str]:
    """Return the processes that a process has started and that are still there."""
    found = Path(f"/proc/{process}/task").glob("*/children")
    return {child for path in found for child in path.read_text().split()}


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def seccomp(process: str) -> str:
    """Return which system calls a process is held to; 2 is a filter."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("Seccomp:"))


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return file.getvalue()


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@pytest.mark.parametrize("name", _EVERYDAY)
def test_everyday_documents_become_flat_pages_that_show_them(name: str) -> None:
    make, count = _EVERYDAY[name]
    pages = flatten(make())
    assert len(pages) == count
    for page in pages:
        assert is_plain_jpeg(page)
        with Image.open(io.BytesIO(page)) as image:
            image.load()
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert max(image.size) <= 2_000
            assert set(image.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not image.getexif()
        if name not in _OTHER_LOOK:
            assert colours(page) == ["red", "green", "blue", "white"]


def test_grey_of_sixteen_bits_keeps_its_shade() -> None:
    (page,) = flatten(saved(Image.new("I;16", (40, 40), 40_000), "PNG"))
    with Image.open(io.BytesIO(page)) as image:
        assert image.getpixel((20, 20)) == (156, 156, 156)


def test_what_is_transparent_becomes_white() -> None:
    (page,) = flatten(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"))
    assert set(colours(page)) == {"white"}


def test_a_picture_stands_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    (page,) = flatten(jpeg(exif=exif.tobytes()))
    assert colours(page) == ["white", "blue", "green", "red"]
    exif[0x0112] = 6
    (page,) = flatten(jpeg(exif=exif.tobytes()))
    with Image.open(io.BytesIO(page)) as image:
        assert image.size == (200, 300)


def test_what_was_blackened_afterwards_is_black_for_good() -> None:
    (page,) = flatten(blackened_pdf())
    assert colours(page) == ["red", "red", "black", "black"]


def test_nothing_that_a_camera_noted_comes_through() -> None:
    sent = photograph()
    with Image.open(io.BytesIO(sent)) as image:
        assert image.getexif().get_ifd(0x8825)[2] == PLACE
        assert {"comment", "icc_profile", "exif"} <= image.info.keys()
    assert flatten(sent) == flatten(jpeg())


@pytest.mark.parametrize(
    "tail", [b"<html><script>alert(1)</script>", b"\xff\xfe\x00\x10a comment at", zipped(), pdf(), jpeg()]
)
@pytest.mark.parametrize("make", [jpeg, png, pdf])
def test_no_byte_of_a_tail_comes_through(make: Callable[[], bytes], tail: bytes) -> None:
    assert flatten(make() + tail) == flatten(make())


def test_what_is_hidden_in_a_png_does_not_come_through() -> None:
    told = PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>", zip=True)
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    assert flatten(saved(picture(), "PNG", pnginfo=told, icc_profile=b"p" * 200)) == flatten(png())


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: b"", Refusal.UNKNOWN_KIND),
        (lambda: b"<html><script>alert(1)</script></html>", Refusal.UNKNOWN_KIND),
        (lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.UNKNOWN_KIND),
        (lambda: saved(picture(), "GIF"), Refusal.UNKNOWN_KIND),
        (lambda: saved(picture(), "TIFF"), Refusal.UNKNOWN_KIND),
        (lambda: saved(picture(), "WEBP"), Refusal.UNKNOWN_KIND),
        (zipped, Refusal.UNKNOWN_KIND),
        (lambda: b"<html></html>" + jpeg(), Refusal.UNKNOWN_KIND),
        (lambda: b"<html></html>" + pdf(), Refusal.UNKNOWN_KIND),
        (lambda: b"\xff\xd8\xff" + png(), Refusal.DAMAGED),
        (lambda: b"%PDF-" + jpeg(), Refusal.DAMAGED),
        (lambda: b"\xff\xd8\xff", Refusal.DAMAGED),
        (lambda: b"%PDF-1.7", Refusal.DAMAGED),
        (lambda: jpeg()[:-300], Refusal.DAMAGED),
        (lambda: png()[:300], Refusal.DAMAGED),
        (lambda: pdf()[:2_000], Refusal.DAMAGED),
        (lambda: written_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Kids [] /Count 0 >>"]), Refusal.DAMAGED),
        (swelling_pdf, Refusal.DAMAGED),
        (lambda: protected_pdf(password=b"secret"), Refusal.ENCRYPTED),
        (lambda: pdf(11), Refusal.TOO_MANY_PAGES),
        (pixel_bomb, Refusal.TOO_MANY_PIXELS),
        (lambda: saved(Image.new("L", (25_001, 1_000)), "JPEG"), Refusal.TOO_MANY_PIXELS),
        (lambda: jpeg() + b"x" * (BYTES_AT_MOST + 1 - len(jpeg())), Refusal.TOO_LARGE),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_with_its_reason(make: Callable[[], bytes], refusal: Refusal) -> None:
    assert refusal_of(make()) is refusal
    assert refusal.label.endswith(".")


def test_the_limits_themselves_are_allowed() -> None:
    assert len(flatten(jpeg() + b"x" * (BYTES_AT_MOST - len(jpeg())))) == 1
    assert len(flatten(saved(Image.new("L", (25_000, 1_000)), "PNG"))) == 1
    assert len(flatten(pdf(2), pages_at_most=2)) == 2
    assert refusal_of(pdf(2), pages_at_most=1) is Refusal.TOO_MANY_PAGES


def test_a_bomb_inside_a_pdf_breaks_nothing() -> None:
    assert len(flatten(pixel_bomb_in_pdf())) == 1


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1)
    started = time.monotonic()
    assert refusal_of(endless_pdf()) is Refusal.TOOK_TOO_LONG
    assert time.monotonic() - started >= 1


def test_documents_wait_for_their_turn_and_are_told_when_none_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 3)
    with ThreadPoolExecutor(AT_ONCE) as others:
        held = [others.submit(refusal_of, endless_pdf()) for _ in range(AT_ONCE)]
        wait_until(lambda: len(children()) >= AT_ONCE)
        monkeypatch.setattr("hub.core.documents.flatten.PATIENCE", 0.1)
        assert refusal_of(jpeg()) is Refusal.BUSY
        monkeypatch.setattr("hub.core.documents.flatten.PATIENCE", 60)
        assert len(flatten(jpeg())) == 1
        assert {future.result() for future in held} == {Refusal.TOOK_TOO_LONG}


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends a child with its parent on Linux")
def test_the_sandbox_ends_with_the_process_that_asked_it() -> None:
    script = "import sys\nfrom hub.core.documents.flatten import flatten\nflatten(sys.stdin.buffer.read())"
    asking = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, cwd=PROJECT)
    assert asking.stdin
    asking.stdin.write(endless_pdf())
    asking.stdin.close()
    wait_until(lambda: children(asking.pid))
    (child,) = children(asking.pid)
    wait_until(lambda: seccomp(child) == "2")
    asking.kill()
    asking.wait()
    wait_until(lambda: not Path("/proc", child).exists())


def mutations(seed: int, number: int) -> Iterator[bytes]:
    """Yield valid documents in which a few bytes are changed, cut out, doubled or put in; the same ones each time."""
    chance = random.Random(seed)
    originals = [photograph(), jpeg(progressive=True), png(), jpeg(), pdf(), pdf_of_another_maker()]
    for turn in range(number):
        document = bytearray(originals[turn % len(originals)])
        for _ in range(chance.choice([1, 1, 3, 20])):
            at = chance.randrange(8, len(document))
            length = chance.choice([1, 2, 30])
            change = chance.choice(["other", "out", "twice", "in"])
            if change == "other":
                document[at : at + length] = chance.randbytes(len(document[at : at + length]))
            elif change == "out" and len(document) > 100:
                del document[at : at + length]
            elif change == "twice":
                document[at:at] = document[at : at + length]
            else:
                document[at:at] = chance.choice([b"\xff\xff\xff\x7f", b"99999999", b"<<", b"\x00" * 9])
        yield bytes(document)


# Does what `flatten` does to start the sandbox, but has everything loaded before: two hundred starts take a minute.
_MANY = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("sandbox", sys.argv[1])
sandbox = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sandbox)
sandbox.reader_of(sandbox.PDF)
sys.argv = ["sandbox", str(os.getpid()), "10"]
for path in sys.stdin.read().split():
    answer, told = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(path, os.O_RDONLY), 0)
        os.dup2(told, 1)
        sys.stdin, sys.stdout = open(0), open(1, "w")
        ended = 1
        try:
            sandbox.main()
            ended = 0
        finally:
            os._exit(ended)
    os.close(told)
    with open(answer, "rb") as file, open(path + ".answer", "wb") as kept:
        content = file.read()
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        kept.write(ended.to_bytes(4, "big", signed=True) + content)
"""


def test_two_hundred_damaged_documents_become_pages_or_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(200)]
    for path, document in zip(paths, mutations(5, 200), strict=True):
        path.write_bytes(document)
    subprocess.run(
        [sys.executable, "-I", "-c", _MANY, sandbox.__file__],
        input="\n".join(map(str, paths)),
        text=True,
        check=True,
        timeout=200,
    )
    outcomes = Counter[Refusal | None]()
    for path in paths:
        answer = path.with_name(f"{path.name}.answer").read_bytes()
        try:
            pages = pages_of(int.from_bytes(answer[:4], "big", signed=True), answer[4:], 10)
        except DocumentRefusedError as error:
            outcomes[error.refusal] += 1
            continue
        outcomes[None] += 1
        for page in pages:
            with Image.open(io.BytesIO(page)) as image:
                image.load()
    assert min(outcomes[None], outcomes[Refusal.DAMAGED]) > 20
    assert not outcomes.keys() & {
        Refusal.TOO_LARGE,
        Refusal.UNKNOWN_KIND,
        Refusal.BUSY,
        Refusal.TOOK_TOO_LONG,
    }
    assert len(list(tmp_path.iterdir())) == 2 * len(paths)


@pytest.mark.long
def test_a_thousand_damaged_documents_become_pages_or_are_refused() -> None:
    def outcome(document: bytes) -> Refusal | None:
        try:
            flatten(document)
        except DocumentRefusedError as error:
            return error.refusal
        return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(outcome, mutations(6, 1_000)))
    assert min(outcomes[None], outcomes[Refusal.DAMAGED]) > 100


_NOT_PLAIN = {
    "nothing": lambda: b"",
    "no JPEG": png,
    "metadata": photograph,
    "a comment": lambda: jpeg(comment=b"x"),
    "a tail": lambda: plain() + b"<script>",
    "a second picture": lambda: plain() + plain(),
    "a cut": lambda: plain()[:-2],
    "a cut in its tables": lambda: plain()[:100],
    "nothing but its header": lambda: plain()[:20],
    "a length past its end": lambda: plain().replace(b"\xff\xda\x00\x0c", b"\xff\xda\xff\xff"),
    "no frame": lambda: plain()[:158] + plain()[177:],
    "progressive": lambda: jpeg(progressive=True),
    "grey": lambda: saved(picture().convert("L"), "JPEG"),
    "too large": lambda: saved(picture(2_001, 10), "JPEG"),
}


@cache
def plain() -> bytes:
    (page,) = flatten(jpeg())
    return page


@pytest.mark.parametrize("name", _NOT_PLAIN)
def test_a_plain_jpeg_has_room_for_the_picture_only(name: str) -> None:
    assert is_plain_jpeg(plain())
    assert not is_plain_jpeg(_NOT_PLAIN[name]())


class TestNothingIsBelieved:
    """The sandbox may have been taken over by what it read: other programs stand in its place."""

    def put_in_its_place(self, program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = folder / "program.py"
        path.write_text("import os, sys, time\nout = sys.stdout.buffer\n" + program)
        monkeypatch.setattr(sandbox, "__file__", str(path))

    @pytest.mark.parametrize(
        "program",
        [
            "pass",
            "out.write(b'pages')",
            "out.write(b'pages\\n')",
            "out.write(b'other\\n')",
            "out.write(b'pages\\n' + (20).to_bytes(4, 'big') + b'<script>1</script>  ')",
            "out.write(b'pages\\n' + (2**32 - 1).to_bytes(4, 'big'))",
            "out.write(b'pages\\n' + {page})",
            "out.write(b'pages\\n' + {page} * 11)",
            "out.write(b'pages\\n' + {length} + {page} + b'<script>')",
            "os.abort()",
        ],
    )
    def test_what_is_no_list_of_pages_is_refused(
        self, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = plain()
        length = len(page).to_bytes(4, "big")
        self.put_in_its_place(f"out.write(b'pages\\n' + {length!r} + {page!r})", tmp_path, monkeypatch)
        assert flatten(jpeg()) == [page]
        filled = program.replace("{length}", repr(length)).replace("{page}", repr(page))
        self.put_in_its_place(filled, tmp_path, monkeypatch)
        assert refusal_of(jpeg()) is Refusal.DAMAGED

    @pytest.mark.parametrize(
        "program",
        [
            "time.sleep(60)",
            "while True:\n    try: out.write(b'x' * 1_000_000)\n    except OSError: pass",
        ],
    )
    def test_what_does_not_end_is_ended(
        self, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.put_in_its_place(program, tmp_path, monkeypatch)
        monkeypatch.setattr(sandbox, "WALL_SECONDS", 1.5)
        assert refusal_of(jpeg() + b"x" * 1_000_000) is Refusal.TOOK_TOO_LONG

    def test_a_sandbox_that_does_not_run_is_no_fault_of_the_document(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.put_in_its_place("import no_such_package", tmp_path, monkeypatch)
        with pytest.raises(RuntimeError, match="does not run here"):
            flatten(jpeg())
