"""One prepare at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from hub.management.taking_turns import turn_on_the_database, turn_on_this_machine


def test_the_second_waits_until_the_first_is_done_and_says_so(tmp_path: Path) -> None:
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        def waiting() -> None:
            order.append("second waits")
            waits.set()

        with turn_on_this_machine(tmp_path, waiting):
            order.append("second works")

    with turn_on_this_machine(tmp_path, lambda: order.append("first waits")):
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(60)
        order.append("first is done")
    other.join(10)
    assert order == ["second waits", "first is done", "second works"]


def test_different_folders_do_not_wait_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    waits: list[str] = []
    with (
        turn_on_this_machine(tmp_path / "a", lambda: waits.append("a")),
        turn_on_this_machine(tmp_path / "b", lambda: waits.append("b")),
    ):
        pass
    assert waits == []


def test_a_failure_gives_the_turn_back(tmp_path: Path) -> None:
    waits: list[str] = []
    with pytest.raises(ZeroDivisionError), turn_on_this_machine(tmp_path, lambda: waits.append("a")):
        _ = 1 / 0
    with turn_on_this_machine(tmp_path, lambda: waits.append("b")):
        pass
    assert waits == []


@pytest.mark.django_db
def test_the_turn_on_the_database_ends_with_the_work() -> None:
    waits: list[str] = []
    for _ in range(2):
        with turn_on_the_database(lambda: waits.append("x")):
            pass
    assert waits == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Others work on the same server.
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone()[0] == 0
