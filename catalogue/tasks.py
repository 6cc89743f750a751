"""What the worker does for the catalogue."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from catalogue.models.vocabulary import INDEX_TOPIC
from catalogue.search.indexing import cluster, deliver, engines, repair
from hub.core import outbox, worker
from hub.core.search import SearchError

logger = logging.getLogger(__name__)


def register_deliveries() -> None:
    """Connect the outbox and the worker's regular duties."""
    outbox.register(INDEX_TOPIC, deliver, in_order=True)
    if settings.ELASTICSEARCH["addresses"]:
        outbox.register(INDEX_TOPIC, deliver_to_cluster, to="elasticsearch", in_order=True)
    worker.register_duty(worker.Duty("index like the database", timedelta(hours=24), verify_index))


def deliver_to_cluster(keys: Sequence[str]) -> None:
    """Bring tools in the cluster's index up to date."""
    deliver(keys, cluster())


def verify_index() -> None:
    """Compare each index with the database, write what differs (facts age overnight), and log what was found."""
    if forgotten := outbox.forget_former_receivers(INDEX_TOPIC):
        logger.info("news for a former search engine dropped", extra={"entries": forgotten})
    failed = None
    for engine in engines().values():
        try:
            found = repair(engine)
        except SearchError as error:
            logger.error("index not verified", extra={"engine": engine.name, "reason": str(error)})
            failed = error
            continue
        logger.info(
            "index verified",
            extra={
                "engine": engine.name,
                "documents": found.documents,
                "missing": len(found.missing),
                "surplus": len(found.surplus),
                "different": len(found.different),
                "damage": found.damage,
            },
        )
    if failed is not None:
        raise failed
