"""All addresses of the hub, walked from the resolver: laws about them hold for those that will be added, too."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404
from django.urls.resolvers import LocalePrefixPattern
from django.utils.regex_helper import normalize

_VALUES = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "6f1f6b9e-6a0e-4c58-9a4c-8f3f3a1c2b5d"}
_CANDIDATES = ("1", "x", "x" * 43, "en", "6f1f6b9e-6a0e-4c58-9a4c-8f3f3a1c2b5d", "2026", "hub", "x/")


@contextmanager
def addressed_as_production() -> Iterator[None]:
    """Address the hub as production does: without the demonstration."""
    name = "addresses_of_production"
    with override_settings(DEMO=False):
        spec = importlib.util.spec_from_file_location(name, Path("hub/urls.py").resolve())
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        with override_settings(ROOT_URLCONF=name):
            yield
    del sys.modules[name]


@pytest.fixture
def production_addresses() -> Iterator[None]:
    """Address the hub as production does for a whole test."""
    with addressed_as_production():
        yield


def patterns_below(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield each pattern with an address of what stands before it."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            part = "en/" if isinstance(pattern.pattern, LocalePrefixPattern) else address_of(pattern)
            yield from patterns_below(pattern, prefix + part)
        else:
            yield prefix, pattern


def address_of(
    pattern: URLPattern | URLResolver, value: str = "", values: Mapping[str, object] | None = None
) -> str:
    """Return an address that the pattern may match; its parameters are `values`, else `value`, else fit their converter."""
    template, names = normalize(pattern.pattern.regex.pattern)[0]
    converters = pattern.pattern.converters
    kinds = {name: type(converters[name]).__name__.removesuffix("Converter").lower() for name in converters}
    given = values or {}
    return template % {
        name: given.get(name) or value or _VALUES.get(kinds.get(name, ""), "x") for name in names
    }


@dataclass(frozen=True, slots=True)
class Route:
    """What the resolver leads to. Without a name of its own it goes by that of its view."""

    name: str
    prefix: str
    pattern: URLPattern
    path: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of what varies in its address."""
        return tuple(normalize(self.pattern.pattern.regex.pattern)[0][1])

    def path_with(self, values: Mapping[str, object]) -> str:
        """Return its address with these parameters, whether or not they fit."""
        return "/" + self.prefix + address_of(self.pattern, values=values)


def routes() -> list[Route]:
    """Return each route that can be reached, once."""
    found = []
    for prefix, pattern in patterns_below(get_resolver()):
        for path, match in _matches(prefix, pattern):
            if match.func is pattern.callback:
                found.append(Route(match.view_name or str(pattern.pattern), prefix, pattern, path))
                break
    return found


def routes_out_of_reach() -> dict[str, bool]:
    """Return the names of the other routes, and whether another route stands before each."""
    reached = {id(route.pattern) for route in routes()}
    return {
        pattern.name or str(pattern.pattern): any(True for _ in _matches(prefix, pattern))
        for prefix, pattern in patterns_below(get_resolver())
        if id(pattern) not in reached
    }


def addresses() -> dict[str, str]:
    """Return, by address, the name of each view that can be reached."""
    return {route.path: route.name for route in routes()}


def _matches(prefix: str, pattern: URLPattern) -> Iterator[tuple[str, ResolverMatch]]:
    """Yield addresses that the pattern may match, the likeliest first, and what they lead to."""
    for value in ("", *_CANDIDATES):
        path = "/" + prefix + address_of(pattern, value)
        with suppress(Resolver404):
            yield path, resolve(path)
