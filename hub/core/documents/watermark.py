"""Writes over a page who looks at it and when, so that a picture of the screen tells where it comes from."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw, ImageFont

_ANGLE = 30
_WHITE, _BLACK = (255, 255, 255, 150), (0, 0, 0, 150)
_QUALITY = 82


def watermark(page: bytes, text: str) -> bytes:
    """Return the page, a JPEG that `flatten` has made, with the text all over it.

    The font knows ASCII; other characters appear as their numbers (`\\xe9`), so that nobody's name is left out.
    Raises ValueError when there is no text.
    """
    text = " ".join(text.encode("ascii", "backslashreplace").decode().split())
    if not text:
        raise ValueError("a page without a watermark is not shown")
    with Image.open(io.BytesIO(page), formats=("JPEG",)) as image:
        marked = image.convert("RGBA")
    marked.alpha_composite(_layer(marked.size, text))
    written = io.BytesIO()
    marked.convert("RGB").save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _layer(size: tuple[int, int], text: str) -> Image.Image:
    """Return the text as often as it fits, slanting; white with a black edge, so that it shows on every ground."""
    side = math.ceil(math.hypot(*size))
    letters = max(12, side // 60)
    font = ImageFont.load_default(letters)
    line = Image.new("RGBA", (math.ceil(font.getlength(text)) + 3 * letters, 2 * letters))
    ImageDraw.Draw(line).text(
        (letters, letters // 4),
        text,
        font=font,
        fill=_WHITE,
        stroke_width=max(1, letters // 12),
        stroke_fill=_BLACK,
    )
    layer = Image.new("RGBA", (side, side))
    for row, top in enumerate(range(0, side, 5 * letters)):
        for left in range(-(row % 3) * line.width // 3, side, line.width):
            layer.paste(line, (left, top))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return layer.rotate(_ANGLE, Image.Resampling.BILINEAR).crop((left, top, left + size[0], top + size[1]))
