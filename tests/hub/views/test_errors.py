"""Error pages: the right language, help, nothing leaked (security items 48, 62)."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError
from django.template import TemplateDoesNotExist
from django.test import Client, RequestFactory

from hub.core.languages import LANGUAGES
from hub.views import errors
from tests.factories.people import sign_in_member

pytestmark = pytest.mark.django_db

PAGES = {
    400: errors.bad_request,
    403: errors.permission_denied,
    404: errors.page_not_found,
    405: errors.method_not_allowed,
    429: errors.too_many_requests,
}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
@pytest.mark.parametrize("status", PAGES)
def test_an_error_speaks_the_language_of_the_address(status: int, language) -> None:
    request = RequestFactory().get(f"/{language.code}/secret-slug/?q=secret-query")
    response = PAGES[status](request)
    page = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{language.html_lang}" dir="{language.direction}"' in page
    assert page.count("<h1>") == 1
    assert f'href="/{language.code}/"' in page
    assert "secret" not in page


def test_without_a_language_in_the_address_the_browser_decides() -> None:
    request = RequestFactory().get("/none", headers={"Accept-Language": "ru"})
    assert '<html lang="ru"' in errors.bad_request(request).content.decode()


def test_an_error_has_no_place_in_search_engines_and_no_other_languages() -> None:
    page = errors.page_not_found(RequestFactory().get("/en/none/")).content.decode()
    assert '<meta name="robots" content="noindex' in page
    assert 'rel="alternate"' not in page


class Broken:
    """A view that fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *args: object, **kwargs: object) -> None:
        raise self.error


@pytest.fixture
def failing(client: Client, monkeypatch) -> Client:
    """A client of a member that gets the answer instead of the exception."""
    sign_in_member(client)
    client.raise_request_exception = False
    return client


def test_an_error_of_ours_shows_its_number_and_nothing_else(failing: Client, monkeypatch) -> None:
    """Item 62."""
    monkeypatch.setattr("hub.views.rooms.render", Broken(RuntimeError("secret detail")))
    response = failing.get("/fr/learning/")
    page = response.content.decode()
    assert response.status_code == 500
    assert '<html lang="fr"' in page
    assert response["X-Request-ID"] in page
    assert "secret" not in page
    assert "Traceback" not in page


def test_all_languages_stand_where_none_is_known(failing: Client, monkeypatch) -> None:
    monkeypatch.setattr("hub.door.gate.door_of", Broken(RuntimeError("secret detail")))
    page = failing.get("/").content.decode()
    assert re.findall(r'<section[^>]* lang="([\w-]+)"', page) == [
        language.html_lang for language in LANGUAGES
    ]


@pytest.mark.parametrize(
    "error", [OperationalError("secret"), ConnectionError("secret"), TimeoutError("secret")]
)
def test_what_does_not_answer_is_said_to_be_busy(failing: Client, monkeypatch, error: Exception) -> None:
    """A database or a cache that is away closes the door; it never opens it."""
    monkeypatch.setattr("hub.views.rooms.render", Broken(error))
    response = failing.get("/en/learning/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "The hub is busy" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_when_nobody_can_say_who_comes_the_door_stays_closed(failing: Client, monkeypatch) -> None:
    """Item 62: fail closed."""
    monkeypatch.setattr("hub.door.gate.standing_of", Broken(OperationalError("away")))
    assert failing.get("/en/catalogue/").status_code == 503


def test_a_broken_error_page_is_replaced_by_the_last_resort(client: Client, monkeypatch) -> None:
    monkeypatch.setattr("hub.views.errors.render", Broken(TemplateDoesNotExist("404.html")))
    response = client.get("/es/none/")
    assert response.status_code == 404
    assert '<html lang="es"' in response.content.decode()


def test_a_broken_last_resort_is_replaced_by_a_line(monkeypatch) -> None:
    monkeypatch.setattr("hub.views.errors.render_to_string", Broken(TemplateDoesNotExist("500.html")))
    response = errors.server_error(RequestFactory().get("/en/"))
    assert response.status_code == 500
    assert response.content.startswith(b"<!DOCTYPE html>")
