"""What holds for every text whatever."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.core.text import (
    clean_query,
    detect_languages,
    fold,
    highlight,
    matches,
    query_groups,
    sort_key,
    tokens,
)

LANGUAGES = st.sampled_from(["ar", "zh-hans", "en", "fr", "ru", "es"])

# Any code point, lone surrogates included, and texts in which the interesting ones meet each other.
ALPHABET = (
    "abçéÉñßﬁİıŒ'’-. 09٣²½ـًّأإآةىؤئلاوبكجدЙйЁёѝІї\u0301\u0306\u0308\u0327兒童人脸识别的的㍿々\u3007が\u3099"
    "한\u1112\u1161हि\u200b\u200d\u200f\u202e\ufeff\u00ad\x00\ud800\U0001f600\U00020000Ａﷺﻻ"
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.text(st.sampled_from(ALPHABET), max_size=40),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES)
def test_tokens_point_into_the_original(text: str, language: str) -> None:
    for token in tokens(text, language):
        assert token.term
        assert 0 <= token.start < token.end <= len(text)
        assert token.surface == text[token.start : token.end]


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES)
def test_groups_point_into_the_query(text: str, language: str) -> None:
    for group in query_groups(text, language):
        assert group.terms
        assert all(group.terms)
        assert group.surface == text[group.start : group.end]
        assert group.phrase == (len(group.terms) > 1)


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES, st.data())
def test_highlight_pieces_are_the_text_again(text: str, language: str, data: st.DataObject) -> None:
    found = tokens(text, language)
    chosen = data.draw(st.sets(st.sampled_from(sorted({t.term for t in found})))) if found else set()
    pieces = highlight(text, language, chosen)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    assert any(marked for _, marked in pieces) == bool(chosen)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("e\u0301\u0327 \u1e9b\u0323")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_clean_query_is_clean(text: str) -> None:
    cleaned = clean_query(text)
    assert clean_query(cleaned) == cleaned
    assert len(cleaned) <= 200
    cleaned.encode()


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES)
def test_a_text_of_words_is_found_by_itself(text: str, language: str) -> None:
    words = [group.surface for group in query_groups(text, language)]
    if tokens(text, language):
        assert matches(text, text, language), words


@settings(max_examples=200, deadline=None)
@given(TEXTS, LANGUAGES)
def test_case_accents_and_forms_do_not_matter(text: str, language: str) -> None:
    assert [g.terms for g in query_groups(fold(text), language)] == [
        g.terms for g in query_groups(fold(fold(text).upper()), language)
    ]


@settings(max_examples=200, deadline=None)
@given(TEXTS, LANGUAGES)
def test_keys_and_languages_exist_for_every_text(text: str, language: str) -> None:
    assert sort_key(text, language) == sort_key(text, language)
    found = detect_languages(text, language)
    assert found
    assert len(found) == len(set(found))
