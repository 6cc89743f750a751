"""People are found by their address."""

from __future__ import annotations

import pytest
from django.db import connection

from hub.core.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "written", ["g.wanjiru@police.example", "G.Wanjiru@Police.Example", "ÉLISE@POLICE.EXAMPLE"]
)
def test_an_address_is_the_same_whatever_its_case(written: str) -> None:
    made = User.objects.create_user(written)
    User.objects.create_user("g.wanjiru@police.example.org")
    assert list(User.objects.with_address(written.swapcase() if written.isascii() else written)) == [made]
    assert User.objects.get_by_natural_key(written) == made


@pytest.mark.parametrize("other", ["", "%", "g%", "_.wanjiru@police.example", "wanjiru@police.example", "\\"])
def test_nothing_else_is_that_address(other: str) -> None:
    User.objects.create_user("g.wanjiru@police.example")
    assert not User.objects.with_address(other).exists()


def test_an_address_is_found_by_the_index_that_keeps_it_unique() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A table of a few rows is read as a whole unless that is forbidden.
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "core_user_email_unique_whatever_case" in User.objects.with_address("a@police.example").explain()
