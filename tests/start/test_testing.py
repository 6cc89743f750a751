"""The summary of `start.py test`, its components, and the PostgreSQL that it brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.command_line import parse
from launcher.failures import RefusalError
from launcher.places import DEFAULT_DATA
from launcher.postgres import find_postgres, throwaway_postgres
from launcher.processes import Log, output_of
from launcher.testing import CHROMIUM, GETTEXT, Result, find_chromium, install_command, summarise

PASSED = Result("ruff check", True, 0.4)
FAILED = Result("pytest", False, 61.2, "1 failed, 340 passed in 61.20s")


def test_a_failed_step_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert summarise([PASSED, FAILED], [], strict=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Steps: 1 passed, 1 failed"
    assert any("FAILED  pytest" in line and line.endswith("1 failed, 340 passed in 61.20s") for line in lines)


def test_a_missing_component_is_named_last_with_the_command_that_gets_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert summarise([PASSED], [CHROMIUM, GETTEXT], strict=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == "Not run: tests in a browser (no Chromium), check of the messages (no gettext)."
    assert lines[-1] == f"To get what is missing: {install_command([CHROMIUM, GETTEXT])}"
    assert lines[-1].endswith(" chromium gettext")


def test_a_missing_component_fails_the_run_where_all_are_required(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert summarise([PASSED], [CHROMIUM], strict=True) == 1
    assert "Steps: 1 passed, 1 failed" in capsys.readouterr().out


def test_the_browser_in_the_environment_overrules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "browser"
    browser.touch(mode=0o755)
    monkeypatch.setenv("HUB_TEST_CHROMIUM", str(browser))
    assert find_chromium() == str(browser)
    monkeypatch.setenv("HUB_TEST_CHROMIUM", str(tmp_path / "none"))
    assert find_chromium() is None


@pytest.mark.postgres
def test_the_throwaway_server_answers_and_is_gone_afterwards(log: Log) -> None:
    programs = find_postgres()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine")
    with throwaway_postgres(programs, log) as address:
        assert output_of(str(programs / "psql"), address, "-Atc", "SELECT 6 * 7") == "42"
        folder = Path(output_of(str(programs / "psql"), address, "-Atc", "SHOW data_directory")).parent
        assert folder.is_dir()
    assert not folder.exists()
    assert output_of(str(programs / "psql"), address, "-Atc", "SELECT 1") == ""


def test_the_command_line_passes_pytests_arguments_on() -> None:
    options = parse(["test", "tests/catalogue", "--long", "-k", "facets", "-x"])
    assert options.long
    assert options.pytest == ["tests/catalogue", "-k", "facets", "-x"]


def test_the_command_line_makes_the_data_folder_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse(["--data", "here"]).data == tmp_path / "here"
    assert parse([]).data == DEFAULT_DATA


@pytest.mark.parametrize("arguments", [["serve"], ["--port", "http"], ["--rese"], ["check", "now"]])
def test_the_command_line_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(arguments)
    assert end.value.code == 2
    assert not isinstance(end.value, RefusalError)
