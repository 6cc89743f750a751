"""The promises of the stylesheet, the sprite and the templates, read from the files."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

HUB = Path(__file__).parents[3] / "hub"
CSS = HUB / "static" / "hub" / "css" / "hub.css"
SPRITE = HUB / "static" / "hub" / "icons.svg"
SCRIPT = HUB / "static" / "hub" / "js" / "hub.js"
TEMPLATES = sorted((HUB / "templates").rglob("*.html"))


def test_the_stylesheet_names_no_physical_side() -> None:
    found = re.findall(r"\b(?:left|right)\b", CSS.read_text(encoding="utf-8"), re.IGNORECASE)
    assert found == []


def test_the_stylesheet_and_the_script_stay_small() -> None:
    assert len(gzip.compress(CSS.read_bytes())) <= 12 * 1024
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 4 * 1024


def test_the_layers_stand_in_their_order() -> None:
    css = CSS.read_text(encoding="utf-8")
    order = ["tokens", "base", "layout", "parts", "pages", "print"]
    assert f"@layer {', '.join(order)};" in css
    assert re.findall(r"^@layer (\w+) \{", css, re.MULTILINE) == order


def test_both_dark_themes_are_the_same() -> None:
    css = CSS.read_text(encoding="utf-8")
    wished = css.split(':root:not([data-theme="light"]) {')[1].split("}")[0]
    chosen = css.split('[data-theme="dark"] {')[1].split("}")[0]
    values = [re.findall(r"(--[\w-]+): ([^;]+);", block) for block in (wished, chosen)]
    assert values[0] == values[1]


def test_no_template_needs_an_inline_style_or_script() -> None:
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", source), path.name
        assert all(
            "src=" in tag or 'type="application/json"' in tag for tag in re.findall(r"<script[^>]*>", source)
        ), path.name


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text(encoding="utf-8")))
    named: set[str] = set()
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        named.update(re.findall(r'\{% icon "([\w-]+)"', source))
        named.update(re.findall(r'\bicon="([\w-]+)"', source))
    assert named
    assert named <= symbols
    assert {"eg-stays", "eg-leaves", "eg-unknown"} <= symbols


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "405", "429", "500"])
def test_every_error_has_its_page(name: str) -> None:
    assert (HUB / "templates" / f"{name}.html").is_file()
