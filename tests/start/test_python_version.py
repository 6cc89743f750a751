"""An old Python is told what to do."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

import pytest

import start
from launcher.places import PROJECT


def old_pythons() -> list[Path]:
    """Return the interpreters of this machine that are too old, where they usually are."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += (Path.home() / ".pyenv" / "versions").glob("*/bin")
    names = ["python2.7", *(f"python3.{minor}" for minor in range(5, 11))]
    candidates = [folder / name for folder in folders for name in names]
    return [path for path in candidates if path.exists() and start.runs(str(path))]


def test_start_is_parsed_by_python_3_6() -> None:
    ast.parse((PROJECT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_start_imports_nothing_of_its_own_before_it_knows_the_version() -> None:
    tree = ast.parse((PROJECT / "start.py").read_text(encoding="utf-8"))
    imported = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    assert imported == ["os", "subprocess", "sys"]
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize("version", [(3, 11), (3, 12, 1), (3, 14, 0, "final", 0)])
def test_right_versions_are_accepted(version: tuple[int, ...]) -> None:
    assert start.wrong_python(version) == ""


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 15, 0), (4, 0)])
def test_other_versions_are_told_which_ones_are_right(version: tuple[int, ...]) -> None:
    sentence = start.wrong_python(version)
    assert f"needs Python 3.11 to 3.14 and this is Python {version[0]}.{version[1]}: " in sentence
    assert sentence.endswith(".")


def test_a_real_old_python_prints_one_sentence_and_fails() -> None:
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no old Python on this machine")
    for python in {pythons[0], pythons[-1]}:
        done = subprocess.run(
            [python, PROJECT / "start.py", "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, python
        assert done.stdout == ""
        assert done.stderr.startswith("start.py: The hub needs Python 3.11 to 3.14 and this is Python ")
        assert done.stderr.count("\n") == 1
