"""Percentiles, and the time that is not counted."""

from __future__ import annotations

import time
from collections.abc import Iterator

from catalogue.bench.timing import Taken, median_of_runs, percentile


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert percentile(values, 0.5) == 3.0
    assert percentile(values, 0.95) == 5.0
    assert percentile([float(number) for number in range(1, 101)], 0.95) == 95.0
    assert percentile([7.0], 0.01) == 7.0


def test_one_disturbed_run_does_not_change_the_median_of_runs() -> None:
    assert median_of_runs([[1.0, 2.0], [1.0, 3.0], [90.0, 90.0]], 1.0) == 3.0


def test_only_the_time_that_items_take_to_come_is_taken() -> None:
    def slow() -> Iterator[int]:
        for number in range(3):
            time.sleep(0.01)
            yield number

    items = Taken(slow())
    for _ in items:
        time.sleep(0.05)
    assert list(Taken([1, 2])) == [1, 2]
    # Sleeping takes at least as long as it is asked to.
    assert items.seconds >= 0.03
