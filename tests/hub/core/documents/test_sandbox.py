"""What is left to a program that a document has taken over: nothing but to count (security items 55, 59)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from hub.core.documents import sandbox

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes system calls away")
known_machine = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine not in sandbox._CALLS,
    reason="this machine's calls are not known",
)

# Runs what a document's author would like to run, each payload in a process of its own: within the walls or, to see
# that it can be done at all, without.
_TAKEN_OVER = """
import ctypes, importlib.util, json, mmap, os, resource, signal, socket, subprocess, sys, time
spec = importlib.util.spec_from_file_location("sandbox", sys.argv[1])
sandbox = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sandbox)
for number, payload in enumerate(json.loads(sys.argv[4])):
    folder, port = f"{sys.argv[2]}/{number}", int(sys.argv[3])
    had = socket.socket()
    child = os.fork()
    if child:
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        had.close()
        print("", ended, flush=True)
        continue
    try:
        {before}
        exec(payload)
    except (OSError, MemoryError, ValueError) as error:
        os.write(1, b"refused")
    except BaseException as error:
        os.write(1, repr(error).encode())
    else:
        os.write(1, b"done")
    os._exit(0)
"""
_WALLS = "sandbox.raise_walls(os.getppid())"
# As on a system that has nothing of its own to take away, and where the hub is not root.
_LIMITS_ONLY = f"sys.platform = 'darwin'; {_WALLS}"

OPENS = {
    "reads a file": "open(folder + '/secret').read()",
    "writes a file": "open(folder + '/new', 'wb').write(b'x')",
    "writes into a file": "open(folder + '/secret', 'ab').write(b'x')",
    "looks into a folder": "os.listdir(folder)",
    "opens a socket": "socket.socket()",
    "opens a socket and reaches a server": "socket.socket().connect(('127.0.0.1', port))",
    "opens a pair of sockets": "socket.socketpair()",
    "opens a pipe": "os.pipe()",
    "doubles what is open": "os.dup(1)",
    "takes much memory": "bytearray(600_000_000)",
    "maps much memory": "mmap.mmap(-1, 600_000_000)",
}
CALLS = {
    "removes a file": "os.unlink(folder + '/secret')",
    "renames a file": "os.rename(folder + '/secret', folder + '/other')",
    "changes the rights of a file": "os.chmod(folder + '/secret', 0o777)",
    "makes a folder": "os.mkdir(folder + '/new')",
    "makes a link": "os.symlink('/', folder + '/new')",
    "asks for the rights of a file": "os.stat(folder + '/secret')",
    "reaches a server by what it had": "had.connect(('127.0.0.1', port))",
    "starts a child": "os.fork() or os._exit(0)",
    "starts a program": "subprocess.run(['/bin/true'], check=True)",
    "becomes a program": "os.execv('/bin/true', ['true'])",
    "sends a signal": "os.kill(os.getppid(), 0)",
    "asks who it is": "os.uname()",
    "lifts its limits": "resource.setrlimit(resource.RLIMIT_CPU, (99, 99))",
}


def taken_over(payloads: Iterable[str], before: str, folder: Path, port: int = 0) -> list[tuple[str, int]]:
    """Return what became of each payload: what it said, and how its process ended."""
    wanted = list(payloads)
    for number in range(len(wanted)):
        (folder / str(number)).mkdir()
        (folder / str(number) / "secret").write_bytes(b"key")
    script = _TAKEN_OVER.replace("{before}", before)
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, sandbox.__file__, str(folder), str(port), json.dumps(wanted)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    lines = [line.rpartition(" ") for line in done.stdout.splitlines()]
    return [(said, int(ended)) for said, _, ended in lines]


def untouched(folder: Path) -> bool:
    return {path.read_bytes() for path in folder.rglob("*") if not path.is_dir()} == {b"key"}


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_nothing_can_be_opened(tmp_path: Path, port: int) -> None:
    outcomes = {}
    for place, walls in (("free", "pass"), ("limited", _LIMITS_ONLY), ("walled", _WALLS)):
        (tmp_path / place).mkdir()
        done = taken_over(OPENS.values(), walls, tmp_path / place, port)
        outcomes[place] = dict(zip(OPENS, done, strict=True))
    assert outcomes == {
        "free": dict.fromkeys(OPENS, ("done", 0)),
        "limited": dict.fromkeys(OPENS, ("refused", 0)),
        "walled": dict.fromkeys(OPENS, ("refused", 0)),
    }
    assert [untouched(tmp_path / place) for place in outcomes] == [False, True, True]


@known_machine
def test_nothing_can_be_asked_of_the_system(tmp_path: Path, port: int) -> None:
    for place in ("free", "walled"):
        (tmp_path / place).mkdir()
    free = taken_over(CALLS.values(), "pass", tmp_path / "free", port)
    assert [name for name, (said, ended) in zip(CALLS, free, strict=True) if said == "refused" or ended] == []
    walled = taken_over(CALLS.values(), _WALLS, tmp_path / "walled", port)
    assert dict(zip(CALLS, walled, strict=True)) == dict.fromkeys(CALLS, ("refused", 0))
    assert sorted(
        path.name for path in (tmp_path / "walled").rglob("*") if path.parent.parent.name == "walled"
    ) == ["secret"] * len(CALLS)


@linux_only
def test_there_is_no_network_where_the_kernel_gives_a_new_one(tmp_path: Path) -> None:
    for place in ("asked", "walled"):
        (tmp_path / place).mkdir()
    ask = "os.write(1, str(ctypes.CDLL(None).unshare(sandbox._NAMESPACES)).encode())"
    if taken_over([ask], "pass", tmp_path / "asked") != [("0done", 0)]:
        pytest.skip("this kernel gives no network of its own to whoever asks")
    # Without the other walls, which would keep it from looking.
    before = f"sandbox._limit = lambda *_: None; sandbox._CALLS.clear(); {_WALLS}"
    look = "os.write(1, os.readlink('/proc/self/ns/net').encode())"
    ((network, _),) = taken_over([look], before, tmp_path / "walled")
    assert network.startswith("net:[")
    assert str(Path("/proc/self/ns/net").readlink()) not in network


@pytest.mark.parametrize("walls", [_LIMITS_ONLY, _WALLS])
class TestTime:
    def test_whoever_only_computes_is_ended(self, walls: str, tmp_path: Path) -> None:
        ((said, ended),) = taken_over(["while True: pass"], f"sandbox.CPU_SECONDS = 1; {walls}", tmp_path)
        assert said == ""
        assert ended in (-signal.SIGXCPU, -signal.SIGKILL)

    def test_whoever_waits_is_ended(self, walls: str, tmp_path: Path) -> None:
        done = taken_over(["time.sleep(30)"], f"sandbox.WALL_SECONDS = 1; {walls}", tmp_path)
        assert done == [("", -signal.SIGALRM)]


@known_machine
def test_the_alarm_cannot_be_turned_off(tmp_path: Path) -> None:
    payload = "signal.alarm(0), time.sleep(30)"
    assert taken_over([payload], f"sandbox.WALL_SECONDS = 1; {_WALLS}", tmp_path) == [("", -signal.SIGALRM)]


@linux_only
def test_nothing_is_read_for_who_is_gone(tmp_path: Path) -> None:
    assert taken_over(["pass"], "sandbox.raise_walls(1)", tmp_path) == [("", 0)]


def test_the_sandbox_loads_neither_django_nor_the_hub() -> None:
    script = "import runpy, sys; runpy.run_path(sys.argv[1]); print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, sandbox.__file__],
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    loaded = set(done.stdout.split())
    assert "PIL" in loaded
    assert not loaded & {"django", "hub", "cryptography", "wagtail"}


def test_the_hub_itself_never_loads_what_reads_pdfs() -> None:
    script = "import sys, hub.core.documents.flatten, hub.core.documents.watermark; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "hub.core.documents.sandbox" in done.stdout.split()
    assert not [name for name in done.stdout.split() if "pdfium" in name]
