"""Session engine: like Django's in the database, but a dump of the table is worth nothing.

Django's own rows show the session key, and in clear everything that allauth keeps in a session.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import DatabaseError, IntegrityError, router, transaction
from django.utils import timezone

from hub.core.crypto import InvalidToken, decrypt, encrypt, keyed_hash
from hub.core.models import Session, User

_PURPOSE = "session"
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A live session of somebody: `key_hash` names it without giving its key away."""

    key_hash: str
    content: dict[str, Any]


def sessions_of(user: User) -> Iterator[StoredSession]:
    """Yield the sessions in which somebody is signed in now."""
    for row in Session.objects.filter(user_id=user.pk, expires_at__gt=timezone.now()):
        try:
            yield StoredSession(row.key_hash, json.loads(decrypt(bytes(row.payload), purpose=_PURPOSE)))
        except (InvalidToken, ValueError):
            continue


def hash_of_key(session_key: str) -> str:
    """Return the name under which a session is stored."""
    return keyed_hash(session_key, purpose=_PURPOSE)


class SessionStore(SessionBase):
    """Keeps sessions in `core.Session`.

    The session of somebody who is signed in ends when nothing was asked for `settings.SESSION_IDLE_AGE` seconds.
    """

    ended_for: int | None = None
    """Whose session it was, where it is found to have ended of itself."""
    was_ended: bool = False
    """Whether it was ended here: by a log-out, or by a log-in that goes on with another one."""
    _expires_at: datetime | None = None

    def _hash(self, session_key: str) -> str:
        return hash_of_key(session_key)

    def load(self) -> dict[str, Any]:
        """Return the session's content; an expired, unknown or damaged one is an empty new session."""
        row = None
        if self.session_key:
            row = Session.objects.filter(key_hash=self._hash(self.session_key)).first()
        if row is not None and row.expires_at <= timezone.now():
            self.ended_for = row.user_id
            row.delete()
            row = None
        if row is None:
            self._session_key = None
            return {}
        try:
            content: dict[str, Any] = json.loads(decrypt(bytes(row.payload), purpose=_PURPOSE))
        except (InvalidToken, ValueError):
            self._session_key = None
            return {}
        self._expires_at = row.expires_at
        return content

    def note_step(self) -> None:
        """Let the session of somebody who is signed in go on from now. Written once a minute at most."""
        ends = timezone.now() + timedelta(seconds=settings.SESSION_IDLE_AGE)
        if self._expires_at is not None and ends - self._expires_at >= _NOTED_EVERY:
            # Not saved as a whole: what another request writes meanwhile stays.
            Session.objects.filter(key_hash=self._hash(self.session_key or "")).update(expires_at=ends)
            self._expires_at = ends

    def exists(self, session_key: str) -> bool:
        """Tell whether a session with this key is stored."""
        return Session.objects.filter(key_hash=self._hash(session_key)).exists()

    def create(self) -> None:
        """Store an empty session under a key that nobody has."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Store the session. Raises UpdateError when it was ended meanwhile, CreateError when the key is taken."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        user_id = data.get("_auth_user_id")
        lasts = settings.SESSION_IDLE_AGE if user_id else self.get_expiry_age()
        row = Session(
            key_hash=self._hash(self.session_key or ""),
            payload=encrypt(json.dumps(data).encode(), purpose=_PURPOSE),
            expires_at=timezone.now() + timedelta(seconds=lasts),
            user_id=int(user_id) if user_id else None,
        )
        using = router.db_for_write(Session)
        try:
            with transaction.atomic(using=using):
                row.save(force_insert=must_create, force_update=not must_create, using=using)
        except IntegrityError as error:
            if must_create:
                raise CreateError from error
            raise
        except DatabaseError as error:
            if not must_create:
                raise UpdateError from error
            raise
        return None

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key, or this one."""
        key = session_key or self.session_key
        self.was_ended = self.was_ended or key == self.session_key
        if key:
            Session.objects.filter(key_hash=self._hash(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete what has expired."""
        Session.objects.filter(expires_at__lt=timezone.now()).delete()
