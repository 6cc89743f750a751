"""Letters: composed when they are sent, each on its own, and lost by no failure of the relay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import gettext
from pytest_django.fixtures import Settings

from hub.core import letters, outbox
from hub.core.letters import Letter, Occasion
from hub.core.models import OutboxEntry
from tests.factories.smtp import FAULTS, SmtpServer

KIND = "test-greeting"


@pytest.fixture(autouse=True)
def _own_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests register letters of their own; those of the rooms stay out of it."""
    monkeypatch.setattr(outbox, "_deliveries", {})
    monkeypatch.setattr(outbox, "_singly", set())
    monkeypatch.setattr(letters, "_kinds", {})
    letters.register(KIND, greeting)


def greeting(key: str) -> Occasion | None:
    if key == "gone":
        return None
    return Occasion(
        "fr",
        lambda: Letter(
            f"{key}@police.example", f"Bonjour\r\nBcc: x@evil.example {gettext('Yes')}", ["Texte."]
        ),
    )


def post(*keys: str) -> None:
    with transaction.atomic():
        for key in keys:
            letters.post(KIND, key)


@pytest.fixture
def relay(settings: Settings) -> Iterator[SmtpServer]:
    """A mail relay that the hub talks to."""
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 0.5
        yield server


@pytest.mark.django_db
def test_a_letter_is_written_in_the_language_of_its_reader() -> None:
    post("amina")
    assert outbox.drain() == 1
    [sent] = mail.outbox
    assert sent.to == ["amina@police.example"]
    assert sent.subject.endswith("Oui")
    assert sent.body.startswith("Texte.\n\n")
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db
def test_nothing_that_is_put_into_a_subject_becomes_a_header() -> None:
    post("amina")
    outbox.drain()
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["amina@police.example"]


@pytest.mark.django_db
def test_where_there_is_nothing_to_write_about_any_more_nothing_is_sent() -> None:
    post("gone", "amina")
    assert outbox.drain() == 2
    assert [sent.to for sent in mail.outbox] == [["amina@police.example"]]


@pytest.mark.django_db
def test_no_address_waits_in_the_database() -> None:
    post("amina")
    entry = OutboxEntry.objects.get()
    assert "@police.example" not in f"{entry.topic} {entry.key} {entry.last_error}"


def test_a_kind_has_one_writer() -> None:
    letters.register(KIND, greeting)
    with pytest.raises(ValueError, match=KIND):
        letters.register(KIND, lambda key: None)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_no_letter_is_lost_or_doubled_while_the_relay_fails(relay: SmtpServer, fault: str) -> None:
    post("amina", "daniel", "olga")
    relay.fault = fault
    assert outbox.drain() == 0
    assert not relay.received
    assert OutboxEntry.objects.count() == 3
    assert "@police.example" not in " ".join(OutboxEntry.objects.values_list("last_error", flat=True))
    relay.fault = ""
    while OutboxEntry.objects.exists():
        OutboxEntry.objects.update(available_at="2026-01-01T00:00:00Z")
        assert outbox.drain()
    assert sorted(relay.received) == ["amina@police.example", "daniel@police.example", "olga@police.example"]


@pytest.mark.django_db
def test_one_that_is_refused_keeps_no_other_back(relay: SmtpServer) -> None:
    post("refused", "amina")
    outbox.drain()
    outbox.drain()
    assert relay.received == ["amina@police.example"]
    assert OutboxEntry.objects.get().key == "refused"
