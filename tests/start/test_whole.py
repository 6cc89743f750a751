"""The whole of start.py: what a newcomer sees."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.data_version import STAMP
from launcher.checks import Browser
from launcher.environment import is_current
from launcher.places import PROJECT, TEST_LOCK
from launcher.ports import is_free
from tests.start.conftest import Start, running_processes

pytestmark = [
    pytest.mark.long,
    # Otherwise start.py would exchange the environment that runs these tests.
    pytest.mark.skipif(not is_current(TEST_LOCK), reason="runs with `start.py test --long`"),
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder that a first start has checked."""
    data = tmp_path_factory.mktemp("whole") / "data"
    command = [sys.executable, str(PROJECT / "start.py"), "--check", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].startswith("Check passed: ")
    return data


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run start.py until it says that the hub runs; yield the process and its port."""
    command = [sys.executable, str(PROJECT / "start.py"), "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                address = re.search(r"The hub runs: +http://localhost:(\d+)/", line)
                if address:
                    break
            else:
                pytest.fail("it ended before it ran")
            yield process, int(address[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()


def test_a_second_start_makes_nothing_anew(prepared: Path, start: Start) -> None:
    made = [prepared / name for name in ("secret-key", STAMP, "static-stamp")]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in made]
    done = start("--check", "--data", str(prepared))
    assert done.returncode == 0, done.stderr
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in made] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_process_and_a_free_port(prepared: Path, number: signal.Signals) -> None:
    with serving(prepared) as (process, port):
        assert Browser(port).ask("/healthz/").status == 200
        process.send_signal(number)
        assert process.wait(60) == 128 + number
        assert is_free(port)
    assert not [command for _, command in running_processes() if f"127.0.0.1:{port}" in command]


def test_a_second_start_beside_the_first_is_told_its_address(prepared: Path, start: Start) -> None:
    with serving(prepared) as (_, port):
        done = start("--data", str(prepared))
        assert done.returncode == 1
        assert f"at http://localhost:{port}/" in done.stderr


def test_reset_begins_anew(prepared: Path, start: Start) -> None:
    key = (prepared / "secret-key").read_bytes()
    done = start("--check", "--reset", "--data", str(prepared))
    assert done.returncode == 0, done.stderr
    assert (prepared / "secret-key").read_bytes() != key
