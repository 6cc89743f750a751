"""People. There is no user name: an officer is known by an e-mail address and, in addresses, by a UUID."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from hub.core.enums import MembershipState, Role, Theme
from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES


class UserManager(BaseUserManager["User"]):
    """Creates people; looks e-mail addresses up without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create somebody without any right. Without a password none can be used."""
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Refuse: rights are given as roles, by `manage.py create_administrator` or on the page of roles."""
        raise NotImplementedError("The hub has no superusers; use manage.py create_administrator")

    def with_address(self, address: str) -> QuerySet[User]:
        """Find whose address this is, whatever its case, by the index that keeps addresses unique."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(address)))

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this address, whatever its case."""
        return self.with_address(username or "").get()


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. Membership state and validity are written by community's actions alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(
        max_length=10, choices=[(code, code) for code in LANGUAGE_CODES], default=DEFAULT_LANGUAGE
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    membership_state = models.CharField(
        max_length=12, choices=MembershipState, default=MembershipState.NONE, db_index=True
    )
    membership_valid_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="core_user_email_unique_whatever_case"),
            models.CheckConstraint(
                condition=models.Q(membership_state__in=MembershipState.values),
                name="core_user_membership_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(membership_state=MembershipState.MEMBER)
                | models.Q(membership_valid_until__isnull=False),
                name="core_user_members_have_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """Return the name, or the part of the address before the @ for somebody who has given none."""
        return self.name or self.email.split("@", 1)[0]

    def get_short_name(self) -> str:
        """Return the same as `get_full_name`: the hub does not guess which part of a name is the first."""
        return self.get_full_name()


class RoleGrant(models.Model):
    """A role that somebody has, until it expires. Translators have it for named languages."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=16, choices=Role)
    languages = models.JSONField(default=list, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="core_rolegrant_once_per_user"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="core_rolegrant_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
