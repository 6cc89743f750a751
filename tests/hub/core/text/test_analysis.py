"""Tokens and groups: places, positions, scripts, phrases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.core.text import Group, Token, highlight, matches, query_groups, tokens


def terms(text: str, language: str) -> list[str]:
    return [token.term for token in tokens(text, language)]


def test_a_token_knows_its_place_in_the_original() -> None:
    assert tokens("The  Détectives", "en") == [Token("detective", "Détectives", 5, 15, 0)]


def test_combining_accents_belong_to_the_surface() -> None:
    [token] = tokens("«re\u0301seaux»", "fr")
    assert (token.surface, token.start, token.end) == ("re\u0301seaux", 1, 9)


def test_elision_and_possessive_stay_outside_the_surface() -> None:
    assert [token.surface for token in tokens("l’enfant d'Anne", "fr")] == ["enfant", "Anne"]
    assert [token.surface for token in tokens("the victim's phone", "en")] == ["victim", "phone"]


@pytest.mark.parametrize("language", ["zh-hans", "en", "ar"])
def test_scripts_are_split_inside_a_text(language: str) -> None:
    surfaces = [token.surface for token in tokens("基于AI的视频в сети", language)]
    assert {"基于", "AI", "视频", "сети"} <= set(surfaces)
    assert all(surface.isascii() or "AI" not in surface for surface in surfaces)


def test_digits_stay_with_latin_names_and_leave_other_scripts() -> None:
    assert terms("4NSEEK 5лет 第3页", "en")[:2] == ["4nseek", "5"]
    assert "3" in terms("第3页", "zh-hans")
    assert matches("MP4", "Reads mp4 files.", "en")
    assert matches("2024", "سنة ٢٠٢٤", "ar")


def test_dotted_abbreviations_are_one_word() -> None:
    assert terms("U.N. bodies", "en")[0] == "un"
    assert matches("UN", "A body of the U.N.", "en")


def test_a_chinese_run_gives_bigrams_then_characters() -> None:
    assert [(token.term, token.position) for token in tokens("查人脸", "zh-hans")] == [
        ("查人", 0), ("人脸", 1), ("查", 0), ("人", 1), ("脸", 2),
    ]  # fmt: skip


def test_a_phrase_does_not_reach_over_a_break() -> None:
    assert not matches("张伟明", "张伟，明天", "zh-hans")


def test_known_chinese_words_are_groups_and_names_are_phrases() -> None:
    assert [group.surface for group in query_groups("图像分类", "zh-hans")] == ["图像", "分类"]
    [name] = query_groups("张伟明", "zh-hans")
    assert name == Group(("张伟", "伟明"), "张伟明", 0, 3, True, False)


def test_a_single_chinese_character_is_a_group() -> None:
    assert query_groups("脸", "zh-hans") == [Group(("脸",), "脸", 0, 1, False, False)]


@pytest.mark.parametrize("lone", ["\u0301", "\u064b", "\u0903", "\u20dd", "\u200b", "ـ", "ﹰ"])
@pytest.mark.parametrize("language", ["ar", "en", "ru", "zh-hans"])
def test_lone_marks_give_no_term(lone: str, language: str) -> None:
    assert tokens(lone, language) == []
    assert all(token.term for token in tokens(f"a{lone} {lone}脸{lone} {lone}", language))


def test_stop_words_are_left_out_but_names_in_capitals_stay() -> None:
    assert terms("the tool for IT forensics", "en") == ["tool", "it", "forens"]
    assert terms("THE TOOL FOR IT FORENSICS", "en") == ["tool", "forens"]


def test_a_query_of_stop_words_alone_is_still_asked() -> None:
    assert [group.terms for group in query_groups("it", "en")] == [("it",)]
    assert matches("it", "Tools for IT staff", "en")
    assert query_groups(" ?! ", "en") == []
    assert not matches("", "Anything", "en")


def test_only_an_unfinished_last_word_may_be_a_prefix() -> None:
    assert [group.prefix_ok for group in query_groups("face recog", "en")] == [False, True]
    assert [group.prefix_ok for group in query_groups("face recog ", "en")] == [False, False]
    assert [group.prefix_ok for group in query_groups("to ab", "en")] == [False]


def test_an_expression_is_indexed_beside_its_words_and_asked_as_one() -> None:
    text = "Finds child sexual abuse material."
    found = tokens(text, "en")
    assert Token("csam", "child sexual abuse material", 6, 33, 1) in found
    assert {"csam", "child", "sex", "abus"} <= {token.term for token in found}
    assert [group.terms for group in query_groups("child sexual abuse material", "en")] == [("csam",)]


def test_arabic_clitics_come_off_only_where_a_word_remains() -> None:
    assert matches("صور", "وبالصور", "ar")
    assert matches("أطفال", "لأطفالهم", "ar")
    for text in ("لبنان", "فيديو", "كاميرا", "بيانات", "وجه", "لغة", "وثيقة"):
        [token] = tokens(text, "ar")
        assert token.term[0] == text[0]


def test_highlight_marks_whole_words_and_merges_chinese_neighbours() -> None:
    asked = {term for group in query_groups("facial recognition", "en") for term in group.terms}
    assert highlight("Recognises Faces!", "en", asked) == [
        ("Recognises", True), (" ", False), ("Faces", True), ("!", False),
    ]  # fmt: skip
    assert highlight("人脸识别系统", "zh-hans", {"人脸", "脸识", "识别"}) == [
        ("人脸识别", True),
        ("系统", False),
    ]
    assert highlight("", "en", {"x"}) == []


def test_many_threads_agree() -> None:
    texts = [f"Recognising {word}{number}" for word in ("victims", "faces", "files") for number in range(200)]
    expected = [tokens(text, "en") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: tokens(text, "en"), texts)) == expected
