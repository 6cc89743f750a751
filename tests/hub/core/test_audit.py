"""The audit: who did what, in order, and provably complete."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from hub.core import audit
from hub.core.audit import AUDIT_COUNTER, acting_as, record, verify_chain
from hub.core.models import AuditEntry, Counter, User


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("nour@police.example", name="Nour Example")


@pytest.fixture
def subject() -> Counter:
    return Counter.objects.create(name="subject")


@pytest.fixture
def lines(subject: Counter, officer: User) -> list[AuditEntry]:
    """Five lines."""
    return [record("thing.done", subject, by=officer, step=number) for number in range(5)]


@pytest.mark.django_db
class TestRecording:
    def test_lines_are_numbered_without_gaps(self, lines: list[AuditEntry]) -> None:
        first = lines[0].number
        assert [entry.number for entry in lines] == list(range(first, first + 5))
        assert len({entry.entry_hash for entry in lines}) == 5

    def test_a_line_says_what_happened_and_nothing_about_the_person_but_a_number(
        self, subject: Counter, officer: User
    ) -> None:
        entry = AuditEntry.objects.get(pk=record("thing.done", subject, by=officer, count=3).pk)
        assert (entry.action, entry.subject_type, entry.subject_id) == (
            "thing.done",
            "core.counter",
            "subject",
        )
        assert (entry.actor, entry.actor_label, entry.details) == (officer, str(officer.uuid), {"count": 3})
        assert "nour" not in str(list(AuditEntry.objects.filter(pk=entry.pk).values())).lower()

    def test_who_acts_is_named_once_for_a_block(self, subject: Counter, officer: User) -> None:
        other = User.objects.create_user("other@police.example")
        with acting_as(officer):
            assert record("a", subject).actor == officer
            assert record("b", subject, by=other).actor == other
            with acting_as(other):
                assert record("c", subject).actor == other
            assert record("d", subject).actor == officer
        assert record("e", subject).actor is None
        assert record("e", subject).actor_label == "system"

    def test_the_block_ends_with_an_error_too(self, subject: Counter, officer: User) -> None:
        with pytest.raises(RuntimeError), acting_as(officer):
            raise RuntimeError
        assert record("a", subject).actor is None

    def test_a_line_outlives_its_person(self, lines: list[AuditEntry], officer: User) -> None:
        label = str(officer.uuid)
        officer.delete()
        assert set(AuditEntry.objects.values_list("actor_label", flat=True)) == {label}
        assert verify_chain() is None

    def test_a_change_that_failed_leaves_no_line_and_no_gap(self, subject: Counter) -> None:
        first = record("kept", subject)
        with suppress(RuntimeError), transaction.atomic():
            record("lost", subject)
            raise RuntimeError
        assert record("kept", subject).number == first.number + 1
        assert verify_chain() is None


@pytest.mark.django_db
class TestTheChain:
    def test_nothing_is_a_whole_chain(self) -> None:
        assert verify_chain() is None

    def test_what_was_recorded_is_whole(self, lines: list[AuditEntry]) -> None:
        assert verify_chain() is None

    @pytest.mark.parametrize(
        "change",
        [
            {"action": "thing.undone"},
            {"actor_label": "system"},
            {"subject_id": "other"},
            {"subject_type": "core.user"},
            {"details": {"step": 7}},
            {"details": {}},
            {"at": F("at") + timedelta(microseconds=1)},
            {"entry_hash": "0" * 64},
        ],
        ids=lambda change: next(iter(change)),
    )
    @pytest.mark.parametrize("place", [0, 2, 4])
    def test_a_changed_line_is_found(
        self, lines: list[AuditEntry], change: dict[str, Any], place: int
    ) -> None:
        AuditEntry.objects.filter(pk=lines[place].pk).update(**change)
        assert verify_chain() == lines[place].number

    @pytest.mark.parametrize("place", [0, 2, 4])
    def test_a_removed_line_is_found(self, lines: list[AuditEntry], place: int) -> None:
        AuditEntry.objects.filter(pk=lines[place].pk).delete()
        assert verify_chain() == lines[place].number

    def test_two_lines_that_changed_places_are_found(self, lines: list[AuditEntry]) -> None:
        second, third = lines[1], lines[2]
        details = second.details
        AuditEntry.objects.filter(pk=second.pk).update(details=third.details)
        AuditEntry.objects.filter(pk=third.pk).update(details=details)
        assert verify_chain() == second.number

    def test_a_line_that_was_added_is_found(self, lines: list[AuditEntry]) -> None:
        last = lines[-1]
        forged = AuditEntry(
            number=last.number + 1,
            at=last.at,
            actor_label="system",
            action="forged",
            subject_type=last.subject_type,
            subject_id=last.subject_id,
        )
        forged.entry_hash = audit._hash(forged, last.entry_hash)
        forged.save(force_insert=True)
        assert verify_chain() == forged.number

    def test_the_last_line_rewritten_with_its_hash_is_found(self, lines: list[AuditEntry]) -> None:
        last = AuditEntry.objects.get(pk=lines[-1].pk)
        last.action = "something.else"
        last.entry_hash = audit._hash(last, lines[-2].entry_hash)
        last.save()
        assert verify_chain() == last.number

    def test_a_lost_table_is_found(self, lines: list[AuditEntry]) -> None:
        AuditEntry.objects.all().delete()
        assert verify_chain() == 1

    def test_a_lost_counter_is_found(self, lines: list[AuditEntry]) -> None:
        Counter.objects.filter(name=AUDIT_COUNTER).delete()
        assert verify_chain() == lines[-1].number + 1


def test_it_needs_the_transaction_of_the_change(committed: Path) -> None:
    subject = Counter.objects.create(name="subject")
    with pytest.raises(transaction.TransactionManagementError):
        record("thing.done", subject)
    assert not AuditEntry.objects.exists()
