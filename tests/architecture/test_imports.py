"""The import contracts of pyproject.toml hold, and each of them catches what it is there for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.tree import PACKAGES, PROJECT

COMPOSITION = "The roof composes the rooms; the rooms stand on the floor"
ROOF = "Inside the roof, the upper imports the lower"
LAYERS = "Inside a room, the upper imports the lower"
FRONT_DOOR = "A room is entered through its front door"
COMMUNITY_DOOR = "The community is entered through its front door"

_LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True, no_cache=True))"


class Verdict(NamedTuple):
    """The contracts that hold, those that do not, and the whole report."""

    kept: list[str]
    broken: list[str]
    report: str


def lint(folder: Path) -> Verdict:
    """Hold a tree of packages against the contracts in its pyproject.toml.

    In a process of its own: a tree that is made up has packages of the same names as the real one.
    """
    done = subprocess.run(
        [sys.executable, "-c", _LINT],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300", "PYTHONPATH": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = re.findall(r"^(.+?) (KEPT|BROKEN)", done.stdout, re.MULTILINE)
    assert verdicts, done.stdout + done.stderr
    kept, broken = ([name for name, verdict in verdicts if verdict == said] for said in ("KEPT", "BROKEN"))
    assert (done.returncode == 0) is not bool(broken)
    return Verdict(kept, broken, done.stdout)


@pytest.fixture
def hollow(tmp_path: Path) -> Path:
    """Return a copy of the project in which every module is there and empty."""
    for package in PACKAGES:
        for path in (PROJECT / package).rglob("*.py"):
            place = tmp_path / path.relative_to(PROJECT)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_holds() -> None:
    verdict = lint(PROJECT)
    assert verdict.broken == [], verdict.report
    assert {COMPOSITION, ROOF, LAYERS, FRONT_DOOR, COMMUNITY_DOOR} == set(verdict.kept)


def test_a_tree_without_imports_breaks_no_contract(hollow: Path) -> None:
    assert lint(hollow).broken == []


@pytest.mark.parametrize(
    ("path", "source", "contract", "reported"),
    [
        pytest.param(
            "catalogue/models/tool.py",
            "import community.apps",
            COMPOSITION,
            "catalogue.models.tool -> community.apps",
            id="a room imports its neighbour",
        ),
        pytest.param(
            "hub/core/audit.py",
            "from catalogue import api",
            COMPOSITION,
            "hub.core.audit -> catalogue.api",
            id="the floor imports a room",
        ),
        pytest.param(
            "hub/models/pages.py",
            "from hub.views import home",
            COMPOSITION,
            "hub.models.pages -> hub.views.home",
            id="the roof's models import its views",
        ),
        pytest.param(
            "catalogue/models/tool.py",
            "def late():\n    from catalogue.actions import import_tools",
            LAYERS,
            "catalogue.models.tool -> catalogue.actions.import_tools",
            id="a model imports an action inside a function",
        ),
        pytest.param(
            "catalogue/queries/tools.py",
            "from catalogue.actions import import_tools",
            LAYERS,
            "catalogue.queries.tools -> catalogue.actions.import_tools",
            id="a query imports an action",
        ),
        pytest.param(
            "catalogue/drawer/__init__.py",
            "",
            LAYERS,
            "catalogue.drawer",
            id="a folder that has no layer",
        ),
        pytest.param(
            "hub/views/home.py",
            "from catalogue.models import tool",
            FRONT_DOOR,
            "hub.views.home -> catalogue.models.tool",
            id="the roof enters a room through the window",
        ),
        pytest.param(
            "hub/demo/people.py",
            "from community.actions import members",
            COMMUNITY_DOOR,
            "hub.demo.people -> community.actions.members",
            id="the demo enters the community through the window",
        ),
        pytest.param(
            "community/models/enrolment.py",
            "from community.actions import members",
            LAYERS,
            "community.models.enrolment -> community.actions.members",
            id="the rule holds in every room",
        ),
        pytest.param(
            "hub/core/access.py",
            "from hub.settings import env",
            ROOF,
            "hub.core.access -> hub.settings.env",
            id="the floor reads the settings past Django",
        ),
        pytest.param("hub/drawer.py", "", ROOF, "hub.drawer", id="a module of the roof that has no layer"),
    ],
)
def test_a_seeded_violation_is_caught(
    hollow: Path, path: str, source: str, contract: str, reported: str
) -> None:
    place = hollow / path
    place.parent.mkdir(exist_ok=True)
    place.write_text(source, encoding="utf-8")
    verdict = lint(hollow)
    assert contract in verdict.broken
    assert reported in verdict.report


def test_an_import_for_types_alone_is_free(hollow: Path) -> None:
    place = hollow / "catalogue" / "queries" / "tools.py"
    arrow = "from catalogue.actions import import_tools"
    place.write_text(f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {arrow}\n", encoding="utf-8")
    assert lint(hollow).broken == []
