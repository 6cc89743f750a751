"""Commands, processes that stay, and what is said about them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.demo import Child
from launcher.failures import RefusalError, StepError
from launcher.places import PROJECT
from launcher.processes import Log, clean_environment, explain, in_one_sentence, run, spawn, stop
from tests.start.conftest import running_processes

CHILD = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}])
time.sleep(600)
"""


def python(script: str) -> list[str]:
    """Return the command that runs a script."""
    return [sys.executable, "-c", script]


def is_alive(pid: int) -> bool:
    """Return whether a process is there and not merely waiting to be collected."""
    return any(number == pid for number, _ in running_processes())


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    """Return when a condition holds; fail when it does not come to hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.02)


def test_what_a_step_prints_is_kept(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        "Working", python("import sys; print('out'); print('err', file=sys.stderr)"), clean_environment(), log
    )
    text = log.since(0)
    assert "Working: " in text
    assert "\nout\n" in text
    assert "\nerr\n" in text
    assert capsys.readouterr().out == ""


def test_what_a_shown_step_says_is_printed_but_not_its_errors(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "import sys; print('说明'); print('err', file=sys.stderr)"
    run("Working", python(script), clean_environment(), log, show=True)
    assert capsys.readouterr().out == "说明\n"
    assert "err" in log.since(0)


def test_a_step_longer_than_a_second_shows_that_it_works(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    run("Working", python("import time; time.sleep(1.2)"), clean_environment(), log)
    assert capsys.readouterr().out == "Working ... 1 s\nWorking: done after 1 s\n"


def test_a_failed_step_becomes_one_sentence_that_names_the_log(log: Log) -> None:
    script = "import sys; sys.exit('CommandError: The index cannot be built; free some space.')"
    with pytest.raises(RefusalError) as refusal, in_one_sentence(log):
        run("Working", python(script), clean_environment(), log)
    assert str(refusal.value) == f"The index cannot be built; free some space (details: {log.path})"


def test_what_a_shown_step_printed_does_not_hide_the_sentence_it_ended_with(log: Log) -> None:
    script = "import sys; print('Redis: not found'); sys.exit('CommandError: One server is missing.')"
    with pytest.raises(RefusalError) as refusal, in_one_sentence(log):
        run("Working", python(script), clean_environment(), log, show=True)
    assert str(refusal.value) == f"One server is missing (details: {log.path})"


def test_a_full_disk_in_the_middle_of_a_step_becomes_one_sentence(log: Log) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(RefusalError, match="The disk is full: free at least 1 GB"), in_one_sentence(log):
        run(
            "Working", python("print('x', flush=True, file=open('/dev/full', 'w'))"), clean_environment(), log
        )


def test_only_what_the_failed_step_printed_explains_it(log: Log) -> None:
    run("Before", python("print('No space left on device')"), clean_environment(), log)
    with pytest.raises(StepError) as failure:
        run("Working", python("raise SystemExit('odd')"), clean_environment(), log)
    assert explain(failure.value) == "Working failed: odd"


def test_children_do_not_inherit_what_leads_to_foreign_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/production")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("HUB_LOG_LEVEL", "DEBUG")
    environment = clean_environment(HUB_DATA_DIR="/here")
    assert "DATABASE_URL" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["HUB_LOG_LEVEL"] == "DEBUG"
    assert environment["HUB_DATA_DIR"] == "/here"


def test_stopping_a_process_stops_its_children() -> None:
    parent = spawn(python(PARENT), clean_environment(), stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    assert is_alive(child)
    stop(parent)
    wait_until(lambda: not is_alive(child))
    assert parent.poll() == -signal.SIGTERM


def test_stopping_a_process_that_is_over_already_does_nothing() -> None:
    process = spawn(python("pass"), clean_environment())
    process.wait()
    stop(process, process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can do that")
def test_servers_end_when_start_is_killed(log: Log) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from launcher.demo import Child\n"
        "from launcher.processes import Log, clean_environment\n"
        "command = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "child = Child('sleeper', command, clean_environment(), Log(Path(sys.argv[1])))\n"
        "print(child.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [*python(script), str(log.path.parent.parent)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_until(lambda: is_alive(child))
        parent.kill()
    wait_until(lambda: not is_alive(child))


def test_a_server_that_ends_starts_again_after_a_growing_pause(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    script = f"import os; open({str(notes)!r}, 'a').write(str(os.getpid()) + chr(10))"
    child = Child("sleeper", python(script), clean_environment(), log)

    def started(times: int) -> bool:
        child.keep_alive()
        return len(notes.read_text().splitlines()) >= times

    before = time.monotonic()
    wait_until(lambda: started(3))
    assert time.monotonic() - before >= 3  # 1 s, then 2 s
    wait_until(lambda: started(3) and child.process.poll() is not None)
    child.keep_alive()
    pauses = [line.split(" in ")[1].split(" s")[0] for line in capsys.readouterr().out.splitlines()]
    assert pauses == ["1", "2", "4"]
    assert len(set(notes.read_text().splitlines())) == 3


def test_a_server_that_cannot_start_says_why(log: Log) -> None:
    child = Child(
        "web server", python("raise SystemExit('Address already in use')"), clean_environment(), log
    )
    wait_until(lambda: child.process.poll() is not None)
    with pytest.raises(StepError) as failure:
        child.refuse_end()
    assert explain(failure.value) == "The port is in use: choose another with --port and start again"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_step_is_stopped_with_start(log: Log, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from launcher import command_line\n"
        "from launcher.processes import Log, clean_environment, run\n"
        "def work(options):\n"
        "    script = 'import os, time; print(os.getpid(), flush=True); time.sleep(600)'\n"
        "    log = Log(Path(sys.argv[1]))\n"
        "    run('Working', [sys.executable, '-c', script], clean_environment(), log, show=True)\n"
        "command_line.run_demo = work\n"
        "sys.exit(command_line.main([]))\n"
    )
    with subprocess.Popen(
        [*python(script), str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        step = int(parent.stdout.readline())
        parent.send_signal(signal.SIGTERM)
        rest = parent.stdout.read()
    assert parent.returncode == 128 + signal.SIGTERM
    assert rest.splitlines()[-1] == "Stopped."
    assert not is_alive(step)
