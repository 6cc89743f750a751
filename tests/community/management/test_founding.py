"""The first people of a site, from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT


@pytest.mark.parametrize("command", ["create_administrator", "create_vetter"])
def test_a_database_that_is_not_there_yet_is_one_sentence(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command, "first@police.example"],
        cwd=PROJECT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hub.settings.test",
            "HUB_TEST_DATA_DIR": str(tmp_path),
            "HUB_TEST_DATABASE_URL": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "CommandError: The database is not ready: run manage.py prepare first.\n"
