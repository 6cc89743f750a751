"""Whether the hub is alive, and what is wrong if it is not well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue import api as catalogue
from hub.core import outbox, worker


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers at all, with the state of each part."""
    return JsonResponse(_state())


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 only when pages can be served: database and search index are there."""
    state = _state()
    ready = state["database"] == "ok" and state["search"]["healthy"]
    return JsonResponse(state, status=200 if ready else 503)


def _state() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = "ok"
        waiting: dict[str, int] | None = outbox.waiting()
        heartbeat = worker.last_heartbeat()
    except Error as error:
        database, waiting, heartbeat = type(error).__name__, None, None
    return {
        "status": "alive",
        "database": database,
        "search": catalogue.search_health(),
        "worker_age_seconds": _age(heartbeat),
        "outbox_waiting": None if waiting is None else sum(waiting.values()),
        "outbox_waiting_for": waiting or {},
    }


def _age(moment: datetime | None) -> int | None:
    return None if moment is None else int((timezone.now() - moment).total_seconds())
