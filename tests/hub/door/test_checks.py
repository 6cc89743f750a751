"""What is refused at start."""

from __future__ import annotations

import pytest

from hub.door.checks import demonstration_stays_on_this_machine, doors_are_closed


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def test_the_settings_of_the_tests_and_of_the_demonstration_pass() -> None:
    assert demonstration_stays_on_this_machine(None) == []
    assert doors_are_closed(None) == []


@pytest.mark.parametrize("hosts", [["*"], ["localhost", "hub.example.org"], [".localhost"]])
def test_the_demonstration_has_no_other_host(settings, hosts: list[str]) -> None:
    settings.ALLOWED_HOSTS = hosts
    assert ids(demonstration_stays_on_this_machine(None)) == ["hub.door.E001"]


def test_the_demonstration_does_not_exist_without_its_settings(settings) -> None:
    settings.DEMO = False
    assert ids(demonstration_stays_on_this_machine(None)) == ["hub.door.E002", "hub.door.E003"]


@pytest.mark.parametrize(
    "name", ["ACCOUNT_LOGIN_BY_CODE_ENABLED", "MFA_TRUST_ENABLED", "WAGTAIL_PASSWORD_RESET_ENABLED"]
)
@pytest.mark.parametrize("value", [True, None])
def test_what_must_be_off_is_off(settings, name: str, value: bool | None) -> None:
    setattr(settings, name, value)
    assert ids(doors_are_closed(None)) == ["hub.door.E011"]


def test_a_code_works_once(settings) -> None:
    settings.MFA_TOTP_TOLERANCE = 1
    assert ids(doors_are_closed(None)) == ["hub.door.E012"]


def test_the_gate_stands_where_it_sees_who_comes(settings) -> None:
    gate = "hub.door.gate.GateMiddleware"
    without = [name for name in settings.MIDDLEWARE if name != gate]
    for order in (without, [gate, *without]):
        settings.MIDDLEWARE = order
        assert ids(doors_are_closed(None)) == ["hub.door.E015"]


def test_limits_are_shared_by_all_processes(settings) -> None:
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    assert ids(doors_are_closed(None)) == ["hub.door.E016"]


def test_no_app_with_a_log_in_of_its_own_is_installed(settings) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "allauth.usersessions"]
    assert ids(doors_are_closed(None)) == ["hub.door.E010"]
