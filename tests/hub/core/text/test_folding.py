"""Folding, cleaning, sorting and telling languages."""

import pytest

from hub.core.text import clean_query, detect_languages, fold, sort_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ÉCOLE", "ecole"),
        ("Straße", "strasse"),
        ("ﬁle Ｔｏｏｌ", "file tool"),
        ("Ёлка и йод", "елка и йод"),
        ("и\u0306од", "йод"),
        ("إِسْلامٌ", "اسلام"),
        ("صـورة", "صوره"),
        ("مستشفى", "مستشفي"),
        ("کتاب", "كتاب"),
        ("兒童 臉", "儿童 脸"),
        ("٢٠٢٤", "2024"),
        ("l’enfant", "l'enfant"),
        ("zero\u200bwidth", "zerowidth"),
        ("हिन्दी", "हिन्दी"),
        ("œuvre Łódź Ørsted İstanbul", "oeuvre lodz orsted istanbul"),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two \t\n words ", "two words"),
        ("nul\x00l \x1b[31m", "null [31m"),
        ("\u202eabc\u202c \u2066x\u2069", "abc x"),
        ("a\u200bb\u200d\ufeffc", "abc"),
        ("\ud800x", "x"),
        ("x" * 500, "x" * 200),
        ("y" * 199 + "  z", "y" * 199),
        ("\u200b \u200b", ""),
    ],
)
def test_cleaning(text: str, expected: str) -> None:
    assert clean_query(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("детей", "en", ("ru",)),
        ("أطفال", "fr", ("ar",)),
        ("人脸", "en", ("zh-hans",)),
        ("visage", "fr", ("fr", "en", "es")),
        ("face", "ar", ("en", "fr", "es")),
        ("rostro", "es", ("es", "en", "fr")),
        ("AI 视频分析", "zh-hans", ("zh-hans", "en", "fr", "es")),
        ("video анализ", "ru", ("ru", "en", "fr", "es")),
        ("2024", "ru", ("ru", "en")),
        ("", "en", ("en",)),
        ("αβγ", "fr", ("fr", "en")),
    ],
)
def test_languages_of_a_query(text: str, language: str, expected: tuple[str, ...]) -> None:
    assert detect_languages(text, language) == expected


def test_names_sort_as_their_readers_expect() -> None:
    assert sorted(["Zèbre", "écran", "Eau"], key=lambda name: sort_key(name, "fr")) == [
        "Eau",
        "écran",
        "Zèbre",
    ]
    assert sorted(["张", "安", "李"], key=lambda name: sort_key(name, "zh-hans")) == ["安", "李", "张"]
    assert sorted(["Яна", "Ёлка", "Игла"], key=lambda name: sort_key(name, "ru")) == ["Ёлка", "Игла", "Яна"]
    assert sort_key("«Griffeye  Analyze»", "en") == "griffeye analyze"
    assert sort_key("الشبكة", "ar") == sort_key("شبكة", "ar")
    assert sort_key("美亚", "zh-hans") == "mei3 ya4"
    assert sort_key("!?", "en") == "!?"
