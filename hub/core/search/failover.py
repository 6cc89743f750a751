"""Two indexes with the same content: one that is asked, and one that answers when the first does not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from hub.core.breaker import Breaker
from hub.core.search.ast import Node
from hub.core.search.protocol import EngineRequest, EngineResult, Reader
from hub.core.search.records import Hit, IndexUnavailable, QuestionRefused

logger = logging.getLogger(__name__)

SLOW = 0.6
"""Seconds after which an answer is as bad as none: a page asks several questions and has two seconds."""

T = TypeVar("T")


class Failover:
    """Reads from one index, and from another one of the same content whenever the first fails or dawdles.

    Words (`vocabulary`, `frequency`) are asked of the second, which is nearer, as long as it has an index: planning a
    question takes many of them.
    """

    def __init__(
        self, first: Reader, second: Reader, *, breaker: Breaker | None = None, slow: float = SLOW
    ) -> None:
        """Ask `first`; an answer that takes more than `slow` seconds is used, and counts as a failure."""
        self.name = first.name
        self.schema = first.schema
        self.breaker = breaker or Breaker()
        self._first = first
        self._second = second
        self._slow = slow

    def _ask(self, ask: Callable[[Reader], T]) -> T:
        if not self.breaker.may_ask():
            return ask(self._second)
        started = time.monotonic()
        try:
            answer = ask(self._first)
        except QuestionRefused as error:
            # The question is to blame: the next one will be answered.
            logger.warning("search question refused", extra={"engine": self.name, "reason": str(error)})
            self.breaker.succeeded()
            return ask(self._second)
        except IndexUnavailable as error:
            self._open(str(error))
            return ask(self._second)
        seconds = time.monotonic() - started
        if seconds > self._slow:
            self._open(f"It took {seconds:.1f} seconds to answer.")
        elif self.breaker.succeeded():
            logger.info("search engine answers again", extra={"engine": self.name})
        return answer

    def _open(self, reason: str) -> None:
        if self.breaker.failed(reason):
            logger.error(
                "search engine fails; the other index answers",
                extra={"engine": self.name, "stand_in": self._second.name, "reason": reason},
            )

    def search(self, request: EngineRequest) -> EngineResult:
        """Answer a planned question; the result names the engine that did."""

        def ask(reader: Reader) -> EngineResult:
            return replace(reader.search(request), engine=reader.name)

        return self._ask(ask)

    def count(self, query: Node, filters: Mapping[str, tuple[str, ...]]) -> int:
        """Return how many documents a query finds under these filters."""
        return self._ask(lambda reader: reader.count(query, filters))

    def suggest(self, prefix: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Return (title, key) of documents whose title has words that begin with the prefix's words."""
        return self._ask(lambda reader: reader.suggest(prefix, limit))

    def similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return the documents most like one, best first."""
        return self._ask(lambda reader: reader.similar(key, limit))

    def _near(self, ask: Callable[[Reader], T]) -> T:
        try:
            return ask(self._second)
        except IndexUnavailable:
            return ask(self._first)

    def vocabulary(self, language: str) -> Mapping[str, int]:
        """Return the words that documents hold and in how many documents each stands."""
        return self._near(lambda reader: reader.vocabulary(language))

    def frequency(self, language: str, word: str) -> int:
        """Return in how many documents a folded word stands."""
        return self._near(lambda reader: reader.frequency(language, word))

    def state_of_words(self) -> str:
        """Return a name of the state in which `vocabulary` answers."""
        return self._near(lambda reader: f"{reader.name}:{reader.state_of_words()}")
