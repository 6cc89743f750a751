"""Only so many passwords are hashed at a time, by all processes together (security item 6)."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.core.hashers import SLOTS, HashingBusyError, OwaspArgon2PasswordHasher, hashing_slot


def test_hashes_have_owasps_parameters() -> None:
    hasher = OwaspArgon2PasswordHasher()
    encoded = hasher.encode("otter-lamp-71-quilt", "0123456789abcdef")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("otter-lamp-71-quilt", encoded)
    assert not hasher.verify("otter-lamp-71-quilk", encoded)


def test_when_all_slots_are_taken_the_next_is_refused_and_then_served() -> None:
    with ExitStack() as stack:
        for _ in range(SLOTS):
            stack.enter_context(hashing_slot())
        with pytest.raises(HashingBusyError), hashing_slot(patience=0.05):
            pass
    with hashing_slot(patience=0):
        pass


def test_whoever_waits_is_served_when_a_slot_is_given_back() -> None:
    with ExitStack() as stack:
        for _ in range(SLOTS - 1):
            stack.enter_context(hashing_slot())
        held = hashing_slot()
        held.__enter__()
        threading.Timer(0.2, held.__exit__, (None, None, None)).start()
        started = time.monotonic()
        with hashing_slot(patience=5):
            assert time.monotonic() - started >= 0.1


def test_a_killed_process_gives_its_slots_back(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "hashing").mkdir()
    script = (
        "import fcntl, sys, time\n"
        f"files = [open(f'{tmp_path}/hashing/{{n}}.lock', 'ab') for n in range({SLOTS})]\n"
        "[fcntl.flock(file, fcntl.LOCK_EX) for file in files]\n"
        "print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(HashingBusyError), hashing_slot(patience=0.1):
            pass
        other.kill()
    with hashing_slot(patience=1):
        pass


def test_where_nothing_can_be_written_each_process_still_has_its_cap(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "a-file" / "below"
    (tmp_path / "a-file").write_text("")
    with ExitStack() as stack:
        for _ in range(SLOTS):
            stack.enter_context(hashing_slot())
        with pytest.raises(HashingBusyError), hashing_slot(patience=0.05):
            pass
