"""Which words somebody may have meant."""

from __future__ import annotations

import pytest

from hub.core.search.lexicon import Lexicon, allowed_errors

WORDS = {"recognition": 40, "recognise": 10, "face": 50, "fact": 2, "pace": 30, "video": 9, "лицо": 5}


@pytest.mark.parametrize(("word", "errors"), [("abc", 0), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2)])
def test_longer_words_forgive_more(word: str, errors: int) -> None:
    assert allowed_errors(word) == errors


def meant(word: str, limit: int = 5) -> list[str]:
    return [one.text for one in Lexicon(WORDS).meant(word, limit)]


def test_the_nearest_word_comes_first_then_the_more_frequent() -> None:
    assert meant("recogniton") == ["recognition"]
    assert meant("facw") == ["face", "fact"]
    assert meant("лицр") == ["лицо"]


def test_swapped_letters_are_one_error() -> None:
    assert meant("vidoe") == ["video"]


def test_the_first_letter_is_seldom_wrong() -> None:
    assert meant("fac") == []
    assert meant("mace") == ["face", "pace"]
    assert [one.errors for one in Lexicon(WORDS).meant("mace", 5)] == [1.5, 1.5]
    assert meant("facy")[0] == "face"


def test_a_lost_space_is_found() -> None:
    assert "face recognition" in meant("facerecognition")
    assert meant("video") == []


def test_a_word_is_not_its_own_correction() -> None:
    assert "face" not in meant("face")
    assert meant("zzzzzz") == []


def test_no_more_than_asked_for() -> None:
    assert len(meant("facw", 1)) == 1


def test_beginnings_come_by_frequency() -> None:
    assert Lexicon(WORDS).beginning_with("recog", 5) == ["recognition", "recognise"]
    assert Lexicon(WORDS).beginning_with("recog", 1) == ["recognition"]
    assert Lexicon(WORDS).beginning_with("\U0010ffff", 5) == []


def test_words_of_names_count_like_a_few_documents() -> None:
    lexicon = Lexicon({"face": 50}, ["face", "biometrics"])
    assert lexicon.frequency("face") == 50
    assert lexicon.frequency("biometrics") == 3
    assert lexicon.frequency("absent") == 0
