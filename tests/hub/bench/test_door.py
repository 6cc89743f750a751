"""What the door costs can be measured. Nothing here depends on a clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connections
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from community.bench import fill_desk
from community.models import Application
from community.queries.applications import queue_of
from hub.bench import door, joining
from hub.bench.pages import BenchError
from hub.core import worker
from hub.demo.people import seed_people
from tests.factories.community import make_vetter
from tests.factories.people import make_member


@pytest.fixture
def people(db: None) -> None:
    """The people of the demonstration, and no limit reached."""
    cache.clear()
    seed_people()


@pytest.fixture
def letters(tmp_path: Path, settings: Settings) -> Iterator[joining.Letterbox]:
    """Where a working worker puts its letters; the hub takes addresses from a proxy."""
    cache.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    is_over = threading.Event()

    def work() -> None:
        worker.work_forever(is_over.is_set, pause=0.05)
        connections.close_all()

    working = threading.Thread(target=work)
    working.start()
    yield joining.Letterbox(tmp_path / "mail")
    is_over.set()
    working.join()


class TestLogIn:
    def test_people_get_in_with_argon2id_as_owasp_wants_it(self, people: None) -> None:
        found = door.measure_log_in(rounds=2)
        assert found.parameters == door.OWASP
        assert min(found.page, found.hashing, found.password, found.factor) > 0
        assert found.whole == found.password + found.factor

    def test_a_cheaper_hash_is_found_out(self, people: None, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = [f"{__name__}.CheapHasher"]
        with pytest.raises(BenchError, match="not with Argon2id"):
            door.measure_log_in(rounds=1)


class CheapHasher(PBKDF2PasswordHasher):
    """What the hub does not hash with."""

    iterations = 1


class TestDesk:
    def test_a_long_queue_costs_as_many_queries_as_a_short_one(self, people: None) -> None:
        few, many = door.measure_desk((1, 120), rounds=1)
        assert (few.waiting, many.waiting) == (1, 120)
        assert 3 < few.queries == many.queries
        assert 3 < few.queries_last == many.queries_last
        assert 3 < few.queries_case == many.queries_case
        assert min(many.page, many.first, many.last, many.case) > 0

    def test_the_desk_is_filled_beside_what_no_vetter_may_decide(self, db: None) -> None:
        vetter, other = make_vetter(), make_member()
        shown = fill_desk(60, vetter=vetter, other=other)
        assert shown == [str(one.uuid) for one in queue_of(vetter)]
        assert len(shown) == 60
        assert Application.objects.count() > 120
        assert fill_desk(60, vetter=vetter, other=other) == shown

    def test_no_real_desk_is_filled(self, db: None, settings: Settings) -> None:
        settings.DEMO = False
        with pytest.raises(PermissionDenied):
            fill_desk(1, vetter=make_vetter(), other=make_member())
        assert not Application.objects.exists()

    def test_without_a_vetter_nothing_is_measured(self, db: None, settings: Settings) -> None:
        settings.DEMO = False
        with pytest.raises(BenchError, match="no vetter"):
            door.measure_desk((1,), rounds=1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_applicants_join_over_http_and_one_address_is_stopped(
    letters: joining.Letterbox, live_server: LiveServer
) -> None:
    port = urlsplit(live_server.url).port
    assert port is not None
    found = joining.measure_joining(port, letters, applicants=2)
    assert found.applicants == 2
    assert min(found.pages, found.joins, found.ratio) > 0
    assert 0 < found.one_address < 30
    assert found.others_go_on
    assert Application.objects.filter(state="submitted").count() == 3 + found.one_address
