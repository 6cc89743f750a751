"""The files of the project, as the tests of its architecture read them."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db.migrations import Migration

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("catalogue", "learning", "community")
PACKAGES = ("hub", *ROOMS)


@dataclass(frozen=True)
class Module:
    """A Python file of ours: its dotted name, its path from the project's root, and its syntax tree."""

    name: str
    path: str
    tree: ast.Module

    def is_in(self, *places: str) -> bool:
        """Tell whether the module is one of `places` or below one; `*` stands for one room or for the roof."""
        return any(_is_below(self.name.split("."), place.split(".")) for place in places)


def _is_below(name: list[str], place: list[str]) -> bool:
    return len(name) >= len(place) and all(
        wanted == part or (wanted == "*" and part in PACKAGES)
        for wanted, part in zip(place, name, strict=False)
    )


@functools.cache
def modules() -> tuple[Module, ...]:
    """Return every Python file of the four packages but migrations, which Django writes."""
    found = []
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            place = path.relative_to(PROJECT)
            if "migrations" in place.parts:
                continue
            parts = place.with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, place.as_posix(), ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


@functools.cache
def migrations() -> dict[tuple[str, str], type[Migration]]:
    """Return every migration of ours by label and name.

    Not through Django's loader: it reads those of other apps too, and one of wagtail-localize asks the database.
    """
    found = {}
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in PACKAGES:
            for path in sorted(Path(config.path).glob("migrations/[0-9]*.py")):
                module = import_module(f"{config.name}.migrations.{path.stem}")
                found[config.label, path.stem] = module.Migration
    return found


def module_from(source: str, name: str = "catalogue.views.seeded") -> Module:
    """Return a module that is not there, to show that a rule finds what it forbids."""
    return Module(name, name.replace(".", "/") + ".py", ast.parse(source))


@functools.cache
def templates() -> dict[str, str]:
    """Return the text of every template of ours, by its path from the project's root."""
    found = {}
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("templates/**/*")):
            if path.is_file():
                found[path.relative_to(PROJECT).as_posix()] = path.read_text(encoding="utf-8")
    return found


def called_name(call: ast.Call) -> str:
    """Return the last part of what is called: `save` for `tool.save()`, `gettext` for `gettext("…")`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def imported_modules(tree: ast.Module) -> list[tuple[int, str]]:
    """Return line and name of everything that is imported, `from a import b` as `a.b`, also inside functions."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [(node.lineno, f"{node.module}.{name.name}") for name in node.names]
    return found
