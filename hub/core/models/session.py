"""Web sessions at rest: the key hashed, the content encrypted."""

from __future__ import annotations

from django.db import models


class Session(models.Model):
    """One web session. Who reads this table can neither take a session over nor see what is in it."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    payload = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)
    user_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key_hash[:8]
