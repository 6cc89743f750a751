"""Groups of the desk follow from roles at the moment somebody enters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hub.core.actions.groups import align_groups
from hub.core.audit import verify_chain
from hub.core.enums import Role
from hub.core.groups import groups_of
from hub.core.models import AuditEntry, User
from hub.seed.rights import seed_rights
from tests.factories.people import make_member, sign_in

pytestmark = pytest.mark.django_db


def names(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("roles", "languages", "groups"),
    [
        ((), (), set()),
        ((Role.TRAINER,), (), set()),
        ((Role.ADMINISTRATOR,), (), set()),
        ((Role.EDITOR,), (), {"Editors"}),
        ((Role.TRANSLATOR,), ("ar", "fr"), {"Translators", "Translators (ar)", "Translators (fr)"}),
        ((Role.TRANSLATOR,), ("en",), {"Translators"}),
        ((Role.EDITOR, Role.TRANSLATOR), ("ru",), {"Editors", "Translators", "Translators (ru)"}),
    ],
)
def test_groups_follow_from_roles(
    roles: tuple[Role, ...], languages: tuple[str, ...], groups: set[str]
) -> None:
    user = make_member(*roles, languages=languages)
    align_groups(user)
    assert (groups_of(user), names(user)) == (groups, groups)


def test_an_expired_role_gives_no_group() -> None:
    user = make_member(Role.EDITOR, Role.TRANSLATOR, languages=("fr",))
    user.role_grants.filter(role=Role.EDITOR).update(expires_at=timezone.now() - timedelta(seconds=1))
    align_groups(user)
    assert names(user) == {"Translators", "Translators (fr)"}


def test_without_membership_there_is_no_group() -> None:
    user = make_member(Role.EDITOR)
    user.membership_valid_until = timezone.now() - timedelta(seconds=1)
    user.save()
    align_groups(user)
    assert names(user) == set()


def test_nothing_is_written_where_nothing_changes() -> None:
    user = make_member(Role.EDITOR)
    align_groups(user)
    written = AuditEntry.objects.count()
    align_groups(user)
    assert AuditEntry.objects.count() == written
    assert verify_chain() is None


def test_who_keeps_one_role_loses_the_rights_of_the_other_at_the_next_request(client: Client) -> None:
    seed_rights()
    user = sign_in(client, make_member(Role.EDITOR, Role.TRANSLATOR, languages=("fr",)))
    tools = "/cms/snippets/catalogue/tool/"
    assert client.get(tools).status_code == 200
    user.role_grants.filter(role=Role.EDITOR).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(tools).status_code == 302
    assert client.get("/cms/").status_code == 200
