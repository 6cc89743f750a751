"""Which page an address asks for."""

from __future__ import annotations

import pytest

from hub.core.paging import number_of_page


@pytest.mark.parametrize(("text", "number"), [("", 1), ("1", 1), ("007", 7), ("99999999999", 99_999_999_999)])
def test_a_number_is_a_page(text: str, number: int) -> None:
    assert number_of_page(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "+1", "1.0", "1e3", " 1", "٢", "²", "one", "1\x00", "9" * 5_000])
def test_what_is_no_page_is_none(text: str) -> None:
    assert number_of_page(text) is None
