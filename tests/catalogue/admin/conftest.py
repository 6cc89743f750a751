"""People at the editors' desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hub.core.enums import Role
from hub.core.models import User
from hub.seed.rights import seed_rights
from tests.factories.people import make_member, sign_in


@pytest.fixture
def editor(db: None) -> User:
    """An editor with the rights that the seed gives."""
    seed_rights()
    return make_member(Role.EDITOR)


@pytest.fixture
def translator(db: None) -> User:
    """Somebody who translates into French."""
    seed_rights()
    return make_member(Role.TRANSLATOR, languages=("fr",))


@pytest.fixture
def desk_of() -> Callable[[User], Client]:
    """Return a browser in which somebody has signed in."""

    def enter(user: User) -> Client:
        client = Client()
        sign_in(client, user)
        return client

    return enter


@pytest.fixture
def desk(editor: User, desk_of: Callable[[User], Client]) -> Client:
    """The editor's browser."""
    return desk_of(editor)
