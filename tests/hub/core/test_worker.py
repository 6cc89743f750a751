"""The worker: delivers, runs tasks, does what is due, and outlives what fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django_tasks import task

from hub.core import outbox, worker
from hub.core.models import Counter
from hub.core.worker import Duty

pytestmark = pytest.mark.usefixtures("committed")

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


@task()
def bump(name: str) -> None:
    """Count how often this task has run."""
    with transaction.atomic():
        Counter.bump(name)


@task()
def fail() -> None:
    """Fail."""
    raise RuntimeError


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests register topics and duties of their own; those of the rooms stay out of it."""
    monkeypatch.setattr(outbox, "_deliveries", {})
    monkeypatch.setattr(worker, "_duties", [])


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def rounds(number: int, between: Callable[[], object] = lambda: None) -> Callable[[], bool]:
    """Return a `should_stop` that lets the worker do so many rounds, and what happens before each but the first."""
    done = 0

    def should_stop() -> bool:
        nonlocal done
        if done:
            between()
        done += 1
        return done > number

    return should_stop


def enqueue(*keys: str) -> None:
    with transaction.atomic():
        outbox.enqueue("topic", keys)


class TestOneRound:
    def test_it_delivers_and_says_how_much(self) -> None:
        seen: list[Sequence[str]] = []
        outbox.register("topic", seen.append)
        enqueue("1", "2")
        assert worker.work_once() == 2
        assert seen == [["1", "2"]]
        assert worker.work_once() == 0

    def test_it_runs_tasks_and_a_failing_one_stops_no_other(self) -> None:
        fail.enqueue()
        bump.enqueue("task")
        worker.work_once()
        assert Counter.read("task") == 1
        worker.work_once()
        assert Counter.read("task") == 1

    def test_the_command_works_until_nothing_waits(self) -> None:
        seen: list[str] = []
        outbox.register("topic", seen.extend)
        enqueue(*map(str, range(1_200)))
        call_command("work", "--once")
        assert len(seen) == 1_200
        assert outbox.pending() == 0


class TestHeartbeat:
    def test_there_is_none_before_the_first_worker(self) -> None:
        assert worker.last_heartbeat() is None

    def test_a_beat_is_read_again(self, clock: time_machine.Traveller) -> None:
        worker.beat()
        clock.shift(5)
        assert worker.last_heartbeat() == NOON
        worker.beat()
        assert worker.last_heartbeat() == NOON + timedelta(seconds=5)

    def test_a_working_worker_beats_every_ten_seconds(self, clock: time_machine.Traveller) -> None:
        beats = []

        def note() -> None:
            beats.append(worker.last_heartbeat())
            clock.shift(4)

        worker.work_forever(rounds(6, note), pause=0)
        assert beats == [NOON, NOON, NOON, *[NOON + timedelta(seconds=12)] * 3]

    def test_it_beats_while_duties_fail(self, clock: time_machine.Traveller) -> None:
        def perform() -> None:
            raise RuntimeError

        worker.register_duty(Duty("failing", timedelta(0), perform))
        worker.work_forever(rounds(3, lambda: clock.shift(30)), pause=0)
        assert worker.last_heartbeat() == NOON + timedelta(seconds=60)


class TestDuties:
    @staticmethod
    def duty(done: list[str], name: str = "duty", every: timedelta = DAY) -> Duty:
        return Duty(name, every, lambda: done.append(name))

    def test_a_duty_is_done_when_it_is_due(self, clock: time_machine.Traveller) -> None:
        done: list[str] = []
        worker.register_duty(self.duty(done))
        worker.work_forever(rounds(49, lambda: clock.shift(timedelta(hours=1))), pause=0)
        assert len(done) == 3

    def test_a_restart_neither_puts_a_duty_off_nor_repeats_it(self, clock: time_machine.Traveller) -> None:
        done: list[str] = []
        worker.register_duty(self.duty(done))
        for hours, expected in ((0, 1), (10, 1), (10, 1), (3, 1), (1, 2), (1, 2), (23, 3)):
            clock.shift(timedelta(hours=hours))
            worker.work_forever(rounds(2), pause=0)
            assert len(done) == expected

    def test_a_failing_duty_waits_for_its_next_time_and_stops_no_other(
        self, clock: time_machine.Traveller
    ) -> None:
        tried: list[str] = []

        def perform() -> None:
            tried.append("failing")
            raise RuntimeError

        done: list[str] = []
        worker.register_duty(Duty("failing", DAY, perform))
        worker.register_duty(self.duty(done))
        worker.work_forever(rounds(4, lambda: clock.shift(60)), pause=0)
        assert (tried, done) == (["failing"], ["duty"])
        clock.shift(DAY)
        worker.work_forever(rounds(2), pause=0)
        assert (tried, done) == (["failing"] * 2, ["duty"] * 2)

    def test_a_second_duty_of_a_name_replaces_the_first(self) -> None:
        first: list[str] = []
        second: list[str] = []
        worker.register_duty(self.duty(first))
        worker.register_duty(self.duty(second))
        worker.work_forever(rounds(1), pause=0)
        assert (first, second) == ([], ["duty"])

    def test_news_is_delivered_while_a_duty_fails(self) -> None:
        seen: list[str] = []
        outbox.register("topic", seen.extend)
        worker.register_duty(Duty("failing", timedelta(0), lambda: 1 / 0))
        worker.work_forever(rounds(2, lambda: enqueue("1")), pause=0)
        assert seen == ["1"]


def test_it_stops_when_it_is_told() -> None:
    worker.work_forever(lambda: True, pause=60)
    assert worker.last_heartbeat() is None
