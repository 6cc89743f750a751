"""Encryption of what must not be readable in a database dump, with keys derived from the secret key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

__all__ = ["InvalidToken", "decrypt", "encrypt", "keyed_hash"]


@lru_cache(maxsize=16)
def _fernet(secret: str, purpose: str) -> Fernet:
    key = hashlib.sha256(f"hub.core.crypto:{purpose}:{secret}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def encrypt(value: bytes, *, purpose: str) -> bytes:
    """Encrypt and sign `value`; only `decrypt` with the same purpose opens it."""
    return _fernet(settings.SECRET_KEY, purpose).encrypt(value)


def decrypt(token: bytes, *, purpose: str) -> bytes:
    """Return what was encrypted. Raises InvalidToken for anything forged, damaged or of another purpose."""
    return _fernet(settings.SECRET_KEY, purpose).decrypt(token)


def keyed_hash(value: str, *, purpose: str) -> str:
    """Return a hash that nobody without the secret key can compute (64 hexadecimal digits)."""
    key = f"hub.core.crypto:{purpose}:{settings.SECRET_KEY}".encode()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
