"""Who looks at a page stands all over it."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from hub.core.documents.flatten import flatten, is_plain_jpeg
from hub.core.documents.watermark import watermark
from tests.factories.documents import colours, jpeg, pdf, saved

VIEWER = "vetter@police.example 2026-11-21 10:11 UTC"


def page(colour: str, size: tuple[int, int] = (700, 1000)) -> bytes:
    (made,) = flatten(saved(Image.new("RGB", size, colour), "PNG"))
    return made


def difference(one: bytes, other: bytes) -> Image.Image:
    """Return in white where two pages clearly differ."""
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        return ImageChops.difference(first, second).convert("L").point(lambda value: 255 if value > 80 else 0)


@pytest.mark.parametrize("colour", ["white", "black", "gray", "red", "blue", "yellow"])
def test_every_part_of_a_page_of_any_colour_is_marked(colour: str) -> None:
    plain = page(colour)
    marked = watermark(plain, VIEWER)
    assert is_plain_jpeg(marked)
    found = difference(plain, marked)
    for left in range(0, 700, 175):
        for top in range(0, 1000, 200):
            part = found.crop((left, top, left + 175, top + 200))
            assert part.getbbox() is not None, (left, top)


def test_the_document_stays_readable_beneath() -> None:
    (plain,) = flatten(pdf())
    marked = watermark(plain, VIEWER)
    assert 0.01 < sum(difference(plain, marked).histogram()[255:]) / (2000 * 1334) < 0.2
    with Image.open(io.BytesIO(plain)) as one, Image.open(io.BytesIO(marked)) as other:
        assert one.size == other.size


def test_two_viewers_leave_two_marks() -> None:
    plain = page("white", (700, 500))
    assert watermark(plain, VIEWER) == watermark(plain, VIEWER)
    assert difference(watermark(plain, VIEWER), watermark(plain, "other" + VIEWER)).getbbox()


def test_a_name_in_any_script_is_told_from_another() -> None:
    plain = page("white", (400, 300))
    marks = {watermark(plain, text) for text in ("é", "è", "\\xe9", "警察", "a\r\nb", "x" * 300)}
    assert len(marks) == 5  # the letter and its number look the same
    assert watermark(plain, " a\r\n\tb ") == watermark(plain, "a b")


@pytest.mark.parametrize("text", ["", " ", "\r\n"])
def test_no_page_is_shown_without_a_mark(text: str) -> None:
    with pytest.raises(ValueError, match="without a watermark"):
        watermark(page("white", (40, 30)), text)


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (2000, 3), (40, 30)])
def test_the_smallest_page_is_marked_without_harm(size: tuple[int, int]) -> None:
    marked = watermark(page("white", size), VIEWER)
    with Image.open(io.BytesIO(marked)) as image:
        assert image.size == size


def test_what_was_sent_is_still_to_be_seen() -> None:
    (plain,) = flatten(jpeg())
    assert colours(plain) == ["red", "green", "blue", "white"]
    with Image.open(io.BytesIO(watermark(plain, VIEWER))) as image:
        average = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    with Image.open(io.BytesIO(plain)) as image:
        before = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(average, tuple)
    assert isinstance(before, tuple)
    assert max(abs(one - other) for one, other in zip(average, before, strict=True)) < 40
