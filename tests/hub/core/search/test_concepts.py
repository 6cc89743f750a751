"""Names of concepts are recognised in any language, in other words, in any order; and not where they are not meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hub.core.search import Concept
from hub.core.search.concepts import ConceptTable

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh-hans")
FACE = Concept(
    "capability",
    "face",
    {
        "en": ("Face recognition", "FRT"),
        "ru": ("распознавание лиц",),
        "zh-hans": ("人脸识别", "FR"),
        "ar": ("التعرف على الوجوه",),
    },
)
AGE = Concept("capability", "age", {"en": ("age from photo",), "zh-hans": ("照片年龄",)})
PHOTO = Concept("data", "photo", {"en": ("photos",), "zh-hans": ("照片",)})
OFFLINE = Concept("offline", "yes", {"en": ("offline", "without internet"), "es": ("sin internet",)})
OTHER = Concept("capability", "other", {"en": ("FRT",)})
TABLE = ConceptTable((FACE, AGE, PHOTO, OFFLINE, OTHER), LANGUAGES)


def recognised(text: str, *languages: str, table: ConceptTable = TABLE) -> list[tuple[str, list[str]]]:
    found = table.recognise(text, languages or ("en",), lambda one: True)
    return [(text[one.start : one.end], [concept.value for concept in one.concepts]) for one in found]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("face recognition", "en"),
        ("Recognising faces", "en"),
        ("recognition of the faces", "en"),
        ("detecting a face", "en"),
        ("лица распознать", "ru"),
        ("人脸识别", "zh-hans"),
        ("人臉識別", "zh-hans"),
        ("识别人脸", "zh-hans"),
        ("检测人脸", "zh-hans"),
        ("التعرف على الوجه", "ar"),
    ],
)
def test_inflections_orders_and_near_words_name_the_concept(text: str, language: str) -> None:
    assert recognised(text, language) == [(text, ["face"])]


def test_other_words_may_stand_between() -> None:
    assert recognised("age of the person in a picture") == [("age of the person in a picture", ["age"])]
    far_apart = recognised("age of very small wooden houses on photos")
    assert far_apart == [("photos", ["photo"])]


def test_a_name_side_by_side_beats_one_that_stands_apart() -> None:
    assert recognised("photo face recognition age") == [("photo", ["photo"]), ("face recognition", ["face"])]


def test_a_name_of_several_words_beats_a_single_word_inside_it() -> None:
    assert recognised("照片年龄", "zh-hans") == [("照片年龄", ["age"])]
    assert recognised("photos") == [("photos", ["photo"])]


def test_names_that_are_opposites_without_their_stop_words_are_taken_verbatim() -> None:
    assert recognised("internet") == []
    assert recognised("internet", "es") == []
    assert recognised("works Without Internet") == [("Without Internet", ["yes"])]
    assert recognised("sin internet", "es") == [("sin internet", ["yes"])]


def test_one_name_of_several_concepts_gives_them_all() -> None:
    assert recognised("FRT") == [("FRT", ["face", "other"])]


def test_a_latin_abbreviation_of_a_chinese_list_is_known_where_latin_letters_are_read() -> None:
    assert recognised("FR", "en") == [("FR", ["face"])]


def test_names_of_one_concept_that_overlap_are_one_name() -> None:
    table = ConceptTable(
        (Concept("does", "search", {"en": ("keyword search", "search documents")}),), LANGUAGES
    )
    text = "keyword search documents"
    assert recognised(text, table=table) == [(text, ["search"])]


def test_a_refused_name_is_not_recognised() -> None:
    assert TABLE.recognise("face recognition", ("en",), lambda one: False) == []


def test_results_are_in_order_and_do_not_overlap() -> None:
    text = "offline face recognition photos"
    assert [value for _, [value] in recognised(text)] == ["yes", "face", "photo"]


def test_nothing_is_recognised_in_nothing() -> None:
    for text in ("", " ", "?!", "\x00"):
        assert recognised(text, *LANGUAGES) == []
    assert recognised("face recognition", "xx") == []
    assert recognised("face recognition", table=ConceptTable((), LANGUAGES)) == []


def completions(text: str, languages: Sequence[str] = ("en",), limit: int = 5) -> list[str]:
    return [name for name, _ in TABLE.completions(text, languages, limit)]


def test_names_are_completed_one_a_concept() -> None:
    assert completions("fa") == ["Face recognition"]
    assert completions("人", ("zh-hans",)) == ["人脸识别"]
    assert completions("fr") == ["FRT", "FRT"]
    assert completions("f", limit=1) == ["FRT"]
    assert completions("") == completions("zz") == []


def test_words_of_names_keep_their_spelling() -> None:
    table = ConceptTable(
        (Concept("capability", "x", {"fr": ("Détection de l’âge", "ADN mitochondrial")}),), LANGUAGES
    )
    assert table.words["fr"] == {
        "detection": "détection",
        "age": "âge",
        "adn": "ADN",
        "mitochondrial": "mitochondrial",
    }
