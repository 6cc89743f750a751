"""The six languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.languages import LANGUAGE_CODES, LANGUAGES, direction_of, get_language, resolve_code


def test_they_stand_in_the_order_of_the_united_nations() -> None:
    assert LANGUAGE_CODES == ("ar", "zh-hans", "en", "fr", "ru", "es")
    assert [language.native_name for language in LANGUAGES] == [
        "عربي", "中文", "English", "Français", "Русский", "Español",
    ]  # fmt: skip


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [code for code in LANGUAGE_CODES if direction_of(code) == "rtl"] == ["ar"]


@pytest.mark.parametrize("code", [None, "", "xx", "zh", "AR"])
def test_a_language_that_the_hub_does_not_have_is_english(code: str | None) -> None:
    assert get_language(code).code == "en"
    assert direction_of(code) == "ltr"


@pytest.mark.parametrize("code", LANGUAGE_CODES)
def test_a_language_has_its_own_code(code: str) -> None:
    assert get_language(code).code == code
    assert resolve_code(code) == resolve_code(code.upper()) == resolve_code(code.replace("-", "_")) == code


def test_chinese_says_in_which_script() -> None:
    assert get_language("zh-hans").html_lang == "zh-Hans"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("zh", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("ZH_sg", "zh-hans"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("fr-CA", "fr"),
        ("es_419", "es"),
        ("ar-AE", "ar"),
        ("de", None),
        ("", None),
        ("-en", None),
        ("enx", None),
        ("english", None),
    ],
)
def test_other_ways_of_writing_a_code_are_understood(written: str, code: str | None) -> None:
    assert resolve_code(written) == code


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_code_of_the_hub_or_none(text: str) -> None:
    assert resolve_code(text) in (None, *LANGUAGE_CODES)
