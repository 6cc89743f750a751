"""The tables that editors extend: rows are well-formed, take effect, and do not contradict each other."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.core.text import chinese, generic_terms, is_listed, matches, near_terms, tables
from hub.core.text.equivalents import canonical
from hub.core.text.folding import fold
from hub.core.text.stems import resolve, term_of
from hub.core.text.tables import analysis_version, equivalent_rows, once, override_rows, read_rows, stop_words

STEMMED = ("ar", "en", "es", "fr", "ru")
ALL = (*STEMMED, "zh-hans")


@pytest.mark.parametrize("language", ALL)
def test_every_language_has_hundreds_of_rows_and_none_twice(language: str) -> None:
    forms = [form for form, _ in override_rows(language)]
    assert len(forms) > 300
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("language", STEMMED)
def test_every_form_has_the_term_of_its_row(language: str) -> None:
    for form, term in override_rows(language):
        assert term_of(form, language) == term_of(term, language), form


@pytest.mark.parametrize("language", STEMMED)
def test_terms_of_the_tables_are_their_own_terms(language: str) -> None:
    for _, row_term in override_rows(language):
        term = term_of(row_term, language)
        assert term_of(term, language) == term


@pytest.mark.parametrize("language", ALL)
def test_equivalents_resolve_without_contradiction(language: str) -> None:
    for form, term in equivalent_rows(language):
        assert form != term
        assert canonical(term, language)


def test_chinese_words_stand_for_terms_that_the_index_holds() -> None:
    for form, term in override_rows("zh-hans"):
        query = chinese.query_pieces(form)
        held = (
            set(chinese.bigrams(form)) | {piece.terms[0] for piece in chinese.mapped_words(form)} | set(form)
        )
        assert all(set(piece.terms) <= held for piece in query), (form, term)


@pytest.mark.parametrize("language", ALL)
def test_no_stop_word_is_a_word_of_the_override_table(language: str) -> None:
    assert stop_words(language).isdisjoint(form for form, _ in override_rows(language))


def test_a_row_speaks_for_the_inflections_of_its_form() -> None:
    assert term_of("recognisers", "en") == term_of("recognised", "en") == term_of("recognition", "en")


def test_a_word_kept_apart_does_not_draw_others_with_it() -> None:
    assert term_of("informal", "en") == "informal"
    assert term_of("information", "en") == term_of("informs", "en") != "informal"


def test_resolve_follows_chains() -> None:
    assert resolve([("a", "b"), ("b", "c")]) == {"a": "c", "b": "c", "c": "c"}


def test_resolve_refuses_two_terms_and_circles() -> None:
    with pytest.raises(ValueError, match="two terms"):
        resolve([("a", "b"), ("a", "c")])
    with pytest.raises(ValueError, match="circle"):
        resolve([("a", "b"), ("b", "a")])


@pytest.mark.parametrize(
    "content",
    ["form\nx\n", "form,term\nx,\n", "form,term\nx\n", "form,term\nx,y,z\n", "term,form\nx,y\n", ""],
)
def test_a_damaged_table_is_refused(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.csv").write_text(content, encoding="utf-8")
    monkeypatch.setattr(tables, "OVERRIDES", tmp_path)
    with pytest.raises(ValueError, match=r"xx\.csv"):
        read_rows("xx.csv", ("form", "term"))


def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.csv").write_bytes("\ufeffform,term\r\nÉté , Saison\r\n".encode())
    monkeypatch.setattr(tables, "OVERRIDES", tmp_path)
    assert read_rows("xx.csv", ("form", "term")) == [("Été", "Saison")]


def test_the_version_follows_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = analysis_version()
    (tmp_path / "en.csv").write_text("form,term\n", encoding="utf-8")
    monkeypatch.setattr(tables, "OVERRIDES", tmp_path)
    first = analysis_version()
    (tmp_path / "en.csv").write_text("form,term\nmice,mouse\n", encoding="utf-8")
    assert len({before, first, analysis_version()}) == 3


def test_several_threads_build_a_table_once() -> None:
    built: list[str] = []

    @once
    def build(key: str) -> str:
        built.append(key)
        return fold(key)

    with ThreadPoolExecutor(16) as pool:
        results = set(pool.map(build, ["Été"] * 200))
    assert results == {"ete"}
    assert built == ["Été"]


@pytest.mark.parametrize("language", ALL)
def test_generic_and_near_words_are_single_words_without_contradiction(language: str) -> None:
    assert len(generic_terms(language)) > 20
    near = near_terms(language)
    assert len(near) > 20
    assert all(near[term] == term for term in near.values())


def test_generic_words_are_still_indexed() -> None:
    assert matches("software", "Forensic software for phones.", "en")
    assert matches("программа", "Программа для телефонов.", "ru")


def test_near_words_do_not_make_texts_match() -> None:
    assert near_terms("en")["recognise"] == near_terms("en")["detect"]
    assert not matches("recognise", "It detects faces.", "en")


def test_words_of_the_tables_are_known_by_their_inflections() -> None:
    assert is_listed("identiques", "fr")
    assert is_listed("personnes", "fr")
    assert not is_listed("personne", "ru")
    assert not is_listed("two words", "en")
    assert not is_listed("", "en")
