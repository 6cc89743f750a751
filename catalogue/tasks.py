"""What the worker does for the catalogue."""

from __future__ import annotations

from datetime import timedelta

from catalogue.models.vocabulary import INDEX_TOPIC
from catalogue.search.indexing import deliver, refresh_freshness
from hub.core import outbox, worker


def register_deliveries() -> None:
    """Connect the outbox and the worker's regular duties."""
    outbox.register(INDEX_TOPIC, deliver)
    worker.register_duty(worker.Duty("freshness of facts", timedelta(hours=24), refresh_freshness))
