"""One writer at a time, for processes on several machines: a document that only one of them can make."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError, TransportError

from hub.core.search.records import SearchError, WriterBusy

LEASE = 120.0
"""Seconds after which the lock of a writer that died may be taken; the machines' clocks differ by less."""
_RENEWED_AFTER = LEASE / 4
_PAUSE = 0.05
_ID = "writer"


class WriterLock:
    """A lock to be entered with `with`. Also keeps the threads of one process apart.

    Raises WriterBusy when somebody else holds it for longer than `timeout` seconds, SearchError when Elasticsearch
    cannot say.
    """

    def __init__(self, client: Elasticsearch, index: str, timeout: float) -> None:
        """Use the document of an index that is made when it is first needed."""
        self._client = client
        self._index = index
        self._timeout = timeout
        self._threads = threading.Lock()
        self._owner = ""
        self._held: dict[str, int] = {}
        self._renewed = 0.0

    def __enter__(self) -> None:
        deadline = time.monotonic() + self._timeout
        if not self._threads.acquire(timeout=self._timeout):
            raise self._busy()
        try:
            self._owner = secrets.token_hex(8)
            while not self._take():
                if time.monotonic() >= deadline:
                    raise self._busy()
                time.sleep(_PAUSE)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            # If it cannot be given back, it ends by itself.
            with suppress(ApiError, TransportError):
                self._client.delete(index=self._index, id=_ID, **self._as_seen(self._held))
        finally:
            self._threads.release()

    def renew(self) -> None:
        """Keep the lock while a long writing goes on. Raises SearchError if somebody else has taken it."""
        if time.monotonic() - self._renewed < _RENEWED_AFTER:
            return
        if not self._put(self._as_seen(self._held)):
            raise SearchError("Another process has taken the place of this writer, which was too slow.")

    def _take(self) -> bool:
        if self._put({"op_type": "create"}):
            return True
        try:
            found = self._client.get(index=self._index, id=_ID)
        except NotFoundError:
            return False
        except (ApiError, TransportError) as error:
            raise self._failed(error) from error
        if float(found["_source"]["until"]) > time.time():
            return False
        return self._put(self._as_seen({"number": found["_seq_no"], "term": found["_primary_term"]}))

    def _put(self, condition: dict[str, Any]) -> bool:
        """Write the lock if the condition holds, and say whether it did."""
        document = {"owner": self._owner, "until": time.time() + LEASE}
        try:
            done = self._client.index(index=self._index, id=_ID, document=document, **condition)
        except ConflictError:
            return False
        except (ApiError, TransportError) as error:
            raise self._failed(error) from error
        self._held = {"number": int(done["_seq_no"]), "term": int(done["_primary_term"])}
        self._renewed = time.monotonic()
        return True

    def _as_seen(self, held: dict[str, int]) -> dict[str, Any]:
        return {"if_seq_no": held["number"], "if_primary_term": held["term"]}

    def _busy(self) -> WriterBusy:
        return WriterBusy(f"Another process has been writing for more than {self._timeout:g} seconds.")

    def _failed(self, error: Exception) -> SearchError:
        return SearchError(f"Elasticsearch does not say who writes: {type(error).__name__}")
