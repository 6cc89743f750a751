"""Web sessions at rest: who reads the table learns nothing and takes nothing over."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.utils import timezone

from hub.core.crypto import encrypt
from hub.core.models import Session, User
from hub.core.sessions import SessionStore, hash_of_key, sessions_of

pytestmark = pytest.mark.django_db

SECRET = "totp-seed-JBSWY3DPEHPK3PXP"


def stored(**content: object) -> SessionStore:
    session = SessionStore()
    session.update(content)
    session.save()
    return session


def reopened(session: SessionStore) -> SessionStore:
    return SessionStore(session.session_key)


class TestAtRest:
    def test_the_content_comes_back(self) -> None:
        assert dict(reopened(stored(seed=SECRET, list=[1, "é"])).items()) == {
            "seed": SECRET,
            "list": [1, "é"],
        }

    def test_neither_key_nor_content_can_be_read(self) -> None:
        session = stored(seed=SECRET)
        row = Session.objects.get()
        assert row.key_hash == hash_of_key(session.session_key or "")
        kept = f"{row.key_hash} {bytes(row.payload)!r} {row.user_id}"
        assert SECRET not in kept
        assert str(session.session_key) not in kept

    def test_the_stored_name_of_a_session_opens_nothing(self) -> None:
        stored(seed=SECRET)
        assert SessionStore(Session.objects.get().key_hash).load() == {}

    def test_a_session_names_whose_it_is(self) -> None:
        user = User.objects.create_user("nour@police.example")
        session = stored(_auth_user_id=str(user.pk), seed=SECRET)
        stored()
        [found] = sessions_of(user)
        assert found.key_hash == hash_of_key(session.session_key or "")
        assert found.content["seed"] == SECRET
        assert list(sessions_of(User.objects.create_user("other@police.example"))) == []


class TestLoading:
    @pytest.mark.parametrize("key", [None, "", "x", "a" * 32, "\x00" * 32, "é" * 40])
    def test_an_unknown_key_is_an_empty_session_without_a_key(self, key: str | None) -> None:
        session = SessionStore(key)
        assert session.is_empty() or not session.keys()
        assert session.load() == {}
        assert session.session_key is None

    def test_an_expired_session_is_empty(self) -> None:
        with time_machine.travel(datetime(2026, 11, 25, tzinfo=UTC), tick=False) as clock:
            session = stored(seed=SECRET)
            clock.shift(timedelta(seconds=session.get_expiry_age() - 1))
            assert reopened(session)["seed"] == SECRET
            clock.shift(timedelta(seconds=1))
            assert reopened(session).load() == {}

    @pytest.mark.parametrize(
        "payload",
        [b"", b"nonsense", encrypt(b"{}", purpose="another"), encrypt(b"no json", purpose="session")],
        ids=["empty", "no token", "for another purpose", "no JSON inside"],
    )
    def test_a_damaged_session_is_empty(self, payload: bytes) -> None:
        session = stored(_auth_user_id="1", seed=SECRET)
        Session.objects.update(payload=payload)
        found = reopened(session)
        assert found.load() == {}
        assert found.session_key is None

    def test_a_payload_moved_to_another_row_is_that_rows_content_and_needs_its_key(self) -> None:
        mine, other = stored(owner="me"), stored(owner="other")
        rows = {row.key_hash: row for row in Session.objects.all()}
        assert json.loads("{}") == {}
        assert len(rows) == 2
        assert reopened(mine)["owner"] == "me"
        assert reopened(other)["owner"] == "other"


class TestWriting:
    def test_keys_are_new_each_time(self) -> None:
        assert len({stored().session_key for _ in range(20)}) == 20

    def test_a_taken_key_is_refused(self) -> None:
        session = reopened(stored(owner="me"))
        with pytest.raises(CreateError):
            session.save(must_create=True)

    def test_a_session_that_was_ended_does_not_come_back(self) -> None:
        session = stored(owner="me")
        late = reopened(session)
        late["visited"] = True
        session.delete()
        with pytest.raises(UpdateError):
            late.save()
        assert not Session.objects.exists()

    def test_a_changed_session_is_stored_under_its_key(self) -> None:
        session = stored(count=1)
        session["count"] = 2
        session.save()
        assert Session.objects.count() == 1
        assert reopened(session)["count"] == 2

    def test_a_new_key_keeps_the_content_and_closes_the_old_door(self) -> None:
        session = stored(owner="me")
        old = session.session_key
        session.cycle_key()
        session.save()
        assert session.session_key != old
        assert reopened(session)["owner"] == "me"
        assert SessionStore(old).load() == {}

    def test_flushing_leaves_nothing(self) -> None:
        session = stored(owner="me")
        session.flush()
        assert not Session.objects.exists()
        assert session.session_key is None


class TestEnding:
    def test_a_session_can_be_ended_by_its_key(self) -> None:
        first, second = stored(), stored()
        assert first.session_key is not None
        SessionStore().delete(first.session_key)
        assert not SessionStore().exists(first.session_key)
        assert SessionStore().exists(second.session_key or "")
        SessionStore().delete()
        assert Session.objects.count() == 1

    def test_what_has_expired_is_cleared_and_nothing_else(self) -> None:
        old, new = stored(), stored()
        Session.objects.filter(key_hash=hash_of_key(old.session_key or "")).update(
            expires_at=timezone.now() - timedelta(seconds=1)
        )
        SessionStore.clear_expired()
        assert list(Session.objects.values_list("key_hash", flat=True)) == [
            hash_of_key(new.session_key or "")
        ]

    def test_expired_and_damaged_sessions_are_in_no_list(self) -> None:
        user = User.objects.create_user("nour@police.example")
        old, bad, good = (stored(_auth_user_id=str(user.pk)) for _ in range(3))
        Session.objects.filter(key_hash=hash_of_key(old.session_key or "")).update(expires_at=timezone.now())
        Session.objects.filter(key_hash=hash_of_key(bad.session_key or "")).update(payload=b"?")
        assert [found.key_hash for found in sessions_of(user)] == [hash_of_key(good.session_key or "")]


class TestIdle:
    """Item 21: half an hour without a request ends the session of somebody who is signed in, and of nobody else."""

    @staticmethod
    def signed_in() -> SessionStore:
        user = User.objects.create_user("nour@police.example")
        return stored(_auth_user_id=str(user.pk), kept="something")

    def test_it_ends_after_half_an_hour_and_is_gone(self) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            session = self.signed_in()
            clock.shift(timedelta(minutes=29, seconds=59))
            assert reopened(session)["kept"] == "something"
            clock.shift(timedelta(seconds=1))
            found = reopened(session)
            assert dict(found.items()) == {}
            assert found.ended_for == User.objects.get().pk
            assert not Session.objects.exists()

    def test_each_step_lets_it_go_on(self) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            session = self.signed_in()
            for _ in range(5):
                clock.shift(timedelta(minutes=20))
                again = reopened(session)
                assert again["kept"] == "something"
                again.note_step()

    def test_steps_are_written_once_a_minute(self, django_assert_num_queries) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            session = reopened(self.signed_in())
            assert session["kept"]
            for seconds, queries in ((0, 0), (59, 0), (1, 1), (59, 0), (1, 1)):
                clock.shift(timedelta(seconds=seconds))
                with django_assert_num_queries(queries):
                    session.note_step()

    def test_a_step_does_not_bring_back_what_was_ended(self) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            session = reopened(self.signed_in())
            assert session["kept"]
            Session.objects.all().delete()
            clock.shift(timedelta(minutes=5))
            session.note_step()
            assert not Session.objects.exists()

    def test_what_somebody_writes_who_is_not_signed_in_waits_longer(self) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            session = stored(application="something")
            clock.shift(timedelta(hours=11))
            found = reopened(session)
            assert found["application"] == "something"
            found.note_step()
            clock.shift(timedelta(hours=1))
            assert reopened(session).load() == {}
            assert reopened(session).ended_for is None
