"""Rooms that are not open: members are told what they will be, and nobody else gets in."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.views.rooms import rooms
from tests.factories.people import sign_in_member
from tests.hub.seed.reading import words_of


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["learning", "community"])
def test_a_closed_room_says_that_it_opens_later_and_what_is_open_today(client: Client, code: str) -> None:
    sign_in_member(client)
    room = next(room for room in rooms() if room.code == code)
    answer = client.get(f"/en/{code}/")
    assert answer.status_code == 200
    for words in (room.name, room.promise, "opens in a later version", *room.contents):
        assert words in words_of(answer)
    assert 'href="/en/catalogue/"' in answer.content.decode()
    assert f'<a href="/en/{code}/" aria-current="page">' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["learning", "community"])
def test_a_visitor_is_asked_to_sign_in_first(client: Client, code: str) -> None:
    answer = client.get(f"/en/{code}/")
    assert answer.status_code == 302
    assert "log" in answer.headers["Location"] or "sign" in answer.headers["Location"]


def test_the_three_rooms_stand_in_the_order_of_the_masthead() -> None:
    assert [room.code for room in rooms()] == ["catalogue", "learning", "community"]
    assert [room.is_open for room in rooms()] == [True, False, False]
    assert all(room.contents for room in rooms() if not room.is_open)
