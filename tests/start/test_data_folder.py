"""A data folder that cannot be used is refused, and left as it was."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hub.data_version import DATA_VERSION, STAMP
from launcher.data_folder import (
    DATABASE,
    only_user_of,
    open_data_folder,
    refuse_broken_data,
    refuse_small_disk,
    reset,
    stamped_version,
)
from launcher.failures import RefusalError
from launcher.places import PROJECT
from tests.start.conftest import Start


def stamp(folder: Path, version: int = DATA_VERSION) -> None:
    """Make a folder look prepared."""
    (folder / STAMP).write_text(json.dumps({"data_version": version}), encoding="utf-8")


def make_database(folder: Path) -> Path:
    """Write a sound database of some pages."""
    path = folder / DATABASE
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE tool (name TEXT)")
        connection.execute("CREATE INDEX by_name ON tool (name)")
        connection.executemany("INSERT INTO tool VALUES (?)", [(f"tool {n}" * 50,) for n in range(200)])
    return path


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    open_data_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_way_is_refused_and_kept(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(RefusalError, match="is a file, not a folder: move it away or choose another"):
        open_data_folder(place)
    assert place.read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_place_of_a_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RefusalError, match="Nothing can be written to"):
        open_data_folder(tmp_path / "file" / "data")


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        place = Path("/proc/hub-data")  # where not even root can make a folder
        if not place.parent.is_dir():
            pytest.skip("root may write everywhere here")
    else:
        place = tmp_path / "data"
        place.mkdir(mode=0o500)
    with pytest.raises(RefusalError, match=r"Nothing can be written to .*: correct that or choose another"):
        open_data_folder(place)


def test_an_empty_folder_and_a_prepared_one_are_accepted(data: Path) -> None:
    refuse_broken_data(data)
    stamp(data)
    make_database(data)
    refuse_broken_data(data)


def test_what_manage_py_leaves_behind_is_no_obstacle(data: Path) -> None:
    (data / "secret-key").touch()
    (data / "search").mkdir()
    make_database(data)
    refuse_broken_data(data)


def test_a_folder_with_other_things_is_refused(data: Path) -> None:
    (data / "holiday.jpg").touch()
    with pytest.raises(RefusalError, match=r"holds other things than the hub's data, such as holiday\.jpg"):
        refuse_broken_data(data)


def test_data_of_a_newer_version_are_refused(data: Path) -> None:
    stamp(data, DATA_VERSION + 1)
    with pytest.raises(RefusalError, match=f"newer version of the hub .{DATA_VERSION + 1}; this"):
        refuse_broken_data(data)


def test_data_of_an_older_version_are_left_to_the_migrations(data: Path) -> None:
    stamp(data, 0)
    refuse_broken_data(data)


@pytest.mark.parametrize("text", ["", "{", "[]", '"1"', '{"data_version": "1"}', "{}", "\udcff"])
def test_a_stamp_that_cannot_be_read_is_refused(data: Path, text: str) -> None:
    (data / STAMP).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RefusalError, match=r"version\.json cannot be read"):
        stamped_version(data)


def test_a_database_that_is_no_database_is_refused(data: Path) -> None:
    stamp(data)
    (data / DATABASE).write_bytes(b"rubbish " * 1000)
    with pytest.raises(
        RefusalError, match=r"damaged \(file is not a database\): restore a backup or begin anew"
    ):
        refuse_broken_data(data)


def test_a_database_with_damaged_pages_is_refused(data: Path) -> None:
    stamp(data)
    path = make_database(data)
    content = bytearray(path.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises(RefusalError, match="is damaged"):
        refuse_broken_data(data)


def test_a_folder_in_the_place_of_the_database_is_refused(data: Path) -> None:
    stamp(data)
    (data / DATABASE).mkdir()
    with pytest.raises(RefusalError, match="is no file that can be read and written"):
        refuse_broken_data(data)


def test_a_file_in_the_place_of_the_index_is_refused(data: Path) -> None:
    stamp(data)
    (data / "search").touch()
    with pytest.raises(RefusalError, match="search is a file where a folder belongs"):
        refuse_broken_data(data)


def test_too_little_space_is_refused_also_for_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    refuse_small_disk(tmp_path / "a" / "b", 1)
    with pytest.raises(RefusalError, match=r"Only .* GB are free at .*: free at least 1000000000\.0 GB"):
        refuse_small_disk(tmp_path / "a" / "b", 10**18)


def test_reset_deletes_what_a_stamped_folder_holds(data: Path) -> None:
    stamp(data)
    make_database(data)
    (data / "search" / "1").mkdir(parents=True)
    reset(data)
    assert list(data.iterdir()) == []


def test_reset_also_deletes_data_of_a_newer_version(data: Path) -> None:
    stamp(data, DATA_VERSION + 1)
    reset(data)
    assert list(data.iterdir()) == []


def test_reset_of_an_empty_folder_does_nothing(data: Path) -> None:
    reset(data)


def test_reset_refuses_a_folder_without_stamp_and_keeps_everything(data: Path) -> None:
    (data / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RefusalError, match=r"does not bear the hub's stamp .* nothing was deleted"):
        reset(data)
    assert (data / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_reset_refuses_a_stamp_that_cannot_be_read(data: Path) -> None:
    (data / STAMP).write_text("rubbish", encoding="utf-8")
    (data / "letter.txt").touch()
    with pytest.raises(RefusalError, match="cannot be read"):
        reset(data)
    assert (data / "letter.txt").exists()


def test_reset_does_not_follow_links_out_of_the_folder(data: Path, tmp_path: Path) -> None:
    stamp(data)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "letter.txt").touch()
    (data / "media").symlink_to(outside)
    reset(data)
    assert (outside / "letter.txt").exists()
    assert not (data / "media").exists()


def test_a_second_start_with_the_same_folder_is_told_where_the_first_one_answers(data: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from launcher.data_folder import only_user_of\n"
        "with only_user_of(Path(sys.argv[1])) as note:\n"
        "    note('http://localhost:8123/'); print('ready', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(data)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == b"ready\n"
        with pytest.raises(RefusalError, match=r"Another start\.py runs with .* at http://localhost:8123/"):
            only_user_of(data).__enter__()
        first.stdin.close()
        first.wait(60)
    with only_user_of(data):
        pass


@pytest.mark.parametrize("command", [[], ["--check"], ["--reset"], ["bench"]])
def test_start_refuses_a_file_in_the_way_with_one_sentence(
    start: Start, tmp_path: Path, command: list[str]
) -> None:
    place = tmp_path / "data"
    place.write_text("mine", encoding="utf-8")
    done = start(*command, "--data", str(place))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("start.py: ")
    assert done.stderr.count("\n") == 1
    assert place.read_text(encoding="utf-8") == "mine"


def test_start_refuses_newer_data_with_one_sentence_and_changes_nothing(start: Start, data: Path) -> None:
    stamp(data, DATA_VERSION + 7)
    database = make_database(data).read_bytes()
    done = start("--data", str(data))
    assert done.returncode == 1
    assert "of a newer version of the hub" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (data / DATABASE).read_bytes() == database
    assert {path.name for path in data.iterdir()} == {STAMP, DATABASE}


def test_start_with_reset_refuses_a_foreign_folder(start: Start, data: Path) -> None:
    (data / "letter.txt").touch()
    done = start("--reset", "--data", str(data))
    assert done.returncode == 1
    assert "nothing was deleted" in done.stderr
    assert (data / "letter.txt").exists()
