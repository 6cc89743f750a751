"""What pages rely on, whichever engine answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.core.search import NEUTRAL, Document, Engine, EngineRequest, IndexUnavailable, WriterBusy
from hub.core.search.ast import SURFACE, All, And, Best, Has, Node, Or, Phrase, Prefix, Term

from .conftest import EngineKind
from .corpus import SCHEMA, random_corpus


def thing(
    key: str,
    name: str = "",
    *,
    en: str = "",
    zh: str = "",
    priority: int = 0,
    newest: int = 0,
    **facets: tuple[str, ...],
) -> Document:
    """A document with a name, texts and facets."""
    return Document(
        key=key,
        texts={NEUTRAL: {"name": name or key}, "en": {"summary": en}, "zh-hans": {"summary": zh}},
        facets=facets,
        sorts={"name": (name or key).lower(), "newest": newest},
        priority=priority,
    )


def found(engine: Engine, query: Node, *, scored: bool = True, **more: object) -> list[str]:
    """Keys of the hits, in order."""
    return [hit.key for hit in engine.search(EngineRequest(query, scored, **more)).hits]  # type: ignore[arg-type]


def in_summary(term: str, boost: float = 1.0) -> Term:
    return Term("summary", "en", term, boost)


# Finding


def test_a_document_is_visible_when_index_returns(engine: Engine) -> None:
    assert engine.index([thing("a", en="faces")]) == 1
    assert found(engine, in_summary("face")) == ["a"]


def test_a_document_replaces_the_one_of_its_key(engine: Engine) -> None:
    engine.index([thing("a", en="old faces")])
    engine.index([thing("a", en="violin"), thing("b"), thing("a", en="trumpet")])
    assert found(engine, in_summary("face")) == []
    assert found(engine, in_summary("violin")) == []
    assert found(engine, in_summary("trumpet")) == ["a"]
    assert engine.search(EngineRequest(All(), scored=False)).total == 2


def test_removed_documents_are_gone_and_unknown_keys_are_no_error(engine: Engine) -> None:
    engine.index([thing("a", en="faces"), thing("b", en="faces")])
    assert engine.remove(["a", "never there", ""]) == 3
    assert found(engine, All(), scored=False) == ["b"]
    assert engine.vocabulary("en") == {"faces": 1}


@pytest.mark.parametrize("key", ["a b", "A", "ключ", "🔑", "a\x00b", "'\"\\", "k" * 3000, "0", " "])
def test_any_key_is_replaced_found_and_removed(engine: Engine, key: str) -> None:
    engine.index([thing(key, "first", colour=("red",)), thing("other", "other")])
    engine.index([thing(key, "second", colour=("green",))])
    assert found(engine, Has("colour", "green")) == [key]
    assert found(engine, Has("colour", "red")) == []
    assert set(engine.keys_with_hashes()) == {key, "other"}
    engine.remove([key])
    assert found(engine, All(), scored=False) == ["other"]


def test_a_phrase_needs_its_terms_side_by_side(engine: Engine) -> None:
    engine.index(
        [
            thing("a", zh="本系统提供人脸识别功能"),
            thing("b", zh="人类的脸部特征可供识别"),
            thing("c", zh="人脸，识别"),
        ]
    )
    phrase = Phrase("summary", "zh-hans", ("人脸", "脸识", "识别"))
    assert found(engine, phrase) == ["a"]
    assert set(found(engine, Phrase("summary", "zh-hans", ("识别",)))) == {"a", "b", "c"}


def test_a_prefix_finds_any_number_of_different_words(engine: Engine) -> None:
    engine.rebuild(thing(f"k{number}", en=f"word{number:04d}") for number in range(300))
    assert engine.count(Prefix("summary", "en", "word"), {}) == 300
    assert engine.count(Prefix(SURFACE, "en", "word"), {}) == 300
    assert engine.count(Prefix(SURFACE, "en", "word02"), {}) == 100


def test_query_syntax_is_only_text(engine: Engine) -> None:
    engine.index([thing("a", en="faces")])
    for text in ("face OR 1", "*", "summary:face", '"', "[a TO z]", "face~2", "^", "\\", "face\x00"):
        assert found(engine, in_summary(text)) == []
        assert engine.count(Prefix("summary", "en", text), {}) == 0


def test_unknown_fields_and_facets_find_nothing_and_count_nothing(engine: Engine) -> None:
    engine.index([thing("a", en="faces", colour=("red",))])
    for node in (
        Term("nowhere", "en", "face"),
        Term("summary", "xx", "face"),
        Has("nothing", "red"),
        Or(()),
        Best(()),
    ):
        assert found(engine, node) == []
    result = engine.search(
        EngineRequest(All(), scored=False, filters={"nothing": ("red",)}, facets=("nothing",))
    )
    assert (result.total, result.facet_counts) == (0, {"nothing": {}})


# Facets


@pytest.fixture
def coloured(engine: Engine) -> Engine:
    engine.index(
        [
            thing("1", en="faces", colour=("red",), shape=("round",)),
            thing("2", en="faces", colour=("red", "green"), shape=("round",)),
            thing("3", en="faces", colour=("green",), shape=("角",)),
            thing("4", en="voices", colour=("blue",), shape=("round",)),
        ]
    )
    return engine


def test_values_of_a_facet_are_alternatives_and_facets_narrow_each_other(coloured: Engine) -> None:
    assert found(coloured, All(), scored=False, filters={"colour": ("red", "blue")}) == ["1", "2", "4"]
    both = {"colour": ("red", "blue"), "shape": ("round", "absent")}
    assert found(coloured, in_summary("face"), scored=False, filters=both) == ["1", "2"]
    assert found(coloured, All(), scored=False, filters={"colour": ()}) == ["1", "2", "3", "4"]


def test_counts_of_a_facet_ignore_its_own_selection_only(coloured: Engine) -> None:
    result = coloured.search(
        EngineRequest(
            in_summary("face"),
            scored=True,
            filters={"colour": ("green",), "shape": ("round",)},
            facets=("colour", "shape", "origin"),
        )
    )
    assert result.total == 1
    assert result.facet_counts == {
        "colour": {"red": 2, "green": 1},
        "shape": {"round": 1, "角": 1},
        "origin": {},
    }


def test_a_value_named_twice_counts_once(engine: Engine) -> None:
    engine.index([thing("a", colour=("red", "red", ""))])
    result = engine.search(EngineRequest(All(), scored=False, facets=("colour",)))
    assert result.facet_counts == {"colour": {"red": 1}}


def test_thousands_of_values_are_all_counted(engine: Engine) -> None:
    engine.rebuild(
        thing(f"k{number}", colour=tuple(f"v{number}-{n}" for n in range(20))) for number in range(600)
    )
    counts = engine.search(EngineRequest(All(), scored=False, facets=("colour",))).facet_counts["colour"]
    assert len(counts) == 12_000
    assert set(counts.values()) == {1}


@pytest.mark.long
def test_more_values_than_an_engine_counts_in_one_pass_are_all_counted(engine: Engine) -> None:
    engine.rebuild(
        thing(f"k{number}", colour=tuple(f"v{number}-{n}" for n in range(70))) for number in range(1000)
    )
    result = engine.search(EngineRequest(Has("colour", "v7-7"), scored=False, facets=("colour",)))
    assert len(result.facet_counts["colour"]) == 70
    counts = engine.search(EngineRequest(All(), scored=False, facets=("colour",))).facet_counts["colour"]
    assert len(counts) == 70_000


# Order


def test_browsing_is_by_priority_then_name(engine: Engine) -> None:
    engine.index(
        [
            thing("1", "b", priority=1),
            thing("2", "c"),
            thing("3", "a", priority=1),
            thing("4", "z", priority=-1),
        ]
    )
    assert found(engine, All(), scored=False) == ["4", "2", "3", "1"]


def test_names_sort_ascending_and_numbers_descending(engine: Engine) -> None:
    engine.index(
        [
            thing("1", "b", newest=3),
            thing("2", "c", newest=-1),
            thing("3", "a", newest=3),
            thing("4", "d", newest=20),
        ]
    )
    assert found(engine, All(), scored=False, sort="name") == ["3", "1", "2", "4"]
    assert found(engine, All(), scored=True, sort="newest") == ["4", "3", "1", "2"]


def test_a_heavier_field_comes_first(engine: Engine) -> None:
    engine.index([thing("text", "other", en="griffin"), thing("title", "griffin", en="other")])
    both = Best((Term("name", NEUTRAL, "griffin", 4.0), in_summary("griffin", 1.0)))
    assert found(engine, both) == ["title", "text"]


def test_boosts_order_hits(engine: Engine) -> None:
    engine.index([thing("a", colour=("red",)), thing("b", colour=("green",))])
    assert found(engine, Or((Has("colour", "red", 1.0), Has("colour", "green", 2.0)))) == ["b", "a"]
    assert found(engine, Or((Has("colour", "red", 2.0), Has("colour", "green", 1.0)))) == ["a", "b"]


def test_the_best_child_counts_in_full_and_others_a_tenth(engine: Engine) -> None:
    engine.index([thing("a", colour=("red",), shape=("round",)), thing("b", colour=("red",))])
    children = (Has("colour", "red", 10.0), Has("shape", "round", 10.0))
    best = {hit.key: hit.score for hit in engine.search(EngineRequest(Best(children), scored=True)).hits}
    added = {hit.key: hit.score for hit in engine.search(EngineRequest(Or(children), scored=True)).hits}
    assert best["a"] == pytest.approx(1.1 * best["b"], rel=0.05)
    assert added["a"] == pytest.approx(2 * added["b"], rel=0.05)


def test_filters_do_not_change_scores(coloured: Engine) -> None:
    plain = {
        hit.key: hit.score for hit in coloured.search(EngineRequest(in_summary("face"), scored=True)).hits
    }
    filtered = coloured.search(
        EngineRequest(in_summary("face"), scored=True, filters={"colour": ("red",)})
    ).hits
    assert filtered
    assert all(hit.score == pytest.approx(plain[hit.key]) for hit in filtered)


def test_between_equals_the_more_important_comes_first_then_the_name(engine: Engine) -> None:
    engine.index(
        [
            thing("later", "b x", en="faces", priority=3),
            thing("name b", "b y", en="faces", priority=1),
            thing("name a", "a x", en="faces", priority=1),
        ]
    )
    assert found(engine, in_summary("face")) == ["name a", "name b", "later"]


@pytest.mark.parametrize(
    ("page", "size"), [(10**9, 20), (10**18, 200), (2, 200), (0, 20), (-5, 20), (1, 10**9)]
)
def test_any_page_of_any_size_is_answered(coloured: Engine, page: int, size: int) -> None:
    result = coloured.search(EngineRequest(All(), scored=False, page=page, size=size))
    assert result.total == 4
    assert len(result.hits) in (0, 4)


def test_no_hits_are_asked_for_and_the_total_is_right(coloured: Engine) -> None:
    result = coloured.search(EngineRequest(All(), scored=True, size=0, facets=("shape",)))
    assert (result.total, result.hits, result.facet_counts["shape"]) == (4, (), {"round": 3, "角": 1})


# Suggestions and likeness


def test_suggestions_begin_with_the_words_of_the_prefix_in_any_order(engine: Engine) -> None:
    engine.index(
        [
            thing("1", "Griffeye Analyze", priority=1),
            thing("2", "Analyze Griffin", priority=2),
            thing("3", "Épervier"),
            thing("4", "人脸通"),
            thing("5", "Magnet AXIOM"),
        ]
    )
    assert engine.suggest("grif", 5) == (("Griffeye Analyze", "1"), ("Analyze Griffin", "2"))
    assert engine.suggest("anal GRI", 5) == (("Analyze Griffin", "2"), ("Griffeye Analyze", "1"))
    assert engine.suggest("eper", 5) == (("Épervier", "3"),)
    assert engine.suggest("脸", 5) == (("人脸通", "4"),)
    assert engine.suggest("grif", 1) == (("Griffeye Analyze", "1"),)
    for nothing in ("", " ", "xyz", "?!", "\x00", "*"):
        assert engine.suggest(nothing, 5) == ()
    assert engine.suggest("grif", 0) == engine.suggest("grif", -3) == ()


def test_similar_documents_share_rare_words_and_values(engine: Engine) -> None:
    engine.rebuild(
        [
            thing("itself", en="speaker diarisation of calls", colour=("red",), shape=("round",)),
            thing("twin", en="diarisation of speakers", colour=("red",), shape=("round",)),
            thing("cousin", en="something else", colour=("red",)),
            *(thing(f"stranger {number}", en="images", colour=("blue",)) for number in range(12)),
        ]
    )
    hits = engine.similar("itself", 5)
    assert [hit.key for hit in hits] == ["twin", "cousin"]
    assert [hit.key for hit in engine.similar("itself", 1)] == ["twin"]
    assert engine.similar("unknown", 5) == engine.similar("itself", 0) == ()


# Bad input


@pytest.mark.parametrize(
    "value",
    ["x" * 100_000, "é" * 70_000, "人" * 50_000, "\x00", "\ud800", "a\ud800b", "\u202e", "\n", "x" * 600],
    ids=[
        "long",
        "long accents",
        "long Chinese",
        "NUL",
        "surrogate",
        "broken",
        "bidi",
        "line end",
        "a bit long",
    ],
)
def test_no_value_breaks_the_index(engine: Engine, value: str) -> None:
    document = Document(
        key="odd",
        texts={"en": {"name": value, "summary": value, "notes": f"faces {value}"}, NEUTRAL: {"name": value}},
        facets={"colour": (value, "red"), "nothing": (value,)},
        sorts={"name": value, "newest": 10**30},
        priority=-(10**12),
    )
    engine.index([document, thing("plain", en="faces")])
    assert found(engine, Term("notes", "en", "face")) == ["odd"]
    assert found(engine, Has("colour", value)) == ["odd"]
    assert found(engine, Has("colour", value[:-1] + "y")) == []
    assert found(engine, All(), scored=False, filters={"colour": (value,)}, sort="name") == ["odd"]
    assert set(found(engine, All(), scored=False, sort="newest")) == {"odd", "plain"}
    counts = engine.search(EngineRequest(All(), scored=False, facets=("colour",))).facet_counts["colour"]
    assert len(counts) == 2
    assert counts["red"] == 1
    engine.suggest(value, 5)
    engine.similar("odd", 5)
    for node in (in_summary(value), Prefix(SURFACE, "en", value), Phrase("summary", "en", (value, value))):
        engine.count(node, {})
    assert engine.vocabulary("en")["faces"] == 2
    assert engine.healthy(thorough=True).healthy
    engine.remove(["odd"])
    assert found(engine, All(), scored=False) == ["plain"]


def test_a_query_of_thousands_of_words_is_answered(engine: Engine) -> None:
    engine.index([thing("a", en="faces")])
    many = tuple(in_summary(f"word{number}") for number in range(3000))
    assert found(engine, Or((*many, in_summary("face")))) == ["a"]
    assert found(engine, And((*many, in_summary("face")))) == []


# Writing and rebuilding


def test_without_an_index_everything_but_health_says_so(kind: EngineKind, tmp_path: Path) -> None:
    engine = kind.make(SCHEMA, tmp_path)
    for ask in (
        lambda: engine.search(EngineRequest(All(), scored=False)),
        lambda: engine.count(All(), {}),
        lambda: engine.suggest("a", 3),
        lambda: engine.similar("a", 3),
        lambda: engine.vocabulary("en"),
        lambda: engine.frequency("en", "a"),
        engine.keys_with_hashes,
        lambda: engine.index([thing("a")]),
        lambda: engine.remove(["a"]),
    ):
        with pytest.raises(IndexUnavailable):
            ask()
    health = engine.healthy(thorough=True)
    assert not health.healthy
    assert health.reason


def test_a_rebuild_replaces_everything_and_says_how_far_it_is(engine: Engine) -> None:
    engine.index([thing("old")])
    before = engine.search(EngineRequest(All(), scored=False)).generation
    told: list[int] = []
    assert engine.rebuild((thing(f"new {number:03d}") for number in range(120)), told.append) == 120
    result = engine.search(EngineRequest(All(), scored=False, size=200))
    assert [hit.key for hit in result.hits] == [f"new {number:03d}" for number in range(120)]
    assert result.generation != before
    assert told == sorted(told)
    assert told[-1] == 120
    assert len(told) > 1


def test_the_generation_changes_with_every_write_and_with_nothing_else(engine: Engine) -> None:
    def generation() -> str:
        return engine.search(EngineRequest(All(), scored=False)).generation

    seen = [generation()]
    for write in (
        lambda: engine.index([thing("a")]),
        lambda: engine.index([thing("b")]),
        lambda: engine.remove(["a"]),
        lambda: engine.rebuild([thing("a")]),
    ):
        write()
        seen.append(generation())
        assert generation() == seen[-1]
    assert len(set(seen)) == 5
    assert engine.healthy().generation == seen[-1]


class SourceFailedError(Exception):
    """The database went away."""


def _failing() -> Iterator[Document]:
    yield thing("half", en="faces")
    raise SourceFailedError


def test_a_failing_rebuild_leaves_the_present_index(engine: Engine) -> None:
    engine.index([thing("present")])
    with pytest.raises(SourceFailedError):
        engine.rebuild(_failing())
    assert found(engine, All(), scored=False) == ["present"]
    assert engine.rebuild([thing("after")]) == 1
    assert found(engine, All(), scored=False) == ["after"]


def test_a_failing_batch_writes_nothing_and_blocks_nobody(engine: Engine) -> None:
    engine.index([thing("present")])
    with pytest.raises(SourceFailedError) as caught:
        engine.index(_failing())
    assert caught.value.__traceback__ is not None
    assert found(engine, All(), scored=False) == ["present"]
    engine.index([thing("after")])
    assert found(engine, All(), scored=False) == ["after", "present"]


def test_a_second_writer_waits_then_hears_that_the_first_is_busy(
    kind: EngineKind, engine: Engine, tmp_path: Path
) -> None:
    other = kind.make(SCHEMA, tmp_path)
    started, go_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[Document]:
        yield thing("slow")
        started.set()
        assert go_on.wait(60)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(engine.index, slowly())
        assert started.wait(60)
        for write in (
            lambda: other.index([thing("b")]),
            lambda: other.remove(["a"]),
            lambda: other.rebuild([]),
        ):
            with pytest.raises(WriterBusy):
                write()
        # Readers do not wait, and see nothing unfinished.
        assert found(other, All(), scored=False) == []
        go_on.set()
        assert first.result() == 1
    assert other.index([thing("b")]) == 1
    assert found(engine, All(), scored=False) == ["b", "slow"]


def test_the_documents_of_a_rebuild_are_asked_for_only_when_nobody_else_can_write(
    kind: EngineKind, engine: Engine, tmp_path: Path
) -> None:
    other = kind.make(SCHEMA, tmp_path)
    refused = []

    def source() -> Iterator[Document]:
        with pytest.raises(WriterBusy):
            other.index([thing("between")])
        refused.append(True)
        yield thing("a")

    engine.rebuild(source())
    assert refused


def test_a_search_during_rebuilds_never_finds_an_empty_or_half_index(
    kind: EngineKind, engine: Engine, tmp_path: Path
) -> None:
    documents = random_corpus(3, 30)
    engine.rebuild(documents)
    stop = threading.Event()

    def look() -> set[int]:
        reader = kind.make(SCHEMA, tmp_path)
        seen = set()
        while not stop.is_set():
            result = reader.search(EngineRequest(All(), scored=False, facets=("colour",), size=200))
            seen |= {result.total, len(result.hits)}
        return seen

    with ThreadPoolExecutor(3) as pool:
        looking = [pool.submit(look) for _ in range(3)]
        for _ in range(8):
            engine.rebuild(documents)
            engine.index(documents[:5])
        stop.set()
        seen = [future.result() for future in looking]
    assert seen == [{30}] * 3


def test_many_threads_of_one_process_get_the_answers_of_one(engine: Engine) -> None:
    engine.rebuild(random_corpus(4, 40))
    asked = [
        EngineRequest(Prefix(SURFACE, "en", begin), scored=True, facets=("colour",)) for begin in "fvrcx4"
    ] * 20
    alone = [engine.search(request) for request in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(engine.search, asked)) == alone
