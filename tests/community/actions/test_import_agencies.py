"""Agencies from a file: all or nothing, twice is once, and no domain counts because a file says so."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from community.actions.agencies import confirm_domain
from community.actions.import_agencies import import_agencies
from community.models import Agency, AgencyDomain
from community.queries.applications import listed_domain_of
from hub.core.enums import Role
from tests.factories.community import make_agency
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db
HEAD = ["name", "country", "kind", "domain", "source_url"]
KENYA = ["Kenya Police", "KE", "police", "police.example", "https://police.example/"]


def table(folder: Path, *rows: list[str], head: list[str] = HEAD) -> Path:
    path = folder / "agencies.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def test_agencies_are_added_and_their_domains_wait(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        KENYA,
        ["شرطة دبي", "AE", "police", "", ""],
        ["Kenya Police", "KE", "police", "cid.example", "https://x.example/"],
    )
    result = import_agencies(path, by=None)
    assert (result.agencies, result.domains, result.problems) == (2, 2, [])
    assert listed_domain_of("a@police.example") is None
    confirm_domain(AgencyDomain.objects.get(domain="police.example"), by=make_member(Role.ADMINISTRATOR))
    assert listed_domain_of("a@police.example") is not None


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, KENYA)
    import_agencies(path, by=None)
    again = import_agencies(path, by=None)
    assert (again.agencies, again.domains, again.unchanged) == (0, 0, 1)
    assert (Agency.objects.count(), AgencyDomain.objects.count()) == (1, 1)


def test_what_is_there_stays_and_is_reported(tmp_path: Path) -> None:
    import_agencies(table(tmp_path, KENYA), by=None)
    result = import_agencies(table(tmp_path, ["kenya police", "KE", "border", "", ""]), by=None)
    assert result.notes == ["row 2, kind: stays police, the file says border"]
    assert Agency.objects.get().kind == "police"


def test_a_dry_run_writes_nothing_and_says_the_same(tmp_path: Path) -> None:
    path = table(tmp_path, KENYA)
    result = import_agencies(path, by=None, dry_run=True)
    assert (result.agencies, result.domains) == (1, 1)
    assert not Agency.objects.exists()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({0: ""}, "name"),
        ({0: "x" * 201}, "name"),
        ({0: "A\x07B"}, "name"),
        ({1: "Kenya"}, "country"),
        ({1: "XX"}, "country"),
        ({2: "army"}, "kind"),
        ({3: "police"}, "domain"),
        ({3: "co.uk"}, "domain"),
        ({3: "gmail.com"}, "domain"),
        ({3: "taken.example"}, "domain"),
        ({4: ""}, "source_url"),
        ({3: ""}, "source_url"),
        ({4: "javascript:alert(1)"}, "source_url"),
    ],
)
def test_one_bad_cell_and_nothing_is_written(tmp_path: Path, change: dict[int, str], column: str) -> None:
    make_agency(domain="taken.example")
    before = Agency.objects.count()
    bad = [change.get(at, cell) for at, cell in enumerate(KENYA)]
    result = import_agencies(table(tmp_path, ["Good", "FR", "police", "", ""], bad), by=None)
    assert [problem.split(":")[0] for problem in result.problems] == [f"row 3, {column}"]
    assert Agency.objects.count() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Columns are missing"),
        (b"name,country\nx,KE\n", "Columns are missing: kind, domain, source_url"),
        (b"name,country,kind,domain,source_url,role\n", "not known: 'role'"),
        (b"name,country,kind,domain,source_url,name\n", "twice"),
        (b"name,country,kind,domain,source_url\nx,KE\n", "row 2: it does not have 5 cells"),
        (b"name,country,kind,domain,source_url\n\xff\xfe\n", "not UTF-8"),
        (b'name,country,kind,domain,source_url\n"x,KE,police,,\n', "unexpected end"),
        (b"name,country,kind,domain,source_url\n" + b"x" * 10_000_000 + b",KE,police,,\n", "field larger"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "agencies.csv"
    path.write_bytes(content)
    result = import_agencies(path, by=None)
    assert words in result.problems[0]
    assert not Agency.objects.exists()


def test_the_command_reports_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_agencies", str(table(tmp_path, KENYA)), "--dry-run")
    assert "Agencies added: 1. Domains proposed: 1" in capsys.readouterr().out
    call_command("import_agencies", str(table(tmp_path, KENYA)))
    with pytest.raises(CommandError, match="1 problems"):
        call_command("import_agencies", str(table(tmp_path, ["x", "XX", "police", "", ""])))
    with pytest.raises(CommandError):
        call_command("import_agencies", str(tmp_path / "none.csv"))
    assert "cannot be read" in capsys.readouterr().err
    assert Agency.objects.count() == 1
