"""Times of known and unknown addresses can be compared. Nothing here depends on a clock."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from community.models import Application
from hub.bench.likeness import measure_likeness, p_of_chance
from hub.bench.pages import BenchError


def test_the_test_gives_the_figures_of_the_textbook() -> None:
    """Against scipy.stats.mannwhitneyu(…, method="asymptotic"), the example of its documentation."""
    assert p_of_chance([19, 22, 16, 29, 24], [20, 11, 17, 12]) == pytest.approx(0.11134688653314041)


def test_equal_samples_are_chance_and_shifted_ones_are_not() -> None:
    sample = [float(number % 37) for number in range(200)]
    assert p_of_chance(sample, sample) > 0.99
    assert p_of_chance(sample, [one + 6 for one in sample]) < 0.01
    assert p_of_chance([1.0] * 20, [1.0] * 20) == 1.0
    assert p_of_chance(sample, sample[::-1]) == pytest.approx(p_of_chance(sample[::-1], sample))


def test_each_form_is_sent_for_as_many_known_as_unknown_addresses(db: None) -> None:
    cache.clear()
    found = measure_likeness(pairs=2)
    assert [one.pairs for one in found] == [2] * 5
    assert all(min(one.known, one.unknown) > 0 and 0 <= one.p <= 1 for one in found)
    assert Application.objects.filter(state="started").exclude(email="").count() == 3 * 2 * 5


def test_forms_that_a_limit_stops_are_not_compared(db: None, settings) -> None:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "0/m/ip"}
    with pytest.raises(BenchError, match="log-in"):
        measure_likeness(pairs=1)
