"""What README and docs/ say is there, and what is there is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.settings.env import VARIABLES
from launcher.command_line import parse
from tests.architecture.tree import PACKAGES, PROJECT

README = PROJECT / "README.md"
INDEX = PROJECT / "docs" / "index.md"
OPERATORS = PROJECT / "docs" / "operators.md"
DOCUMENTS = sorted(
    [
        *PROJECT.glob("*.md"),
        *(PROJECT / "docs").rglob("*.md"),
        PROJECT / "catalogue" / "demo_data" / "README.md",
    ]
)
RECORDS = sorted((PROJECT / "docs" / "adr").glob("*.md"))
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`([\w.-]+(?:/[\w.<>*-]+)+/?|[\w-]+\.(?:py|toml|lock|md))`")

every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix()
)


def text_of(document: Path) -> str:
    """Return a document without its blocks of code."""
    return _FENCE.sub("", document.read_text(encoding="utf-8"))


def anchors(document: Path) -> set[str]:
    """Return the fragments under which the headings of a document are linked."""
    headings = re.findall(r"^#{1,6} (.+)$", text_of(document), re.MULTILINE)
    plain = [re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def dead_links(document: Path, text: str) -> list[str]:
    """Return the relative links of a text that lead to no file, or to no heading in it."""
    dead = []
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        place = (document.parent / path).resolve() if path else document
        if not place.exists() or (fragment and fragment not in anchors(place)):
            dead.append(target)
    return dead


@every_document
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    assert dead_links(document, text_of(document)) == []


def test_a_dead_link_is_found() -> None:
    text = "[a](docs/index.md#decisions) [b](docs/nowhere.md) [c](docs/index.md#nothing) [d](https://example.org)"
    assert dead_links(README, text) == ["docs/nowhere.md", "docs/index.md#nothing"]


@every_document
def test_every_path_that_is_named_is_there(document: Path) -> None:
    missing = []
    for name in _PATH.findall(text_of(document)):
        if "/" in name and name.split("/")[0] not in ("hub", "docs", "tests", "launcher", *PACKAGES, ".ci"):
            continue
        pattern = re.sub(r"<[^>]*>|CODE", "*", name).rstrip("/")
        if not (any(PROJECT.glob(pattern)) or any(PROJECT.rglob(pattern) if "/" not in name else ())):
            missing.append(name)
    assert missing == []


def test_the_readme_lists_every_setting_and_no_other() -> None:
    section = README.read_text(encoding="utf-8").split("## Configuration")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| ?(.*?) ?\|$", section, re.MULTILINE)
    written = {name: (meaning, default.strip("`")) for name, meaning, default in rows}
    assert len(written) == len(rows)
    assert written == {variable.name: (variable.meaning, variable.default) for variable in VARIABLES}


def options_of(command: list[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Return the options that a command of start.py explains."""
    with pytest.raises(SystemExit):
        parse([*command, "--help"])
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}


@pytest.mark.parametrize(
    "command", [[], ["test"], ["bench"], ["check"]], ids=lambda words: words[0] if words else "demo"
)
def test_the_readme_explains_the_commands_of_start_py(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    name = " ".join(["python3 start.py", *command])
    row = next(
        line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |")
    )
    written = set(re.findall(r"--[a-z-]+", row))
    assert written == options_of(command, capsys)


def commands() -> dict[str, Path]:
    """Return the commands of manage.py that are ours."""
    return {
        path.stem: path
        for package in PACKAGES
        for path in (PROJECT / package).rglob("management/commands/[a-z]*.py")
    }


def test_operators_are_told_of_every_command_and_of_no_other() -> None:
    section = OPERATORS.read_text(encoding="utf-8").split("## Commands")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)", section, re.MULTILINE)) == set(commands())


@every_document
def test_every_command_that_is_named_is_there(document: Path) -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text(encoding="utf-8")))
    assert named <= set(get_commands())


def test_the_start_page_lists_every_decision_under_its_title() -> None:
    rows = dict(
        re.findall(
            r"^\| \[\d{4}\]\((adr/[^)]+)\) \| (.+) \|$", INDEX.read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert set(rows) == {f"adr/{record.name}" for record in RECORDS}
    for record in RECORDS:
        heading = record.read_text(encoding="utf-8").splitlines()[0]
        assert heading == f"# {record.name[:4]}: {rows[f'adr/{record.name}']}"


def test_decisions_are_numbered_without_gaps_and_say_why_and_what_follows() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    for record in RECORDS:
        text = record.read_text(encoding="utf-8")
        assert [part for part in ("## Context", "## Decision", "## Consequences") if part not in text] == []


def test_every_document_is_linked_from_the_start_page() -> None:
    linked = {
        (INDEX.parent / target.partition("#")[0]).resolve()
        for target in _LINK.findall(INDEX.read_text(encoding="utf-8"))
    }
    assert {path.name for path in DOCUMENTS if path not in {*linked, INDEX}} == set()


def test_changes_begin_with_what_is_not_released() -> None:
    headings = re.findall(r"^## (.+)$", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_the_licence_is_the_one_that_is_declared() -> None:
    text = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert " ".join(text.split()[:9]) == "GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November"
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "AGPL-3.0-or-later"' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
