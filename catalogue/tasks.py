"""What the worker does for the catalogue."""

from __future__ import annotations

import logging
from datetime import timedelta

from catalogue.models.vocabulary import INDEX_TOPIC
from catalogue.search.indexing import deliver, repair
from hub.core import outbox, worker

logger = logging.getLogger(__name__)


def register_deliveries() -> None:
    """Connect the outbox and the worker's regular duties."""
    outbox.register(INDEX_TOPIC, deliver)
    worker.register_duty(worker.Duty("index like the database", timedelta(hours=24), verify_index))


def verify_index() -> None:
    """Compare index and database, write what differs (facts age overnight), and log what was found."""
    found = repair()
    logger.info(
        "index verified",
        extra={
            "documents": found.documents,
            "missing": len(found.missing),
            "surplus": len(found.surplus),
            "different": len(found.different),
            "damage": found.damage,
        },
    )
