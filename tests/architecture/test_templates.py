"""What every template and style sheet of ours keeps to, in whatever package it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest
from django.forms.renderers import get_default_renderer
from django.template import Engine, TemplateDoesNotExist

from tests.architecture.tree import PACKAGES, PROJECT, ROOMS, modules, templates

Finder = Callable[[str], list[str]]

ENGINE = Engine.get_default()
# Texts that may stand in HTML unescaped, with the reason.
TRUSTED = {
    "hub/templates/components/field_messages.html": "help texts are ours, and Django escapes those that it makes",
}
# A block of data runs nothing; browsers do not hold the policy against it.
_LOADED_OR_DATA = re.compile(r'\ssrc=|\stype="application/json"')
_COMMENT = re.compile(r"\{#.*?#\}|\{% comment[^%]*%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)


def inline_code(source: str) -> list[str]:
    """Return what the content security policy would refuse."""
    found = re.findall(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"'{]|javascript:|\bdata:\w+/|\ssrcdoc\s*=", source
    )
    found += [tag for tag in re.findall(r"<script\b[^>]*>", source) if not _LOADED_OR_DATA.search(tag)]
    return found


def foreign_addresses(source: str) -> list[str]:
    """Return what would load something from another machine."""
    return re.findall(
        r"(?:src|srcset|action|formaction|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//[^\"']+", source
    )


def trusted_texts(source: str) -> list[str]:
    """Return where a text is taken for HTML."""
    return re.findall(r"\|\s*safe\w*|\{%\s*autoescape\s+off", source)


def loose_messages(source: str) -> list[str]:
    """Return the texts for translators that carry the template's indentation with them."""
    return [
        tag for tag in re.findall(r"\{%\s*blocktrans(?:late)?\b[^%]*%\}", source) if " trimmed" not in tag
    ]


FINDERS: list[tuple[Finder, str, str]] = [
    (inline_code, '<p style="color: red">', '<p class="style">'),
    (inline_code, '<a onclick="go()">', '<a data-once="yes">'),
    (inline_code, "<script>go()</script>", '<script type="module" src="hub.js"></script>'),
    (inline_code, '<script type="module">go()</script>', '<script type="application/json">{}</script>'),
    (inline_code, '<img src="data:image/png;base64,AAAA">', "<p>data: what leaves</p>"),
    (inline_code, '<a href="javascript:go()">', "<p>JavaScript is not needed</p>"),
    (
        foreign_addresses,
        '<script src="https://cdn.example/x.js">',
        '<a href="https://example.org/">source</a>',
    ),
    (
        foreign_addresses,
        '<link rel="stylesheet" href="//fonts.example/x.css">',
        '<link href="{{ link.url }}">',
    ),
    (trusted_texts, "{{ text|safe }}", "{{ text|escape }}"),
    (trusted_texts, "{% autoescape off %}", "{% autoescape on %}"),
    (loose_messages, "{% blocktranslate with a=b %}", "{% blocktranslate trimmed with a=b %}"),
    (loose_messages, "{% blocktranslate count n=n %}", "{% translate 'Count' %}"),
]


def without_comments(source: str) -> str:
    """Return a template without what is never rendered."""
    return _COMMENT.sub("", source)


def name_of(path: str) -> str:
    """Return the name under which a template is loaded."""
    return path.split("/templates/", 1)[1]


@pytest.mark.parametrize("path", sorted(templates()))
def test_every_template_parses_and_is_loaded_by_its_name(path: str) -> None:
    assert ENGINE.from_string(templates()[path]) is not None
    loaded = ENGINE.get_template(name_of(path)).origin.name
    assert loaded == str(PROJECT / path), f"{name_of(path)} is hidden by {loaded}"


@pytest.mark.parametrize("path", sorted(templates()))
def test_what_a_template_extends_or_includes_is_there(path: str) -> None:
    for name in re.findall(r'\{%\s*(?:extends|include)\s+"([^"]+)"', templates()[path]):
        try:
            ENGINE.get_template(name)
        except TemplateDoesNotExist:
            # Templates of widgets are rendered with those of Django's forms.
            assert get_default_renderer().get_template(name) is not None


@pytest.mark.parametrize("find", [inline_code, foreign_addresses, loose_messages, trusted_texts])
def test_no_template_breaks_the_rule(find: Finder) -> None:
    found = {path: find(without_comments(source)) for path, source in templates().items()}
    allowed = TRUSTED if find is trusted_texts else {}
    assert {path: what for path, what in found.items() if what and path not in allowed} == {}
    assert {path for path in allowed if not found.get(path)} == set()


@pytest.mark.parametrize(("find", "breaks", "passes"), FINDERS)
def test_the_rule_finds_a_breach_and_nothing_else(find: Finder, breaks: str, passes: str) -> None:
    assert find(breaks)
    assert find(passes) == []


def neighbours(path: str, source: str) -> list[str]:
    """Return what a template of one room takes from another: its templates, its tags, its addresses."""
    room = path.split("/", 1)[0]
    others = "|".join(other for other in ROOMS if other != room)
    if room not in ROOMS:
        # The roof may link into rooms but takes no part of their pages.
        return re.findall(rf'\{{%\s*(?:extends|include)\s+"(?:{others})/[^"]*"', source)
    return re.findall(
        rf'\{{%\s*(?:extends|include)\s+"(?:{others})/[^"]*"|\{{%\s*url\s+"(?:{others}):[^"]*"|\{{%\s*load\s+(?:{others})\w*',
        source,
    )


def test_no_room_takes_anything_from_another_rooms_templates() -> None:
    found = {path: neighbours(path, source) for path, source in templates().items()}
    assert {path: what for path, what in found.items() if what} == {}


def test_a_template_that_takes_from_another_room_is_found() -> None:
    path = "learning/templates/learning/course.html"
    for seeded in (
        '{% include "catalogue/row.html" %}',
        '{% url "community:index" %}',
        "{% load catalogue_tags %}",
    ):
        assert neighbours(path, seeded)
    assert neighbours(path, '{% include "components/pager.html" %}{% url "learning:index" %}') == []
    assert neighbours("hub/templates/pages/home.html", '{% url "catalogue:index" %}') == []
    assert neighbours("hub/templates/pages/home.html", '{% include "catalogue/row.html" %}')


def icons_named() -> Iterator[tuple[str, str]]:
    """Yield file and name of every icon that a template or a module of ours names in so many words."""
    for path, source in templates().items():
        for name in re.findall(r'\{%\s*icon "([\w-]+)"|\bicon="([\w-]+)"', source):
            yield path, name[0] or name[1]
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.keyword) and node.arg in ("icon", "icon_name"):
                yield from ((module.path, value) for value in _texts(node.value))
            if isinstance(node, ast.Dict):
                for key, item in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in ("icon", "icon_name"):
                        yield from ((module.path, value) for value in _texts(item))


def _texts(node: ast.expr) -> list[str]:
    return (
        [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []
    )


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (PROJECT / "hub" / "static" / "hub" / "icons.svg").read_text(encoding="utf-8")
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {(path, name) for path, name in icons_named() if "/admin/" not in path and "wagtail" not in path}
    assert {name for path, name in named if path.startswith("hub/templates/")}
    assert {(path, name) for path, name in named if name not in symbols} == set()


def test_no_style_sheet_names_a_physical_side_or_another_machine() -> None:
    sheets = [path for package in PACKAGES for path in (PROJECT / package).rglob("static/**/*.css")]
    assert sheets
    for path in sheets:
        css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"\b(?:left|right)\b", css) == [], path
        assert re.findall(r"@import|url\(\s*[\"']?(?:https?:|//|data:)", css) == [], path
