"""The outbox: news stands with its change, is delivered, and is never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import OperationalError

from hub.core import outbox
from hub.core.models import Counter, OutboxEntry

TOPIC = "post:doves"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Receiver:
    """Keeps what it is given, or fails while it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.error: Exception | None = None

    def __call__(self, keys: Sequence[str]) -> None:
        if self.error is not None:
            raise self.error
        self.batches.append(list(keys))


@pytest.fixture(autouse=True)
def _own_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests register topics of their own; those of the rooms stay out of it."""
    monkeypatch.setattr(outbox, "_deliveries", {})


@pytest.fixture
def receiver() -> Receiver:
    made = Receiver()
    outbox.register(TOPIC, made)
    return made


def enqueue(*keys: object, topic: str = TOPIC) -> None:
    with transaction.atomic():
        outbox.enqueue(topic, keys)


class TestRegistering:
    def test_a_topic_has_one_receiver(self, receiver: Receiver) -> None:
        outbox.register(TOPIC, receiver)
        with pytest.raises(ValueError, match=TOPIC):
            outbox.register(TOPIC, Receiver())

    @pytest.mark.django_db
    def test_news_without_a_receiver_waits(self, receiver: Receiver) -> None:
        enqueue("1", topic="nobody")
        assert outbox.drain() == 0
        assert outbox.pending("nobody") == 1


class TestEnqueueing:
    def test_it_needs_the_transaction_of_the_change(self, committed: Path) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            outbox.enqueue(TOPIC, ["1"])
        assert outbox.pending() == 0

    def test_news_and_change_stand_or_fall_together(self, committed: Path) -> None:
        with suppress(RuntimeError), transaction.atomic():
            Counter.bump("change")
            outbox.enqueue(TOPIC, ["1"])
            raise RuntimeError
        assert (outbox.pending(), Counter.read("change")) == (0, 0)
        with transaction.atomic():
            Counter.bump("change")
            outbox.enqueue(TOPIC, ["1"])
        assert (outbox.pending(), Counter.read("change")) == (1, 1)

    @pytest.mark.django_db
    def test_any_key_is_kept_as_text(self) -> None:
        enqueue(7, "*", "a")
        assert list(OutboxEntry.objects.order_by("pk").values_list("key", flat=True)) == ["7", "*", "a"]

    @pytest.mark.django_db
    def test_what_waits_is_counted_by_topic(self) -> None:
        enqueue(1, 2)
        enqueue(3, topic="other")
        assert (outbox.pending(), outbox.pending(TOPIC), outbox.pending("none")) == (3, 2, 0)


@pytest.mark.django_db
class TestDelivering:
    def test_each_key_is_delivered_once_in_the_order_of_the_news(self, receiver: Receiver) -> None:
        enqueue(3, 1)
        enqueue(3, 2)
        assert outbox.drain() == 4
        assert receiver.batches == [["3", "1", "2"]]
        assert outbox.pending() == 0
        assert outbox.drain() == 0

    def test_a_batch_has_an_end_and_the_rest_follows(self, receiver: Receiver) -> None:
        enqueue(*range(5))
        assert [outbox.drain(batch=2) for _ in range(4)] == [2, 2, 1, 0]
        assert receiver.batches == [["0", "1"], ["2", "3"], ["4"]]

    def test_topics_do_not_mix(self, receiver: Receiver) -> None:
        other = Receiver()
        outbox.register("other", other)
        enqueue(1)
        enqueue(2, topic="other")
        assert outbox.drain() == 2
        assert (receiver.batches, other.batches) == ([["1"]], [["2"]])

    def test_news_that_arrives_during_a_delivery_is_delivered_next(self) -> None:
        seen = []

        def deliver(keys: Sequence[str]) -> None:
            seen.append(list(keys))
            if len(seen) == 1:
                enqueue("1")

        outbox.register(TOPIC, deliver)
        enqueue("1")
        assert outbox.drain() == 1
        assert outbox.pending() == 1
        assert outbox.drain() == 1
        assert seen == [["1"], ["1"]]


@pytest.mark.django_db
def test_what_waits_for_a_receiver_that_is_no_more_can_be_forgotten(receiver: Receiver) -> None:
    outbox.register(TOPIC, Receiver(), to="cluster")
    enqueue(1)
    enqueue(2, topic="other@cluster")
    assert outbox.forget_former_receivers(TOPIC) == 0
    outbox._deliveries.pop(f"{TOPIC}@cluster")
    assert outbox.forget_former_receivers(TOPIC) == 1
    assert outbox.waiting() == {TOPIC: 1, "other@cluster": 1}


@pytest.mark.django_db
class TestFailing:
    def test_a_failed_batch_stays_with_its_error(self, receiver: Receiver) -> None:
        receiver.error = ConnectionError("the index is away")
        enqueue(1, 2)
        assert outbox.drain() == 0
        assert (
            list(OutboxEntry.objects.values_list("attempts", "last_error"))
            == [(1, "ConnectionError: the index is away")] * 2
        )

    def test_it_is_tried_again_after_pauses_that_double_up_to_ten_minutes(self, receiver: Receiver) -> None:
        receiver.error = ConnectionError("away")
        pauses = []
        with time_machine.travel(NOON, tick=False) as clock:
            enqueue(1)
            now = NOON
            for _ in range(12):
                outbox.drain()
                available_at = OutboxEntry.objects.get().available_at
                pauses.append((available_at - now).total_seconds())
                clock.move_to(available_at - timedelta(milliseconds=1))
                attempts = OutboxEntry.objects.get().attempts
                outbox.drain()
                assert OutboxEntry.objects.get().attempts == attempts
                now = available_at
                clock.move_to(now)
            receiver.error = None
            assert outbox.drain() == 1
        assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
        assert receiver.batches == [["1"]]

    def test_new_news_does_not_wait_for_the_failed(self, receiver: Receiver) -> None:
        receiver.error = ConnectionError("away")
        enqueue(1)
        outbox.drain()
        receiver.error = None
        enqueue(2)
        assert outbox.drain() == 1
        assert receiver.batches == [["2"]]
        assert outbox.pending() == 1

    def test_other_topics_go_on(self, receiver: Receiver) -> None:
        other = Receiver()
        outbox.register("other", other)
        receiver.error = ValueError("?")
        enqueue(1)
        enqueue(2, topic="other")
        assert outbox.drain() == 1
        assert other.batches == [["2"]]

    def test_an_error_of_the_database_inside_a_delivery_is_one_like_any_other(self) -> None:
        def deliver(keys: Sequence[str]) -> None:
            Counter.objects.create(name="half", number=1)
            Counter.objects.create(name="half", number=1)

        outbox.register(TOPIC, deliver)
        enqueue(1)
        assert outbox.drain() == 0
        assert OutboxEntry.objects.get().last_error.startswith(IntegrityError.__name__)
        assert not Counter.objects.filter(name="half").exists()

    def test_a_long_error_is_cut(self, receiver: Receiver) -> None:
        receiver.error = ValueError("x" * 5_000)
        enqueue(1)
        outbox.drain()
        assert len(OutboxEntry.objects.get().last_error) == 200


def in_another_process(work: Callable[[], int]) -> int:
    """Do something on a connection of its own, as another process would, and return what it returns."""
    shared = connections["default"]

    def run() -> int:
        connections["default"] = shared.copy()
        try:
            return work()
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(30)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one worker")
class TestTwoWorkers:
    """On PostgreSQL several workers share what waits: rows that one has taken are skipped by the other."""

    def test_each_news_is_delivered_by_one_of_them(self, committed: Path) -> None:
        batches: list[list[str]] = []
        by_the_other: list[int] = []

        def deliver(keys: Sequence[str]) -> None:
            batches.append(list(keys))
            if len(batches) == 1:  # in the middle of the first one's delivery, the second one comes
                by_the_other.append(in_another_process(lambda: outbox.drain(batch=2)))

        outbox.register(TOPIC, deliver)
        enqueue(1, 2, 3, 4, 5)
        assert outbox.drain(batch=2) == 2
        assert by_the_other == [2]
        assert batches == [["1", "2"], ["3", "4"]]
        assert list(OutboxEntry.objects.values_list("key", flat=True)) == ["5"]

    def test_where_order_counts_the_second_one_waits_its_turn(self, committed: Path) -> None:
        batches: list[list[str]] = []
        by_the_other: list[int] = []

        def deliver(keys: Sequence[str]) -> None:
            batches.append(list(keys))
            by_the_other.append(in_another_process(lambda: outbox.drain(batch=2)))

        outbox.register(TOPIC, deliver, in_order=True)
        enqueue(1, 2, 3)
        assert outbox.drain(batch=2) == 2
        assert by_the_other == [0]
        assert outbox.drain(batch=2) == 1
        assert batches == [["1", "2"], ["3"]]

    def test_what_a_worker_that_dies_had_taken_is_there_for_the_other(self, committed: Path) -> None:
        def die(keys: Sequence[str]) -> None:
            raise SystemExit

        outbox.register(TOPIC, die)
        enqueue(1, 2)
        with pytest.raises(SystemExit):
            outbox.drain()
        delivered: list[list[str]] = []
        outbox._deliveries[TOPIC] = lambda keys: delivered.append(list(keys))
        assert in_another_process(outbox.drain) == 2
        assert delivered == [["1", "2"]]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
class TestOnSqlite:
    """SQLite has one writer: whoever holds its lock keeps everybody waiting."""

    @staticmethod
    def write(path: Path) -> None:
        with closing(sqlite3.connect(path, timeout=0)) as other:
            other.execute("INSERT INTO core_counter (name, number, note) VALUES ('other', 1, '')")
            other.commit()

    def test_others_can_write_while_something_is_delivered(self, committed: Path) -> None:
        enqueue(1)
        outbox.register(TOPIC, lambda keys: self.write(committed))
        assert outbox.drain() == 1
        assert Counter.read("other") == 1

    def test_others_could_not_write_if_a_transaction_were_held(self, committed: Path) -> None:
        with (
            transaction.atomic(),
            pytest.raises((sqlite3.OperationalError, OperationalError), match="locked"),
        ):
            self.write(committed)

    def test_a_failure_is_noted_there_too(self, committed: Path, receiver: Receiver) -> None:
        receiver.error = ConnectionError("away")
        enqueue(1)
        assert outbox.drain() == 0
        assert not connection.in_atomic_block
        assert OutboxEntry.objects.get().attempts == 1
