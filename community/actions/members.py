"""Letting people in, giving them roles, and ending what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.actions.enrolment import invite
from community.enums import SuspensionReason
from community.models import Suspension
from community.rules import MEMBERSHIP_LASTS, RuleError, check_roles
from community.validators import address_as_kept
from hub.core import audit
from hub.core.access import has_role, holders_of, is_member, live_grants
from hub.core.actions.sessions import end_sessions
from hub.core.enums import MembershipState, Role
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.core.models import RoleGrant, User

_EDITORIAL_GROUPS = {Role.EDITOR: "Editors", Role.TRANSLATOR: "Translators"}
"""Groups of the editors' desk, whose rights Wagtail asks for."""


@dataclass(frozen=True, slots=True)
class Founder:
    """Somebody whom the command line lets in: `token` goes into the one-time link and is kept nowhere."""

    user: User
    token: str


def create_account(
    email: str,
    *,
    by: User | None,
    name: str = "",
    language: str = DEFAULT_LANGUAGE,
    is_demo: bool = False,
) -> User:
    """Make an account without any right and without a password; its address counts as checked.

    Raises ValidationError for a bad address, RuleError if the address has an account.
    """
    _require(by, Role.ADMINISTRATOR)
    address = address_as_kept(email)
    User._meta.get_field("email").clean(address, None)
    with transaction.atomic():
        if User.objects.with_address(address).exists():
            raise RuleError("This address has an account")
        user = User.objects.create_user(address, name=name, language=language, is_demo=is_demo)
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        audit.record("account.created", user, by=by)
    return user


def grant_membership(user: User, *, by: User | None, valid_until: datetime) -> None:
    """Make somebody a member until a moment.

    Raises RuleError for a moment in the past, for oneself, and for somebody who is suspended: one person cannot lift
    a suspension.
    """
    _require(by, Role.VETTER)
    _not_oneself(user, by)
    if valid_until <= timezone.now():
        raise RuleError("A membership ends in the future")
    with transaction.atomic():
        _lock(user)
        if user.membership_state == MembershipState.SUSPENDED:
            raise RuleError("This person is suspended")
        user.membership_state = MembershipState.MEMBER
        user.membership_valid_until = valid_until
        user.save(update_fields=["membership_state", "membership_valid_until"])
        audit.record("membership.granted", user, by=by, valid_until=valid_until.isoformat())
    _forget_roles(user)


def suspend_member(user: User, *, by: User | None, reason: SuspensionReason | str) -> bool:
    """End what somebody may do, at once, and every session of theirs; two administrators lift that.

    To suspend again changes nothing, and returns False. Raises RuleError for oneself, ValueError for a reason that is
    not on the list.
    """
    _require(by, Role.VETTER, Role.ADMINISTRATOR)
    _not_oneself(user, by)
    reason = SuspensionReason(reason)
    with transaction.atomic():
        _lock(user)
        is_new = user.membership_state != MembershipState.SUSPENDED
        if is_new:
            # A row that is open all the same was left by somebody who changed the state by hand.
            Suspension.objects.update_or_create(
                user=user,
                lifted_at=None,
                defaults={
                    "state_before": user.membership_state,
                    "reason": reason,
                    "suspended_by": by,
                    "suspended_at": timezone.now(),
                    "lift_proposed_by": None,
                    "lift_proposed_at": None,
                },
            )
            user.membership_state = MembershipState.SUSPENDED
            user.save(update_fields=["membership_state"])
            audit.record("membership.suspended", user, by=by, reason=str(reason))
        end_sessions(user, by=by)
    _forget_roles(user)
    return is_new


def check_grant(user: User, role: Role, *, by: User | None, languages: Collection[str] = ()) -> list[str]:
    """Return the languages of a role in their order. Raises RuleError if nobody may give it to this person now.

    Translators have it for named languages. Nobody has some roles together, nor decides about themselves.
    """
    _not_oneself(user, by)
    if not set(languages) <= set(LANGUAGE_CODES):
        raise RuleError("The hub does not have this language")
    if (role == Role.TRANSLATOR) != bool(languages):
        raise RuleError("A translator has languages, and nobody else has")
    held = {Role(role) for role in live_grants().filter(user=user).values_list("role", flat=True)}
    check_roles(held | {role})
    return sorted(set(languages), key=LANGUAGE_CODES.index)


def grant_role(
    user: User,
    role: Role | str,
    *,
    by: User | None,
    proposed_by: User | None = None,
    languages: Collection[str] = (),
    expires_at: datetime | None = None,
) -> None:
    """Give somebody a role, or change its languages and its end, and end their sessions: what they may do is new.

    Two administrators do that together; nobody stands for the command line. Raises RuleError as `check_grant` does.
    """
    _require_two(by, proposed_by)
    role = Role(role)
    with transaction.atomic():
        _lock(user)
        named = check_grant(user, role, by=by, languages=languages)
        RoleGrant.objects.update_or_create(
            user=user,
            role=role,
            defaults={
                "languages": named,
                "expires_at": expires_at,
                "granted_at": timezone.now(),
                "granted_by": by,
            },
        )
        if role in _EDITORIAL_GROUPS:
            user.groups.add(Group.objects.get_or_create(name=_EDITORIAL_GROUPS[role])[0])
        audit.record(
            "role.granted",
            user,
            by=by,
            role=str(role),
            languages=named,
            expires_at=expires_at.isoformat() if expires_at else None,
        )
        end_sessions(user, by=by)
    _forget_roles(user)


def withdraw_role(user: User, role: Role | str, *, by: User | None, proposed_by: User | None = None) -> None:
    """Take a role from somebody, and end their sessions. Without the role nothing happens.

    Two administrators do that together. Raises RuleError if nobody would be administrator afterwards.
    """
    _require_two(by, proposed_by)
    role = Role(role)
    with transaction.atomic():
        if role == Role.ADMINISTRATOR:
            _lock_administrators()
        _lock(user)
        if role == Role.ADMINISTRATOR and not _other_administrators(user):
            raise RuleError("The last administrator stays")
        gone, _ = RoleGrant.objects.filter(user=user, role=role).delete()
        if role in _EDITORIAL_GROUPS:
            user.groups.remove(*Group.objects.filter(name=_EDITORIAL_GROUPS[role]))
        if gone:
            audit.record("role.withdrawn", user, by=by, role=str(role))
            end_sessions(user, by=by)
    _forget_roles(user)


def create_founder(email: str, role: Role, *, by: None = None) -> Founder:
    """Make the first administrators and vetters of a site, with a membership of 12 months: on the command line only.

    They get a one-time link to set a password; an account without one gets a new link, so that one that was lost can be
    replaced. Raises RuleError if the account has a password already or is suspended, and for any other role: later ones
    are given by two administrators.
    """
    if role not in (Role.ADMINISTRATOR, Role.VETTER):
        raise RuleError("The command line gives these roles only: administrator, vetter")
    with transaction.atomic():
        user = User.objects.with_address(address_as_kept(email)).first()
        if user is None:
            user = create_account(email, by=by)
        elif user.has_usable_password():
            raise RuleError("This person has a password already; grant the role instead")
        if not is_member(user):
            grant_membership(user, by=by, valid_until=timezone.now() + MEMBERSHIP_LASTS)
        grant_role(user, role, by=by)
        token = invite(user, by=by)
    return Founder(user, token)


def create_administrator(email: str, *, by: None = None) -> Founder:
    """Make an administrator, as `create_founder` does."""
    return create_founder(email, Role.ADMINISTRATOR, by=by)


def _require(by: User | None, *roles: Role) -> None:
    """Nobody stands for the command line, whose user can change the database anyway."""
    if by is not None and not has_role(by, *roles):
        raise PermissionDenied


def _require_two(by: User | None, proposed_by: User | None) -> None:
    """Two different administrators, or the command line."""
    _require(by, Role.ADMINISTRATOR)
    if by is not None and (proposed_by is None or proposed_by.pk == by.pk):
        raise RuleError("Two administrators give and take a role")
    _require(proposed_by, Role.ADMINISTRATOR)


def _other_administrators(user: User) -> bool:
    return holders_of(Role.ADMINISTRATOR).exclude(pk=user.pk).exists()


def _not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise RuleError("Nobody decides about themselves")


def _lock_administrators() -> None:
    """Keep them as they are, in one order, so that two who lose the role at once wait for each other."""
    granted = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).values("user")
    list(User.objects.select_for_update().filter(pk__in=granted).order_by("pk").values_list("pk"))


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)
    user.refresh_from_db(fields=["membership_state", "membership_valid_until"])


def _forget_roles(user: User) -> None:
    user.__dict__.pop("_roles", None)
