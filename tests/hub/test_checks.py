"""Rules of the roof that are verified at every start."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.urls.resolvers import LocalePrefixPattern
from pytest_django.fixtures import Settings

from hub import urls
from hub.core.languages import LANGUAGE_CODES


def ids() -> set[str]:
    return {str(message.id) for message in run_checks() if str(message.id).startswith("hub.E")}


def test_the_shipped_settings_pass() -> None:
    assert ids() == set()


@pytest.mark.parametrize("name", ["LANGUAGES", "WAGTAIL_CONTENT_LANGUAGES"])
def test_a_language_more_or_less_is_noticed(settings: Settings, name: str) -> None:
    setattr(settings, name, getattr(settings, name)[1:])
    assert ids() == {"hub.E001"}


def test_another_order_is_noticed(settings: Settings) -> None:
    settings.MODELTRANSLATION_LANGUAGES = tuple(sorted(LANGUAGE_CODES))
    assert ids() == {"hub.E001"}


def test_another_default_language_is_noticed(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "fr"
    assert ids() == {"hub.E002"}


def test_a_room_whose_address_a_page_could_take_is_noticed() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    rooms = next(one for one in urls.urlpatterns if isinstance(one.pattern, LocalePrefixPattern))
    rooms.url_patterns.insert(0, path("vault/", view))
    try:
        assert ids() == {"hub.E003"}
    finally:
        rooms.url_patterns.pop(0)
