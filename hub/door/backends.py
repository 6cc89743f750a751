"""Who a session belongs to, read together with what the door asks of them."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from community import api as community
from hub.core.models import User


class PersonBackend(AuthenticationBackend):
    """allauth's log-in; a person is read with the terms that they have accepted and the country that they speak for."""

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        """Ask once, whether or not somebody has the address: allauth asks twice where nobody has, and time would tell."""
        return self._check_password(User.objects.filter(email=email).first(), password)

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session, unless the account is closed."""
        user = community.people_at_the_door().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
