"""The embedded index on a bad day: killed, damaged, foreign, outdated, forked, out of disk."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hub.core.search import EngineRequest, IndexUnavailable, Schema, SearchError, TantivyEngine
from hub.core.search.ast import All, Has

from .corpus import SCHEMA, random_corpus
from .test_contract import found, thing

ROOT = Path(__file__).resolve().parents[2]
SIZE = 30

WRITER = """
import sys
from pathlib import Path
from hub.core.search import TantivyEngine
from tests.engines.corpus import SCHEMA
from tests.engines.test_contract import thing

engine = TantivyEngine(SCHEMA, Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    batch = [thing(f"key {at}", en=f"faces {number}", colour=(f"batch {number}",)) for at in range(int(sys.argv[4]))]
    engine.rebuild(batch) if sys.argv[3] == "rebuild" else engine.index(batch)
    print(number, flush=True)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(place: Path) -> TantivyEngine:
    made = TantivyEngine(SCHEMA, place, lock_timeout=2)
    made.rebuild(random_corpus(9, SIZE))
    return made


def current(place: Path) -> Path:
    return place / (place / "CURRENT").read_text().strip()


def again(place: Path, schema: Schema = SCHEMA) -> TantivyEngine:
    """The engine of another process."""
    return TantivyEngine(schema, place, lock_timeout=2)


def total(engine: TantivyEngine) -> int:
    return engine.search(EngineRequest(All(), scored=False)).total


def unavailable(engine: TantivyEngine) -> str:
    """The reason why an engine cannot answer; fails if it does."""
    with pytest.raises(IndexUnavailable) as caught:
        engine.search(EngineRequest(All(), scored=False))
    health = engine.healthy()
    assert not health.healthy
    assert health.reason == str(caught.value)
    return health.reason


# Killed


def _killed_while_writing(place: Path, how: str, times: int) -> None:
    number, delays = 0, random.Random(how)
    again(place).rebuild(thing(f"key {at}", en="faces 0", colour=("batch 0",)) for at in range(SIZE))
    for _ in range(times):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(place), str(number), how, str(SIZE)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            said = process.stdout.readline()
            time.sleep(delays.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            done = [int(line) for line in [said, *process.stdout.read().splitlines()]]
        engine = again(place)
        counts = engine.search(EngineRequest(All(), scored=False, facets=("colour",))).facet_counts["colour"]
        # One whole batch: the last that was reported, or the one that was just being finished.
        assert counts in ({f"batch {done[-1]}": SIZE}, {f"batch {done[-1] + 1}": SIZE})
        health = engine.healthy(thorough=True)
        assert (health.healthy, health.reason, health.documents) == (True, "", SIZE)
        # Whoever is not ready to wait gets the lock of the dead.
        TantivyEngine(SCHEMA, place, lock_timeout=0).index([])
        number = done[-1] + 1


@pytest.mark.parametrize("how", ["index", "rebuild"])
def test_a_killed_writer_leaves_the_last_commit(place: Path, how: str) -> None:
    _killed_while_writing(place, how, 3)
    assert len([path for path in place.iterdir() if path.is_dir()]) <= 2


@pytest.mark.long
@pytest.mark.parametrize("how", ["index", "rebuild"])
def test_many_killed_writers_leave_the_last_commit(place: Path, how: str) -> None:
    _killed_while_writing(place, how, 25)


def test_what_a_killed_rebuild_left_is_swept_by_the_next_writer(engine: TantivyEngine, place: Path) -> None:
    half = place / "000099-abcdef"
    half.mkdir()
    (half / "meta.json").write_text("{")
    (place / "CURRENT.0badcafe.new").write_text("000099-ab")
    engine.index([thing("a")])
    assert not half.exists()
    assert not list(place.glob("*.new"))
    assert total(engine) == SIZE + 1


# Damaged


def put(path: Path, content: bytes) -> None:
    """Put another file in the place of one that may be mapped into memory."""
    path.unlink()
    path.write_bytes(content)


def _flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    put(path, bytes(content))


def test_silent_damage_anywhere_is_found_by_the_thorough_look(engine: TantivyEngine, place: Path) -> None:
    engine.index([thing("more", en="faces")])
    engine.remove(["key-1"])
    assert engine.healthy(thorough=True).healthy
    folder = current(place)
    pristine = place.parent / "pristine"
    shutil.copytree(folder, pristine)
    choose = random.Random(1)
    files = [
        path for path in folder.iterdir() if path.suffix and path.suffix != ".json" and path.suffix != ".lock"
    ]
    assert {path.suffix for path in files} >= {
        ".idx",
        ".pos",
        ".term",
        ".store",
        ".fast",
        ".fieldnorm",
        ".del",
    }
    for file in files:
        size = file.stat().st_size
        for at in {0, size - 1, *(choose.randrange(size) for _ in range(6))}:
            _flip(file, at, choose.randrange(8))
            health = again(place).healthy(thorough=True)
            assert not health.healthy, (file.name, at)
            assert health.reason
            put(file, (pristine / file.name).read_bytes())
    assert again(place).healthy(thorough=True).healthy


def test_damage_of_the_list_of_segments_is_found_or_changes_nothing(
    engine: TantivyEngine, place: Path
) -> None:
    engine.remove(["key-1"])
    expected = again(place).keys_with_hashes()
    meta = current(place) / "meta.json"
    pristine = meta.read_bytes()
    choose = random.Random(2)
    noticed = 0
    for _ in range(60):
        # The places that differ from index to index; the rest is white space and the layout.
        at = choose.choice([at for at, byte in enumerate(pristine) if chr(byte).isalnum()])
        _flip(meta, at, choose.randrange(8))
        other = again(place)
        if other.healthy(thorough=True).healthy:
            assert other.keys_with_hashes() == expected
        else:
            noticed += 1
        put(meta, pristine)
    assert noticed > 30


@pytest.mark.parametrize("suffix", [".idx", ".pos", ".term", ".store", ".fast", ".fieldnorm"])
@pytest.mark.parametrize("damage", ["truncated", "missing", "empty"])
def test_a_lost_end_or_file_makes_the_index_unavailable(
    engine: TantivyEngine, place: Path, suffix: str, damage: str
) -> None:
    [file] = current(place).glob(f"*{suffix}")
    if damage == "missing":
        file.unlink()
    else:
        put(file, file.read_bytes()[: file.stat().st_size // 2 if damage == "truncated" else 0])
    unavailable(again(place))
    with pytest.raises(SearchError):
        again(place).index([thing("a")])
    assert not again(place).healthy(thorough=True).healthy
    assert again(place).rebuild([thing("a")]) == 1
    assert again(place).healthy(thorough=True).healthy


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (name, content)
        for name in ("meta.json", ".managed.json", "stamp.json")
        for content in ("", "{", "null", "[]", '{"segments": 3}', "\x00\xff")
        # tantivy takes an empty list of files for what it is.
        if (name, content) != (".managed.json", "[]")
    ],
)
def test_a_garbled_list_makes_the_index_unavailable(
    engine: TantivyEngine, place: Path, name: str, content: str
) -> None:
    (current(place) / name).write_text(content, encoding="utf-8")
    unavailable(again(place))
    engine.rebuild([thing("a")])
    assert total(again(place)) == 1


@pytest.mark.parametrize("name", ["", "nonsense", "../../etc", "000001-gone", "\x00", "000001-" + "a" * 5000])
def test_a_foreign_pointer_makes_the_index_unavailable(engine: TantivyEngine, place: Path, name: str) -> None:
    (place / "CURRENT").write_text(name)
    unavailable(again(place))
    unavailable(engine)
    engine.rebuild([thing("a")])
    assert total(again(place)) == total(engine) == 1


def test_a_folder_that_vanishes_is_noticed_at_the_next_question(engine: TantivyEngine, place: Path) -> None:
    assert total(engine) == SIZE
    shutil.rmtree(place)
    assert "no search index" in unavailable(engine)


def test_an_index_of_another_schema_analysis_or_program_is_outdated(
    engine: TantivyEngine, place: Path
) -> None:
    other = replace(SCHEMA, version=2)
    assert "outdated" in unavailable(again(place, other))
    with pytest.raises(IndexUnavailable, match="another schema"):
        again(place, other).index([thing("a")])
    stamp = current(place) / "stamp.json"
    pristine = json.loads(stamp.read_text())
    for part, value in (
        ("analysis", "0"),
        ("engine version", "0.1"),
        ("program version", ""),
        ("schema", None),
    ):
        stamp.write_text(json.dumps(pristine | {part: value}))
        assert f"another {part}" in unavailable(again(place))
    stamp.write_text(json.dumps(pristine))
    assert total(again(place)) == SIZE
    again(place, other).rebuild([thing("a")])
    assert "another schema" in unavailable(engine)


def test_documents_that_disappeared_are_found_by_the_thorough_look(
    engine: TantivyEngine, place: Path
) -> None:
    sums = current(place) / "sums.json"
    noted = json.loads(sums.read_text())
    sums.write_text(json.dumps({"opstamp": noted["opstamp"]}))
    assert again(place).healthy(thorough=True).healthy
    sums.write_text(json.dumps(noted | {"documents": SIZE + 1}))
    health = again(place).healthy(thorough=True)
    assert not health.healthy
    assert str(SIZE + 1) in health.reason
    assert again(place).healthy().healthy, "the quick look opens and counts, no more"


# Switching


def test_a_reader_of_a_removed_generation_goes_on_with_the_new_one(
    engine: TantivyEngine, place: Path
) -> None:
    reader = again(place)
    assert total(reader) == SIZE
    for number in range(4):
        engine.rebuild([thing(f"only {number}")])
    assert found(reader, All(), scored=False) == ["only 3"]
    assert len([path for path in place.iterdir() if path.is_dir()]) == 2


def test_old_generations_go_when_no_reader_can_be_opening_them(engine: TantivyEngine, place: Path) -> None:
    engine.rebuild([thing("a")])
    assert len([path for path in place.iterdir() if path.is_dir()]) == 2
    long_ago = time.time() - 3600
    os.utime(place / "CURRENT", (long_ago, long_ago))
    engine.index([thing("b")])
    assert [path.name for path in place.iterdir() if path.is_dir()] == [current(place).name]
    assert total(engine) == 2


def test_many_updates_do_not_pile_up_segments(engine: TantivyEngine, place: Path) -> None:
    for number in range(40):
        engine.index([thing(f"new {number}", colour=("blue",))])
    segments = json.loads((current(place) / "meta.json").read_text())["segments"]
    assert len(segments) < 20
    assert engine.count(Has("colour", "blue"), {}) >= 40
    assert engine.healthy(thorough=True).documents == SIZE + 40


# Processes


def test_an_engine_made_and_used_before_a_fork_works_in_the_child(engine: TantivyEngine) -> None:
    assert total(engine) == SIZE
    words = len(engine.vocabulary("en"))
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answers = [
                total(engine),
                len(engine.vocabulary("en")),
                engine.index([thing("born later")]),
                total(engine),
            ]
            os.write(write, json.dumps(answers).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answers = json.loads(pipe.read())
    os.waitpid(child, 0)
    assert answers == [SIZE, words, 1, SIZE + 1]
    assert total(engine) == SIZE + 1


def test_making_an_engine_touches_no_file(tmp_path: Path) -> None:
    place = tmp_path / "not" / "there"
    assert not TantivyEngine(SCHEMA, place).healthy().healthy
    assert not (tmp_path / "not").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_full_disk_fails_the_write_and_leaves_the_index(place: Path) -> None:
    again(place).rebuild(random_corpus(9, SIZE))
    script = """
import resource, sys
from pathlib import Path
from hub.core.search import SearchError, TantivyEngine
from tests.engines.corpus import SCHEMA, random_corpus
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
engine = TantivyEngine(SCHEMA, Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
for write in (engine.index, engine.rebuild):
    try:
        write(random_corpus(5, 60))
    except (SearchError, OSError) as error:
        print("refused")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(engine.healthy(thorough=True).documents, engine.index([]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(place)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["refused", "refused", str(SIZE), "0"], done.stderr[-2000:]
    assert total(again(place)) == SIZE
