"""`manage.py prepare`: makes everything once; a second run changes nothing; failures are one sentence."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from catalogue import api as catalogue
from hub.core.models import AuditEntry, User
from hub.data_version import DATA_VERSION, STAMP
from hub.demo.people import PARTS
from hub.models import CaseFact, HomePage
from hub.settings.env import PROJECT_DIR
from tests.factories.people import make_member


@pytest.fixture
def data(tmp_path: Path, settings: Settings, index_folder: Path) -> Path:
    """Return a data folder that does not exist yet, with nothing to compile."""
    settings.DATA_DIR = tmp_path / "data"
    settings.LOCALE_PATHS = []
    return tmp_path / "data"


def prepare() -> list[str]:
    output = io.StringIO()
    call_command("prepare", stdout=output, skip_checks=True)
    return output.getvalue().splitlines()


@pytest.mark.django_db
def test_the_first_run_makes_everything_and_the_second_changes_nothing(data: Path, client: Client) -> None:
    first = prepare()
    assert catalogue.figures().total > 300
    assert not catalogue.index_needs_rebuild()
    assert HomePage.objects.count() == 6
    assert CaseFact.objects.exists()
    assert User.objects.filter(is_demo=True).count() == len(PARTS)
    assert client.get("/ar/").status_code == 200
    assert any(line.startswith("Tools, recording") for line in first)
    stamp = data / STAMP
    assert json.loads(stamp.read_text()) == {"data_version": DATA_VERSION}

    audited, made_at = AuditEntry.objects.count(), stamp.stat().st_mtime_ns
    generation = catalogue.search_health()["generation"]
    second = prepare()
    assert second
    assert all(line.endswith(": up to date") for line in second), second
    assert AuditEntry.objects.count() == audited
    assert stamp.stat().st_mtime_ns == made_at
    assert catalogue.search_health()["generation"] == generation


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps({"data_version": DATA_VERSION + 1}), "of a newer version of the hub"),
        ("not JSON", "cannot be read"),
        ("[]", "cannot be read"),
    ],
)
def test_data_that_it_does_not_understand_stay_untouched(data: Path, content: str, words: str) -> None:
    data.mkdir()
    (data / STAMP).write_text(content)
    with pytest.raises(CommandError, match=words):
        prepare()
    assert (data / STAMP).read_text() == content
    assert not HomePage.objects.exists()


@pytest.mark.django_db
def test_the_demonstration_stays_out_of_the_database_of_a_real_hub(data: Path, settings: Settings) -> None:
    real = make_member()
    with pytest.raises(CommandError, match="one of a real hub"):
        prepare()
    assert list(User.objects.all()) == [real]
    assert not HomePage.objects.exists()
    settings.DEMO = False
    prepare()
    assert list(User.objects.all()) == [real]


@pytest.mark.django_db
def test_a_database_that_fails_is_one_sentence_and_leaves_no_stamp(data: Path) -> None:
    def full(*arguments: object) -> object:
        raise OperationalError("disk full\nmore")

    with connection.execute_wrapper(full), pytest.raises(CommandError) as failure:
        prepare()
    assert str(failure.value) == (
        "The database cannot be used (disk full): check DATABASE_URL and start again."
    )
    assert not (data / STAMP).exists()


@pytest.mark.django_db
def test_a_folder_that_cannot_be_made_is_one_sentence(data: Path) -> None:
    data.parent.joinpath("data").write_text("a file")
    with pytest.raises(CommandError, match=r"^File exists \(.*data\): correct that and start again\.$"):
        prepare()


def test_a_database_that_nobody_serves_is_one_sentence(tmp_path: Path, closed_port: int) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hub.settings.demo",
            "HUB_DATA_DIR": str(tmp_path / "data"),
            "DATABASE_URL": f"postgres://nobody@127.0.0.1:{closed_port}/hub",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database cannot be used (")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "data" / STAMP).exists()


@pytest.mark.long
def test_two_at_once_make_one_whole(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "prepare"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings.demo",
        "HUB_DATA_DIR": str(tmp_path / "data"),
    }
    both = [
        subprocess.Popen(
            command,
            cwd=PROJECT_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=900)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("waiting for it" in output for output in outputs) == 1
    assert sum("Pages: written: 18" in output for output in outputs) == 1
