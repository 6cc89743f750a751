"""Which words somebody may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

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


LETTERS = st.sampled_from("abc")


@st.composite
def mistyped(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with as many typing errors as are forgiven."""
    word = draw(st.text(LETTERS, min_size=4, max_size=13))
    letters = list(word)
    for _ in range(allowed_errors(word)):
        at = draw(st.integers(0, len(letters) - 1))
        match draw(st.sampled_from(["changed", "lost", "doubled", "swapped"])):
            case "changed":
                letters[at] = draw(LETTERS)
            case "lost":
                del letters[at]
            case "doubled":
                letters.insert(at + draw(st.integers(0, 1)), draw(LETTERS))
            case "swapped":
                letters[at : at + 2] = reversed(letters[at : at + 2])
    return word, "".join(letters)


@settings(max_examples=400, deadline=None)
@given(words=st.lists(mistyped(), min_size=1, max_size=20))
def test_every_word_within_the_errors_is_found(words: list[tuple[str, str]]) -> None:
    """Whatever is left unread, the answer is that of reading the whole vocabulary."""
    vocabulary = {meant: 2 for _, meant in words if meant}
    lexicon = Lexicon(vocabulary)
    for word, _ in words:
        near = {
            other
            for other in vocabulary
            if len(other) > 1 and 0 < OSA.distance(word, other) <= allowed_errors(word)
        }
        assert near <= {one.text for one in lexicon.meant(word, 1_000)}
        assert all(one.text in near or " " in one.text for one in lexicon.meant(word, 1_000))
