"""What a fact has to look like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.enums import CODES, Vocabulary
from catalogue.rules import first_day
from catalogue.search.facets import FACETS_BY_NAME
from catalogue.search.values import is_value_of
from catalogue.validators import (
    CodesValidator,
    unknown_codes,
    validate_language_tags,
    validate_licence,
    validate_reduced_date,
    validate_source_url,
)


def accepts(check: Callable[[object], None], value: object) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


class TestCodes:
    check = CodesValidator("data_type")

    @pytest.mark.parametrize("value", [[], ["image"], ["image", "video"], list(CODES[Vocabulary.DATA_TYPE])])
    def test_distinct_codes_of_the_vocabulary_pass(self, value: list[str]) -> None:
        assert accepts(self.check, value)

    @pytest.mark.parametrize(
        "value",
        [
            ["image", "image"],
            ["Image"],
            ["image", "smell"],
            [""],
            "image",
            None,
            {"image": 1},
            [["image"]],
            [1],
        ],
    )
    def test_anything_else_is_refused(self, value: object) -> None:
        assert not accepts(self.check, value)

    def test_the_refusal_names_the_unknown_codes(self) -> None:
        with pytest.raises(ValidationError, match="smell, taste"):
            self.check(["image", "smell", "taste"])

    def test_two_validators_of_one_vocabulary_are_one(self) -> None:
        assert CodesValidator("data_type") == CodesValidator("data_type")
        assert hash(CodesValidator("data_type")) == hash(CodesValidator("data_type"))
        assert CodesValidator("data_type") != CodesValidator("skill")

    def test_unknown_codes_keep_their_order(self) -> None:
        assert unknown_codes(["z", "image", "a"], Vocabulary.DATA_TYPE) == ["z", "a"]


class TestDates:
    @pytest.mark.parametrize("value", ["2024", "2024-02", "2024-02-29", "0001", "9999-12-31"])
    def test_a_date_may_be_reduced(self, value: str) -> None:
        validate_reduced_date(value)
        assert isinstance(first_day(value), date)

    @pytest.mark.parametrize(
        "value",
        ["", "24", "2024-13", "2024-02-30", "2024-2", "2024-02-29T00:00", "2024\n", "٢٠٢٤-١٣", "0000", "x"],
    )
    def test_what_is_no_date_is_refused(self, value: str) -> None:
        assert not accepts(validate_reduced_date, value)  # type: ignore[arg-type]

    @settings(deadline=None)
    @given(st.text(alphabet="0123456789-٤４", max_size=11))
    def test_whatever_is_accepted_has_a_first_day(self, value: str) -> None:
        if accepts(validate_reduced_date, value):  # type: ignore[arg-type]
            first_day(value)


class TestAddresses:
    @pytest.mark.parametrize(
        "value",
        [
            "https://example.org",
            "http://example.org/a?b=c#d",
            "https://пример.рф/страница",
            "https://example.org:8443/x",
            "https://9.9.9.9/",
        ],
    )
    def test_a_public_page_passes(self, value: str) -> None:
        validate_source_url(value)

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "example.org",
            "ftp://example.org",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://user:secret@example.org/",
            "https://user@example.org/",
            "https://localhost/",
            "https://intranet/",
            "http://127.0.0.1/",
            "http://10.1.2.3/",
            "http://192.168.0.1/",
            "http://[::1]/",
            "https://example.org/ x",
            "https://example.org/\x00",
            "https://example.org/\u202egnp.exe",
            "https://example.org/\ud800",
            "https://example.org/\n",
            "https:///example.org",
        ],
    )
    def test_anything_else_is_refused(self, value: str) -> None:
        assert not accepts(validate_source_url, value)  # type: ignore[arg-type]

    @settings(deadline=None)
    @given(st.text(max_size=80) | st.text(max_size=40).map("https://example.org/{}".format))
    def test_no_text_makes_the_check_fail_otherwise(self, value: str) -> None:
        if accepts(validate_source_url, value):  # type: ignore[arg-type]
            assert value.lower().startswith(("http://", "https://"))


class TestLicences:
    @pytest.mark.parametrize(
        "value",
        [
            "MIT",
            "proprietary",
            "MIT OR Apache-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "LicenseRef-Anything-1.0",
            "(MIT AND LicenseRef-X) OR 0BSD",
        ],
    )
    def test_an_spdx_expression_passes(self, value: str) -> None:
        validate_licence(value)

    @pytest.mark.parametrize(
        "value", ["My licence", "()", "( OR -", "MIT AND", "(MIT", "a/b", "proprietary AND MIT", "\x00"]
    )
    def test_anything_else_is_refused(self, value: str) -> None:
        assert not accepts(validate_licence, value)  # type: ignore[arg-type]

    @settings(deadline=None)
    @given(st.text(max_size=60))
    def test_no_text_makes_the_check_fail_otherwise(self, value: str) -> None:
        accepts(validate_licence, value)  # type: ignore[arg-type]


class TestLanguages:
    @pytest.mark.parametrize("value", [[], ["en"], ["en", "zh-hans", "pt-BR", "sr-Latn-RS"]])
    def test_known_languages_pass(self, value: list[str]) -> None:
        validate_language_tags(value)

    @pytest.mark.parametrize(
        "value", [["en", "en"], ["xx"], ["english"], ["EN"], [""], ["root"], "en", None, ["en-"]]
    )
    def test_anything_else_is_refused(self, value: object) -> None:
        assert not accepts(validate_language_tags, value)

    @settings(deadline=None)
    @given(st.from_regex(r"[a-z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}", fullmatch=True))
    def test_a_language_that_may_be_stored_may_be_chosen(self, tag: str) -> None:
        if accepts(validate_language_tags, [tag]):
            assert is_value_of(FACETS_BY_NAME["language"], tag)
