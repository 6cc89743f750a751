"""Numbers that only grow, and the lock that comes with them."""

from __future__ import annotations

import uuid

from django.db import models, transaction
from django.db.models import F


class Counter(models.Model):
    """A named number. Bumping it locks its row until the transaction ends."""

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)
    note = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"

    @classmethod
    def bump(cls, name: str) -> Counter:
        """Add one to the counter, lock it and return it. Must run inside a transaction."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("Counter.bump needs a transaction")
        cls.objects.get_or_create(name=name)
        cls.objects.filter(name=name).update(number=F("number") + 1)
        return cls.objects.select_for_update().get(name=name)

    @classmethod
    def renew(cls, name: str) -> None:
        """Give the counter a stamp that it never had. Caches compare stamps; must run inside a transaction."""
        cls.bump(name)
        cls.objects.filter(name=name).update(note=uuid.uuid4().hex)

    @classmethod
    def stamp(cls, name: str) -> str:
        """Return the stamp now; empty for a counter that nobody has renewed."""
        return cls.objects.filter(name=name).values_list("note", flat=True).first() or ""

    @classmethod
    def read(cls, name: str) -> int:
        """Return the number now; 0 for a counter that nobody has bumped."""
        return cls.objects.filter(name=name).values_list("number", flat=True).first() or 0
