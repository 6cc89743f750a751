"""From a text to a query, without any engine."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.search import NEUTRAL, Concept, Schema, TextField
from hub.core.search.analysed import Profile
from hub.core.search.ast import NOTHING, SURFACE, All, And, Best, Has, Node, Or, Phrase, Prefix, Term
from hub.core.search.concepts import ConceptTable
from hub.core.search.planner import Plan, plan, similar_query

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh-hans")
SCHEMA = Schema(
    "things",
    1,
    (TextField("name", 4.0, False), TextField("summary", 1.0, True)),
    ("does",),
    ("name",),
    LANGUAGES,
)
FACE = Concept(
    "does", "face", {"en": ("face recognition",), "fr": ("reconnaissance faciale",), "es": ("red",)}
)
TABLE = ConceptTable((FACE,), LANGUAGES)


def planned(text: str, language: str = "en", known: tuple[tuple[str, str], ...] = (), **more: object) -> Plan:
    return plan(text, language, SCHEMA, TABLE, lambda code, word: (code, word) in known, **more)  # type: ignore[arg-type]


def leaves(node: Node) -> list[Node]:
    if isinstance(node, And | Or | Best):
        return [leaf for child in node.children for leaf in leaves(child)]
    return [node]


def test_no_text_asks_for_everything_and_punctuation_for_nothing() -> None:
    assert planned("").query == planned(" \t ").query == All()
    assert planned("?! ...").query == NOTHING
    assert not planned("").scored


def test_a_word_is_looked_for_in_every_field_in_the_pages_language_and_in_english() -> None:
    found = leaves(planned("visages", "fr").query)
    assert Term("name", NEUTRAL, "visag", 4.0) in found
    assert {(leaf.field, leaf.language) for leaf in found if isinstance(leaf, Term)} >= {
        ("name", NEUTRAL),
        ("summary", "fr"),
        ("summary", "en"),
    }


def test_the_pages_own_language_counts_more_than_others() -> None:
    boosts = {
        leaf.language: leaf.boost for leaf in leaves(planned("visages", "fr").query) if isinstance(leaf, Term)
    }
    assert boosts["fr"] > boosts["en"]


def test_every_word_is_needed() -> None:
    query = planned("trumpet violin").query
    assert isinstance(query, And)
    assert len(query.children) == 2


def test_words_that_say_nothing_about_a_tool_are_not_needed_beside_others() -> None:
    needed = {word.folded: word.is_needed for word in planned("software trumpet").words}
    assert needed == {"software": False, "trumpet": True}
    assert all(word.is_needed for word in planned("software").words)
    assert {word.folded: word.is_needed for word in planned("программа скрипка", "ru").words} == {
        "программа": False,
        "скрипка": True,
    }


def test_words_to_be_left_out_are_not_needed() -> None:
    words = planned("trumpet Violin", left_out=("Violin",)).words
    assert [word.is_needed for word in words] == [True, False]


def test_chinese_words_that_are_unknown_are_phrases() -> None:
    assert any(isinstance(leaf, Phrase) for leaf in leaves(planned("张伟明", "zh-hans").query))


def test_a_named_concept_is_an_alternative_to_its_words() -> None:
    found = planned("face recognition trumpet")
    assert found.concepts == (FACE,)
    assert isinstance(found.query, And)
    assert any(Has("does", "face", 4.0) in leaves(child) for child in found.query.children)
    assert not any(isinstance(leaf, Has) for leaf in leaves(planned("face trumpet").query))


def test_without_concepts_words_are_only_words() -> None:
    found = planned("face recognition", with_concepts=False)
    assert found.concepts == ()
    assert not any(isinstance(leaf, Has) for leaf in leaves(found.query))


def test_a_single_word_of_a_third_language_names_nothing_if_the_page_knows_it() -> None:
    assert planned("red", "en", known=(("en", "red"),)).concepts == ()
    assert planned("red", "en").concepts == (FACE,)
    assert planned("red", "es", known=(("en", "red"), ("es", "red"))).concepts == (FACE,)


def test_an_unfinished_word_matches_what_it_begins() -> None:
    found = planned("trumpet vio", completions=("violin",))
    assert Prefix(SURFACE, "en", "vio", 1.0) in leaves(found.query)
    assert "violin" in found.matched_terms["en"]
    assert not any(isinstance(leaf, Prefix) for leaf in leaves(planned("trumpet vio").query))


def test_an_unfinished_name_is_the_name_it_begins() -> None:
    found = planned("face recog", completions=("recognition", "recognise"))
    assert found.concepts == (FACE,)
    assert planned("face recog", completions=("recognition",), with_concepts=False).concepts == ()


def test_terms_to_highlight_are_those_of_each_language() -> None:
    terms = planned("recognising").matched_terms
    assert terms["en"] == {"recognise"}
    assert set(terms) == set(LANGUAGES)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300), st.sampled_from([*LANGUAGES, "xx", ""]))
def test_any_text_on_any_page_is_planned(text: str, language: str) -> None:
    found = planned(text, language)
    for word in found.words:
        assert 0 <= word.start < word.end <= len(found.text)
    assert all(word.end <= after.start for word, after in zip(found.words, found.words[1:], strict=False))


def test_5000_characters_are_planned() -> None:
    assert len(planned("recognition " * 500).words) < 60


def test_similar_documents_share_what_is_rare() -> None:
    profile = Profile("en", {"rare": 1.0, "common": 3.0, "own": 1.0}, {"does": ("face", "not-known")})
    frequency = {"rare": 3, "common": 90, "own": 1}
    query = similar_query(
        profile, SCHEMA, 100, lambda field, language, term: frequency[term], lambda facet, value: 10
    )
    found = leaves(query)
    assert {leaf.term for leaf in found if isinstance(leaf, Term)} == {"rare"}
    assert [leaf.value for leaf in found if isinstance(leaf, Has)] == ["face"]


@pytest.mark.parametrize("documents", [0, 1])
def test_nothing_is_similar_in_an_empty_index(documents: int) -> None:
    profile = Profile("en", {"a": 1.0}, {"does": ("face",)})
    assert similar_query(profile, SCHEMA, documents, lambda *_: 0, lambda *_: 0) == NOTHING
