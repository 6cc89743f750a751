"""The people of the demonstration. They are invented, and have no password."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community import api as community
from hub.core.access import is_member
from hub.core.enums import MembershipState, Role
from hub.core.models import User


@dataclass(frozen=True, slots=True)
class Part:
    """A role of the demonstration: who plays it, and what it may do."""

    code: str
    title: str | Promise
    may: str | Promise
    name: str
    language: str
    role: Role | None = None
    languages: tuple[str, ...] = ()
    country: str = ""
    """For which a national focal point speaks."""

    @property
    def email(self) -> str:
        """An address that can never receive mail."""
        return f"{self.code}@demonstration.invalid"


PARTS: tuple[Part, ...] = (
    Part(
        "investigator",
        _("Investigator"),
        _("Finds tools for a case, compares them, and reports a wrong fact."),
        "Amina Haddad",
        "ar",
    ),
    Part(
        "trainer",
        _("Trainer"),
        _("Writes courses and runs trainings, and reads everything that members read."),
        "Daniel Okoro",
        "en",
        Role.TRAINER,
    ),
    Part(
        "editor",
        _("Editor"),
        _("Writes, publishes and withdraws tools, vocabulary and pages, and answers reports of wrong facts."),
        "Lucía Ferrer",
        "es",
        Role.EDITOR,
    ),
    Part(
        "translator",
        _("Translator"),
        _("Translates texts into the languages named for them, and marks machine drafts as reviewed."),
        "陈雨",
        "zh-hans",
        Role.TRANSLATOR,
        ("ar", "zh-hans", "fr", "ru", "es"),
    ),
    Part(
        "vetter",
        _("Vetter"),
        _("Decides with a second person who is let in, and touches no content."),
        "Claire Morel",
        "fr",
        Role.VETTER,
    ),
    Part(
        "second-vetter",
        _("Second vetter"),
        _("Decides about the same applications without seeing what the first one thought."),
        "Tomás Rivas",
        "es",
        Role.VETTER,
    ),
    Part(
        "focal-point",
        _("National focal point"),
        _("Says whether an applicant is an officer of the country, and may object."),
        "Njeri Kamau",
        "en",
        country="KE",
    ),
    Part(
        "administrator",
        _("Administrator"),
        _(
            "Proposes and confirms roles, mail domains and focal points, suspends, publishes terms and reads the audit."
        ),
        "Олег Сафин",
        "ru",
        Role.ADMINISTRATOR,
    ),
    Part(
        "second-administrator",
        _("Second administrator"),
        _("Confirms what the first one has proposed: nobody gives a role alone."),
        "Fatima El Idrissi",
        "fr",
        Role.ADMINISTRATOR,
    ),
)


def seed_people() -> list[User]:
    """Make the people, or renew what has lapsed. A second run changes nothing; who was suspended stays so."""
    return [_seed(part) for part in PARTS]


def person_of(part: Part) -> User:
    """Return who plays a part, as a valid member, unless administrators have suspended them."""
    return _seed(part)


def _seed(part: Part) -> User:
    user = User.objects.filter(email=part.email, is_demo=True).first()
    if user is None:
        user = community.create_account(
            part.email, by=None, name=part.name, language=part.language, is_demo=True
        )
    if user.membership_state == MembershipState.SUSPENDED:
        return user
    if not is_member(user):
        community.grant_membership(user, by=None, valid_until=timezone.now() + community.MEMBERSHIP_LASTS)
    if part.role is not None and not user.role_grants.filter(role=part.role).exists():
        community.grant_role(user, part.role, by=None, languages=part.languages)
    if part.country:
        community.name_focal_point_for_demonstration(user, part.country)
    community.accept_terms_for_demonstration(user)
    return user
