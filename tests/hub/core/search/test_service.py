"""What pages get: answers, corrections, completions, counts and ways on; on a real index, in six languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.search import (
    NEUTRAL,
    Concept,
    Correction,
    Document,
    IndexUnavailable,
    Relaxation,
    Schema,
    SearchRequest,
    SearchService,
    TantivyEngine,
    TextField,
)
from hub.core.search.concepts import ConceptTable

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh-hans")
SCHEMA = Schema(
    "things",
    1,
    (TextField("name", 4.0, False), TextField("summary", 1.0, True)),
    ("does", "cost"),
    ("name",),
    LANGUAGES,
)
FACE = Concept(
    "does",
    "face",
    {
        "en": ("Face recognition", "biometrics"),
        "fr": ("Reconnaissance faciale",),
        "es": ("Reconocimiento facial",),
        "ru": ("Распознавание лиц",),
        "ar": ("التعرف على الوجوه",),
        "zh-hans": ("人脸识别",),
    },
)
SPEECH = Concept("does", "speech", {"en": ("Transcription",), "fr": ("Rétranscription écrite",)})
TABLE = ConceptTable((FACE, SPEECH), LANGUAGES)


def thing(key: str, name: str, does: str, cost: str, priority: int = 0, **summaries: str) -> Document:
    texts = {language.replace("_", "-"): {"summary": text} for language, text in summaries.items()}
    return Document(
        key, {NEUTRAL: {"name": name}, **texts}, {"does": (does,), "cost": (cost,)}, {"name": name}, priority
    )


DOCUMENTS = [
    thing("1", "Griffeye", "face", "paid", en="Finds children in seized videos."),
    thing("2", "Visagist", "face", "free", fr="Protège les enfants victimes.", ru="Защищает детей."),
    thing("3", "Scribe", "speech", "free", en="Turns calls into written words.", es="Transcribe llamadas."),
    thing(
        "4", "Réseau", "speech", "paid", fr="Analyse le réseau social.", zh_hans="分析社交网络中的儿童图像。"
    ),
    thing("5", "أثر", "none", "paid", ar="يحمي الأطفال على الإنترنت.", en="Protects every child."),
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    engine = TantivyEngine(SCHEMA, tmp_path_factory.mktemp("service") / "index")
    engine.rebuild(DOCUMENTS)
    return SearchService(engine, lambda: TABLE)


def keys(service: SearchService, text: str, language: str = "en", **more: object) -> list[str]:
    return sorted(hit.key for hit in service.search(SearchRequest(text, language, **more)).hits)  # type: ignore[arg-type]


# Finding


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("enfant", "fr", ["2"]),
        ("дети", "ru", ["2"]),
        ("طفل", "ar", ["5"]),
        ("儿童", "zh-hans", ["4"]),
        ("兒童", "zh-hans", ["4"]),
        ("llamada", "es", ["3"]),
        ("child", "en", ["1", "5"]),
        ("child", "ar", ["1", "5"]),
        ("enfants", "en", ["2"]),
        ("reseau", "es", ["4"]),
        ("GRIFFEYE", "ru", ["1"]),
        ("اثر", "fr", ["5"]),
    ],
)
def test_a_word_is_found_from_any_page(
    service: SearchService, text: str, language: str, expected: list[str]
) -> None:
    assert keys(service, text, language) == expected


@pytest.mark.parametrize("page", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_concept_named_in_any_language_is_found_from_any_page(
    service: SearchService, language: str, page: str
) -> None:
    result = service.search(SearchRequest(FACE.names[language][0], page))
    assert {hit.key for hit in result.hits} == {"1", "2"}
    assert result.concepts == (FACE,)
    assert result.correction is None


def test_without_a_text_everything_is_there_by_priority_then_name(service: SearchService) -> None:
    result = service.search(SearchRequest("", "en", facets=("does",)))
    assert result.total == 5
    assert [hit.key for hit in result.hits][:3] == ["1", "4", "3"]
    assert result.engine == "tantivy"
    assert result.generation
    assert not result.degraded


def test_without_concepts_only_the_words_count(service: SearchService) -> None:
    assert keys(service, "face recognition", concepts=False, correct=False) == []


def test_an_unimportant_word_does_not_hide_the_concept(service: SearchService) -> None:
    assert keys(service, "face recognition software") == ["1", "2"]


# Facets


def test_selected_values_never_vanish_from_the_counts(service: SearchService) -> None:
    request = SearchRequest(
        "child", "en", {"does": ("speech", "absent"), "cost": ("free",)}, ("does", "cost")
    )
    result = service.search(request)
    assert result.total == 0
    assert result.facet_counts["does"] == {"speech": 0, "absent": 0}
    assert result.facet_counts["cost"] == {"free": 0}


def test_counts_are_given_for_the_facets_asked_for_only(service: SearchService) -> None:
    result = service.search(SearchRequest("", "en", {"cost": ("free",)}, ("does",)))
    assert result.facet_counts == {"does": {"face": 1, "speech": 1}}


# Typing errors and unfinished words


@pytest.mark.parametrize(
    ("typed", "language", "meant", "expected"),
    [
        ("griffeyee", "en", "griffeye", ["1"]),
        ("chlidren", "en", "children", ["1", "5"]),
        ("facial recogniton", "en", None, ["1", "2"]),
        ("reconaissance faciale", "fr", "reconnaissance faciale", ["1", "2"]),
        ("retranscripton ecrite", "fr", "rétranscription ecrite", ["3", "4"]),
        ("распознование лиц", "ru", "распознавание лиц", ["1", "2"]),
        ("التعرف على الوجوهه", "ar", None, ["1", "2"]),
        ("transcrptionn", "en", "transcription", ["3", "4"]),
        ("facerecognition", "en", "face recognition", ["1", "2"]),
    ],
)
def test_a_typing_error_is_corrected_and_said(
    service: SearchService, typed: str, language: str, meant: str | None, expected: list[str]
) -> None:
    result = service.search(SearchRequest(typed, language))
    assert sorted(hit.key for hit in result.hits) == expected
    if meant is not None:
        assert result.correction == Correction(typed, meant)


def test_whoever_wants_the_words_as_they_are_gets_a_suggestion(service: SearchService) -> None:
    result = service.search(SearchRequest("chlidren", "en", correct=False))
    assert (result.total, result.correction, result.suggestion) == (0, None, "children")
    assert service.search(SearchRequest("children", "en", correct=False)).suggestion is None


def test_right_words_are_not_corrected(service: SearchService) -> None:
    for text in ("children", "child", "recognising faces", "enfants"):
        assert service.search(SearchRequest(text, "fr")).correction is None


def test_words_are_not_corrected_where_only_filters_leave_nothing(service: SearchService) -> None:
    result = service.search(SearchRequest("griffeye", "en", {"cost": ("free",)}))
    assert (result.total, result.correction, result.left_out) == (0, None, ())


def test_a_correction_is_said_even_where_filters_leave_nothing(service: SearchService) -> None:
    result = service.search(SearchRequest("griffeyee", "en", {"cost": ("free",)}))
    assert (result.total, result.correction) == (0, Correction("griffeyee", "griffeye"))


def test_nonsense_stays_nonsense(service: SearchService) -> None:
    for text in ("qqqqqqq", "?!", "%%%", "' OR 1=1 --", "<script>"):
        result = service.search(SearchRequest(text, "en"))
        assert (result.total, result.correction, result.suggestion, result.left_out) == (0, None, None, ())


def test_an_unfinished_last_word_finds_what_it_begins(service: SearchService) -> None:
    assert keys(service, "griff") == ["1"]
    assert keys(service, "face recog") == ["1", "2"]
    assert service.search(SearchRequest("face recog", "en")).concepts == (FACE,)
    assert keys(service, "griff", correct=False) == []
    assert service.search(SearchRequest("griff", "en")).correction is None


def test_a_finished_word_is_not_a_beginning(service: SearchService) -> None:
    assert keys(service, "visag") == ["2"]
    assert keys(service, "visag enfants", "fr") == []


def test_a_name_cut_in_two_is_put_together(service: SearchService) -> None:
    result = service.search(SearchRequest("griff eye children", "en"))
    assert [hit.key for hit in result.hits] == ["1"]
    assert result.correction == Correction("griff eye children", "griffeye children")


# Words that nothing has


def test_words_beside_a_concept_that_no_document_has_are_left_out_and_named(service: SearchService) -> None:
    result = service.search(SearchRequest("face recognition xylophonist", "en"))
    assert {hit.key for hit in result.hits} == {"1", "2"}
    assert result.left_out == ("xylophonist",)


def test_of_few_words_none_is_left_out(service: SearchService) -> None:
    result = service.search(SearchRequest("children xylophonist", "en"))
    assert (result.total, result.left_out) == (0, ())


def test_nothing_is_left_out_of_exact_words(service: SearchService) -> None:
    assert keys(service, "face recognition xylophonist", correct=False) == []


# Highlights


def test_matched_terms_are_those_of_each_language(service: SearchService) -> None:
    terms = service.search(SearchRequest("children", "en")).matched_terms
    assert terms["en"] == {"child"}
    assert set(terms) == set(LANGUAGES)
    assert service.search(SearchRequest("chlidren", "en")).matched_terms["en"] == {"child"}


# Suggestions, likeness, relaxations


def test_suggestions_are_concepts_then_titles(service: SearchService) -> None:
    suggestions = service.suggest("r", "fr")
    assert [(one.text, one.key, one.concept) for one in suggestions] == [
        ("Reconnaissance faciale", "", FACE),
        ("Rétranscription écrite", "", SPEECH),
        ("Réseau", "4", None),
    ]
    assert [one.text for one in service.suggest("grif", "zh-hans")] == ["Griffeye"]
    assert [one.text for one in service.suggest("人", "en")] == ["人脸识别"]
    assert service.suggest("r", "fr", limit=1)[0].concept == FACE
    assert (
        service.suggest("", "fr") == service.suggest("  ", "fr") == service.suggest("r", "fr", limit=0) == ()
    )


def test_similar_documents_come_from_the_engine(service: SearchService) -> None:
    assert {hit.key for hit in service.similar("1", 5)} == {"2", "5"}
    assert len(service.similar("1", 1)) == 1
    assert service.similar("unknown") == ()


def test_each_filter_that_could_go_is_named_the_most_useful_first(service: SearchService) -> None:
    request = SearchRequest("children", "en", {"does": ("speech",), "cost": ("paid",)})
    assert service.search(request).total == 0
    found = {(one.facet, one.value): one.total for one in service.relaxations(request)}
    assert found == {("does", "speech"): 2, ("text", ""): 1}
    totals = [one.total for one in service.relaxations(request)]
    assert totals == sorted(totals, reverse=True)


def test_of_several_values_the_whole_facet_could_go(service: SearchService) -> None:
    request = SearchRequest("griffeye", "en", {"does": ("speech", "none")})
    assert set(service.relaxations(request)) == {Relaxation("does", "", 1), Relaxation("text", "", 3)}


def test_what_leads_nowhere_is_no_relaxation(service: SearchService) -> None:
    assert service.relaxations(SearchRequest("qqqqqq", "en")) == ()
    request = SearchRequest("griffeye", "en", {"does": ("speech",), "cost": ("free",)})
    assert service.relaxations(request) == (Relaxation("text", "", 1),)


def test_relaxations_count_what_was_searched_instead(service: SearchService) -> None:
    found = service.relaxations(SearchRequest("griffeyee", "en", {"cost": ("free",)}))
    assert Relaxation("cost", "free", 1) in found


# What changes


def test_new_documents_and_new_names_are_known_at_once(tmp_path: Path) -> None:
    tables = [TABLE]
    engine = TantivyEngine(SCHEMA, tmp_path / "index")
    engine.rebuild(DOCUMENTS)
    service = SearchService(engine, lambda: tables[-1])
    assert service.search(SearchRequest("zephyrs", "en")).total == 0
    engine.index([thing("6", "Zephyrus", "face", "free")])
    assert service.search(SearchRequest("zephyruss", "en")).correction == Correction("zephyruss", "zephyrus")
    tables.append(ConceptTable((Concept("does", "face", {"en": ("Physiognomy",)}),), LANGUAGES))
    assert keys(service, "physiognomi") == ["1", "2", "6"]
    engine.remove(["6"])
    assert service.search(SearchRequest("zephyruss", "en")).total == 0


def test_without_an_index_the_service_says_so(tmp_path: Path) -> None:
    service = SearchService(TantivyEngine(SCHEMA, tmp_path / "none"), lambda: TABLE)
    for ask in (
        lambda: service.search(SearchRequest("a", "en")),
        lambda: service.suggest("a", "en"),
        lambda: service.similar("1"),
        lambda: service.relaxations(SearchRequest("a", "en", {"cost": ("free",)})),
    ):
        with pytest.raises(IndexUnavailable):
            ask()


def test_many_threads_get_the_answers_of_one(service: SearchService) -> None:
    texts = ["chlidren", "griff", "人脸识别", "face recog", "enfants", "распознование лиц", "طفل", ""] * 12
    requests = [SearchRequest(text, "en", facets=("does",)) for text in texts]
    alone = [service.search(request) for request in requests]
    fresh = SearchService(service.engine, lambda: TABLE)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fresh.search, requests)) == alone


# Bad input


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(st.characters(exclude_categories=()), max_size=60),
        st.text(st.sampled_from('facerognit 人脸识别распз\u202e\x00\ud800"*~^()[]:'), max_size=30),
    ),
    language=st.sampled_from([*LANGUAGES, "xx", ""]),
    values=st.lists(st.text(st.characters(exclude_categories=()), max_size=8), max_size=3),
    sort=st.sampled_from(["relevance", "name", "nonsense", ""]),
    page=st.integers(-(10**9), 10**9),
)
def test_any_question_is_answered_and_never_wider_than_its_filter(
    service: SearchService, text: str, language: str, values: list[str], sort: str, page: int
) -> None:
    filters = {"cost": tuple(values)} if values else {}
    result = service.search(SearchRequest(text, language, filters, ("does", "cost", "x"), sort, page))
    assert result.total == 0 or not values
    assert set(result.facet_counts) == {"does", "cost", "x"}
    service.suggest(text, language)


def test_5000_characters_are_answered(service: SearchService) -> None:
    for text in ("x" * 5000, "face recognition " * 300, "人" * 5000, "a b " * 1250, "\u0301" * 5000):
        service.search(SearchRequest(text, "en", facets=("does",)))
        service.suggest(text, "en")


def test_a_word_that_the_tables_know_is_not_taken_for_a_mistyped_one(service: SearchService) -> None:
    result = service.search(SearchRequest("reconnaissance faciale identiques", "fr"))
    assert result.correction is None
    assert result.left_out == ("identiques",)
    assert {hit.key for hit in result.hits} == {"1", "2"}
