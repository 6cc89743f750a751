"""Values of facets: which there are, and what they are called in six languages."""

from __future__ import annotations

import pytest
from babel import Locale
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.enums import CODES, Vocabulary
from catalogue.queries.taxonomy import Taxonomy, Words
from catalogue.search.facets import FACETS, FACETS_BY_NAME, Facet
from catalogue.search.values import all_values, is_value_of, label_of, language_name
from hub.core.countries import country_name
from hub.core.languages import LANGUAGE_CODES

FACE = Words(
    "face-recognition",
    {"en": "Face recognition", "ar": "التعرف على الوجوه", "zh-hans": ""},
    {},
    {},
    {},
)
TAXONOMY = Taxonomy({"capability": {"face-recognition": FACE}}, "stamp")


def label(facet: str, value: str, language: str) -> str:
    with override(language):
        return label_of(FACETS_BY_NAME[facet], value, TAXONOMY)


class TestLabels:
    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("en", "Face recognition"),
            ("ar", "التعرف على الوجوه"),
            ("zh-hans", "Face recognition"),
            ("fr", "Face recognition"),
        ],
    )
    def test_a_capability_is_called_by_the_taxonomy_and_in_english_where_a_word_is_missing(
        self, language: str, expected: str
    ) -> None:
        assert label("capability", "face-recognition", language) == expected

    def test_a_code_without_words_stands_for_itself(self) -> None:
        assert label("capability", "no-such-thing", "ar") == "no-such-thing"
        assert label("cost", "free", "fr") == "free"

    @pytest.mark.parametrize(
        ("language", "country", "spoken"),
        [
            ("en", "United Arab Emirates", "Simplified Chinese"),
            ("ar", "الإمارات العربية المتحدة", "الصينية المبسطة"),
            ("zh-hans", "阿拉伯联合酋长国", "简体中文"),
            ("fr", "Émirats arabes unis", "chinois simplifié"),
            ("ru", "ОАЭ", "китайский, упрощенное письмо"),
            ("es", "Emiratos Árabes Unidos", "chino simplificado"),
        ],
    )
    def test_countries_and_languages_have_names_in_six_languages(
        self, language: str, country: str, spoken: str
    ) -> None:
        assert label("country", "AE", language) == country
        assert label("language", "zh-hans", language) == spoken

    def test_a_variety_of_a_language_has_its_own_name_or_that_of_the_language(self) -> None:
        with override("en"):
            assert language_name("pt-BR") == "Brazilian Portuguese"
            assert language_name("sr-Latn-RS") == "Serbian"

    def test_a_code_that_cldr_does_not_name_stands_for_itself(self) -> None:
        with override("fr"):
            assert country_name("QQ") == "QQ"
            assert language_name("qqq") == "qqq"

    @pytest.mark.parametrize(
        "facet", [facet for facet in FACETS if facet.has_unknown], ids=lambda facet: facet.name
    )
    def test_not_known_is_a_value_with_a_name(self, facet: Facet) -> None:
        assert is_value_of(facet, "not-known")
        assert label(facet.name, "not-known", "en") == "not known"


class TestWhichValuesThereAre:
    @pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
    @settings(deadline=None)
    @given(value=st.text(max_size=70))
    def test_no_text_makes_the_question_fail(self, facet: Facet, value: str) -> None:
        if is_value_of(facet, value):
            assert value.isascii()
            assert value.strip() == value

    @pytest.mark.parametrize("value", ["nl", "ZZZ", "XQ", "1A", "", "NL\n"])
    def test_no_other_country(self, value: str) -> None:
        assert not is_value_of(FACETS_BY_NAME["country"], value)

    @pytest.mark.parametrize("value", ["EN", "english", "qqq", "en_GB", "", "en\n", "en-"])
    def test_no_other_language(self, value: str) -> None:
        assert not is_value_of(FACETS_BY_NAME["language"], value)

    @pytest.mark.parametrize("value", ["Face", "face recognition", "face_recognition", "a" * 61, "", "é"])
    def test_a_capability_is_named_by_its_code(self, value: str) -> None:
        assert not is_value_of(FACETS_BY_NAME["capability"], value)

    def test_every_country_of_cldr(self) -> None:
        codes = [code for code in Locale.parse("en").territories if len(code) == 2 and code.isalpha()]
        assert len(codes) > 240
        assert all(is_value_of(FACETS_BY_NAME["country"], code) for code in codes)

    def test_a_closed_vocabulary_shows_all_its_values_and_countries_only_those_in_use(self) -> None:
        assert all_values(FACETS_BY_NAME["cost"], TAXONOMY) == CODES[Vocabulary.COST_MODEL]
        assert all_values(FACETS_BY_NAME["capability"], TAXONOMY) == ("face-recognition",)
        assert all_values(FACETS_BY_NAME["stage"], TAXONOMY) == ()
        assert all_values(FACETS_BY_NAME["country"], TAXONOMY) == ()
        assert all_values(FACETS_BY_NAME["language"], TAXONOMY) == ()


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_no_name_of_a_country_is_empty(language: str) -> None:
    with override(language):
        assert all(country_name(code) for code in ("AE", "CN", "NL", "US", "GB", "KR", "IL", "TW"))
