"""From seconds to the figures that are told."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter
from typing import Generic, TypeVar

Item = TypeVar("Item")


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that is not exceeded by this part (0.95, say) of the values."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def median_of_runs(runs: Sequence[Sequence[float]], part: float) -> float:
    """Return the median over the runs of each run's percentile."""
    return statistics.median(percentile(run, part) for run in runs)


class Taken(Generic[Item]):
    """Hands on what an iterable gives and counts the seconds that it takes to give it."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = items
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Item]:
        started = perf_counter()
        for item in self._items:
            self.seconds += perf_counter() - started
            yield item
            started = perf_counter()
        self.seconds += perf_counter() - started
