"""Documents as applicants send them, and as nobody should."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Sequence

import pypdfium2
from PIL import Image

PLACE = (52.0, 5.0, 30.0)
"""Degrees, minutes and seconds north that the camera has noted in `photograph`."""


def picture(width: int = 300, height: int = 200) -> Image.Image:
    """Return a picture whose parts can be told from each other: red, green, blue, white, from the left."""
    image = Image.new("RGB", (width, height), "white")
    for number, colour in enumerate([(220, 0, 0), (0, 160, 0), (0, 0, 220)]):
        image.paste(colour, (number * width // 4, 0, (number + 1) * width // 4, height))
    return image


def colours(page: bytes) -> list[str]:
    """Return what the four parts of a page that shows `picture` look like."""
    with Image.open(io.BytesIO(page)) as image:
        names = []
        for part in range(4):
            found = image.getpixel(((2 * part + 1) * image.width // 8, image.height // 2))
            assert isinstance(found, tuple)
            red, green, blue = (int(value > 120) for value in found)
            names.append({(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}.get(
                (red, green, blue), "black"
            ))  # fmt: skip
    return names


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file of this kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def jpeg(**options: object) -> bytes:
    """Return a JPEG."""
    return saved(picture(), "JPEG", **options)


def photograph() -> bytes:
    """Return a JPEG that says where, when and by what it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "Camera of an officer", "2026:11:21 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    return jpeg(exif=exif.tobytes(), comment=b"taken at the station", icc_profile=b"profile of a camera")


def png() -> bytes:
    """Return a PNG."""
    return saved(picture(), "PNG")


def pdf(pages: int = 1) -> bytes:
    """Return a PDF of scanned pages."""
    return saved(picture(), "PDF", save_all=True, append_images=[picture()] * (pages - 1))


def pdf_of_another_maker() -> bytes:
    """Return a PDF of one page of A4 that PDFium has written."""
    made = pypdfium2.PdfDocument.new()
    page = made.new_page(595, 842)
    image = pypdfium2.PdfImage.new(made)
    image.load_jpeg(io.BytesIO(jpeg()), inline=True)
    image.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
    page.insert_obj(image)
    page.gen_content()
    file = io.BytesIO()
    made.save(file)
    made.close()
    return file.getvalue()


def written_pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects; the first one is the catalogue."""
    written, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, table, len(places) + 1, trailer, len(written))
    )


def pdf_with_page(page: bytes, *others: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF with one page of these entries; `others` are objects from number 4 on."""
    return written_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R %s >>" % page,
            *others,
        ],
        trailer,
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return an object that holds a stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def blackened_pdf() -> bytes:
    """Return a page with a red ground, and a black box that was laid over its right half afterwards."""
    return pdf_with_page(
        b"/MediaBox [0 0 200 100] /Contents 4 0 R /Annots [5 0 R]",
        stream(b"0.9 0 0 rg 0 0 200 100 re f"),
        b"<< /Type /Annot /Subtype /Square /Rect [100 0 200 100] /F 4 /AP << /N 6 0 R >> >>",
        stream(b"0 g 0 0 100 100 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 100 100]"),
    )


def endless_pdf() -> bytes:
    """Return a PDF that takes minutes to draw: the same light square, 20,000 times."""
    return pdf_with_page(
        b"/MediaBox [0 0 100 100] /Contents 4 0 R /Resources << /ExtGState << /G 5 0 R >> >>",
        stream(b"/G gs " + b"0 0 100 100 re f " * 20_000),
        b"<< /BM /Luminosity /ca 0.5 >>",
    )


def swelling_pdf() -> bytes:
    """Return a small PDF that needs more memory than there is: ten forms, each of which draws the next ten times."""
    forms = [
        stream(
            b"/F Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /F %d 0 R >> >>"
            % (number + 1),
        )
        for number in range(5, 15)
    ]
    return pdf_with_page(
        b"/MediaBox [0 0 100 100] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >>",
        stream(b"/F Do"),
        *forms,
        stream(b"0 0 50 50 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 100 100]"),
    )


def _squeezed_black(side: int, before_each_row: bytes) -> bytes:
    """Return the rows of a black picture of one bit a pixel, squeezed."""
    squeezer = zlib.compressobj(1)
    rows = (before_each_row + b"\x00" * (side // 8)) * 100
    return b"".join(squeezer.compress(rows) for _ in range(side // 100)) + squeezer.flush()


def pixel_bomb(side: int = 30_000) -> bytes:
    """Return a PNG of 500 kB that has 900 million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", _squeezed_black(side, b"\x00")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + content


def pixel_bomb_in_pdf(side: int = 30_000) -> bytes:
    """Return a PDF of 500 kB whose page is a picture of 900 million pixels."""
    return pdf_with_page(
        b"/MediaBox [0 0 100 100] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>",
        stream(b"100 0 0 100 0 0 cm /I Do"),
        stream(
            _squeezed_black(side, b""),
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray "
            b"/Filter /FlateDecode" % (side, side),
        ),
    )


def protected_pdf(*, password: bytes) -> bytes:
    """Return a PDF that opens with this password; without one it opens, but forbids printing (40 bits of RC4)."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    user, number, rights = (
        (password + padding)[:32],
        b"0123456789abcdef",
        (-64).to_bytes(4, "little", signed=True),
    )
    owner = _rc4(hashlib.md5((b"owner" + padding)[:32]).digest()[:5], user)
    key = hashlib.md5(user + owner + rights + number).digest()[:5]
    return pdf_with_page(
        b"/MediaBox [0 0 200 100]",
        b"<< /Filter /Standard /V 1 /R 2 /P -64 /O <%s> /U <%s> >>"
        % (owner.hex().encode(), _rc4(key, padding).hex().encode()),
        trailer=b"/Encrypt 4 0 R /ID [<%s> <%s>]" % (number.hex().encode(), number.hex().encode()),
    )


def _rc4(key: bytes, content: bytes) -> bytes:
    state, at = list(range(256)), 0
    for number in range(256):
        at = (at + state[number] + key[number % len(key)]) % 256
        state[number], state[at] = state[at], state[number]
    out, one, two = bytearray(), 0, 0
    for byte in content:
        one = (one + 1) % 256
        two = (two + state[one]) % 256
        state[one], state[two] = state[two], state[one]
        out.append(byte ^ state[(state[one] + state[two]) % 256])
    return bytes(out)
