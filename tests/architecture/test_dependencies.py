"""Every package has its reason, is used, and is locked with its hashes; what was decided against is not there."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from launcher.places import RUNTIME_LOCK, TEST_LOCK
from tests.architecture.tree import PROJECT, imported_modules, modules

# Packages that no module of ours imports, and where they are at work.
USED_OTHERWISE = {
    "argon2-cffi": "hub/core/hashers.py",
    "coverage": "pyproject.toml",
    "gunicorn": "launcher/demo.py",
    "psycopg2-binary": "hub/settings/env.py",
    "whitenoise": "hub/settings/base.py",
    "django-csp": "hub/settings/base.py",
    "django-htmx": "hub/settings/base.py",
    "wagtail-localize": "hub/settings/base.py",
    "pytest-xdist": "launcher/testing.py",
    "ruff": "launcher/testing.py",
    "mypy": "launcher/testing.py",
    "djlint": "launcher/testing.py",
    "import-linter": "launcher/testing.py",
    "django-stubs": "pyproject.toml",
    "pytest-django": "pyproject.toml",
}
# The word that proves it, where it is not the package's name.
_WORDS = {
    "argon2-cffi": "Argon2",
    "coverage": "[tool.coverage.run]",
    "psycopg2-binary": "postgres://",
    "django-csp": "csp.middleware.CSPMiddleware",
    "django-htmx": "django_htmx",
    "wagtail-localize": "wagtail_localize",
    "pytest-xdist": '"-n"',
    "import-linter": "lint-imports",
    "django-stubs": "mypy_django_plugin.main",
    "pytest-django": "DJANGO_SETTINGS_MODULE",
}
FORBIDDEN_APPS = {
    "django.contrib.admin": "its log-in lets somebody in by password alone",
    "django.contrib.sites": "the host names stand in the settings",
    "allauth.socialaccount": "no third party learns who signs in",
    "wagtail.api.v2": "an interface past the door",
    "wagtail.contrib.forms": "forms that store what members write, past actions and audit",
    "wagtail.contrib.frontend_cache": "members' pages are never kept by a cache",
    "wagtail.contrib.settings": "settings come from the environment",
    "wagtail.contrib.simple_translation": "wagtail-localize does it",
    "wagtail.contrib.styleguide": "the hub has its own",
    "wagtail.contrib.table_block": "its cells have carried scripts",
    "wagtail.contrib.typed_table_block": "no table in a page needs it",
    "wagtail.embeds": "no third party is asked for anything",
    "wagtail.sites": "one site",
}
FORBIDDEN_IMPORTS = (
    "wagtail.api",
    "wagtail.contrib.forms",
    "wagtail.contrib.table_block",
    "wagtail.embeds.blocks",
    "wagtail.images.views.serve",
    "django.contrib.admin",
    "rest_framework",
    "debug_toolbar",
)


@cache
def declared() -> dict[str, tuple[Requirement, str]]:
    """Return each direct dependency with its requirement and the group that declares it."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [(line, "runtime") for line in project["project"]["dependencies"]]
    lines += [(line, "test") for line in project["dependency-groups"]["test"]]
    return {canonicalize_name(Requirement(line).name): (Requirement(line), group) for line, group in lines}


@cache
def locked(lock: str) -> dict[str, tuple[str, int]]:
    """Return version and number of hashes of each package in a lock file."""
    found: dict[str, tuple[str, int]] = {}
    text = (PROJECT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        entry = re.match(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", line)
        if entry:
            found[canonicalize_name(entry[1])] = (
                entry[2],
                len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)),
            )
        else:
            assert not line.strip() or line.lstrip().startswith("#"), (
                f"{lock} holds a line that pins nothing: {line}"
            )
    return found


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (PROJECT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for requirement, _ in declared().values():
        line = next(line for line in lines if line.lstrip().startswith(f'"{requirement.name}'))
        assert re.search(r"# \S+ \S+", line) or re.search(r"# \w{5,}", line), line


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_dependency_is_locked_in_the_version_that_is_declared(name: str) -> None:
    requirement, group = declared()[name]
    for lock in (RUNTIME_LOCK, TEST_LOCK) if group == "runtime" else (TEST_LOCK,):
        version, _ = locked(lock)[name]
        assert requirement.specifier.contains(version), f"{lock}: {name} {version}"


@pytest.mark.parametrize("lock", [RUNTIME_LOCK, TEST_LOCK])
def test_every_locked_package_has_hashes(lock: str) -> None:
    assert len(locked(lock)) >= 40
    assert [name for name, (_, hashes) in locked(lock).items() if not hashes] == []


def test_tests_run_on_the_packages_that_serve() -> None:
    runtime, test = locked(RUNTIME_LOCK), locked(TEST_LOCK)
    assert {name: test.get(name, ("", 0))[0] for name in runtime} == {
        name: version for name, (version, _) in runtime.items()
    }
    assert {name for name, (_, group) in declared().items() if group == "test"}.isdisjoint(runtime)


@cache
def imported_names() -> set[str]:
    """Return the first parts of everything that the packages, the launcher and the tests import or install."""
    names = {name.split(".")[0] for module in modules() for _, name in imported_modules(module.tree)}
    for folder in ("tests", "launcher"):
        for path in (PROJECT / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            names.update(re.findall(r"^\s*(?:from|import) (\w+)", source, re.MULTILINE))
    return names


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_dependency_is_used(name: str) -> None:
    if name in USED_OTHERWISE:
        source = (PROJECT / USED_OTHERWISE[name]).read_text(encoding="utf-8")
        assert _WORDS.get(name, name) in source
        return
    brought = {
        module
        for module, owners in packages_distributions().items()
        if name in {canonicalize_name(owner) for owner in owners}
    }
    assert brought & imported_names(), f"nothing imports {sorted(brought)}"


def test_what_was_decided_against_is_not_installed() -> None:
    installed = {config.name for config in apps.get_app_configs()}
    assert {"hub.core", "wagtail", "allauth.account"} <= installed
    assert installed & set(FORBIDDEN_APPS) == set()
    assert settings.WAGTAILEMBEDS_FINDERS == []


def test_what_was_decided_against_is_not_imported() -> None:
    found = [
        f"{module.path}:{line} {name}"
        for module in modules()
        for line, name in imported_modules(module.tree)
        if any(name == place or name.startswith(f"{place}.") for place in FORBIDDEN_IMPORTS)
    ]
    assert found == []


def views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> dict[str, str]:
    """Return the module of the view at every address."""
    found: dict[str, str] = {}
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= views(pattern.url_patterns, address)
        else:
            found[address] = getattr(pattern.callback, "__module__", "")
    return found


def test_no_address_outside_the_editors_desk_serves_what_was_decided_against() -> None:
    routed = views(get_resolver().url_patterns)
    assert len(routed) > 100
    forbidden = ("django.contrib.admin", "wagtail.api", "wagtail.images.views.serve", "allauth.socialaccount")
    assert {address: module for address, module in routed.items() if module.startswith(forbidden)} == {}
