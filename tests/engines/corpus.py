"""Small corpora with every kind of difficulty, and what a search of them must find, worked out in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from hub.core.search import NEUTRAL, Document, EngineRequest, Schema, TextField
from hub.core.search.analysed import Analysed, analyse
from hub.core.search.ast import SURFACE, All, And, Best, Has, Node, Or, Phrase, Prefix, Term
from hub.core.text import fold

LANGUAGES = ("en", "fr", "zh-hans", "ar")
SCHEMA = Schema(
    name="things",
    version=1,
    text_fields=(
        TextField("name", 4.0, translated=False),
        TextField("summary", 1.0, translated=True),
        TextField("notes", 0.5, translated=True),
    ),
    facets=("colour", "shape", "origin"),
    sort_keys=("name", "newest"),
    languages=LANGUAGES,
)

WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "face",
        "faces",
        "recognition",
        "recognise",
        "video",
        "of",
        "the",
        "child",
        "children",
        "x7",
        "4NSEEK",
    ),
    "fr": ("visage", "visages", "reconnaissance", "vidéo", "de", "l’enfant", "enfants", "été", "œuvre"),
    "zh-hans": ("人脸", "识别", "人脸识别", "儿童", "兒童", "脸", "AI", "视频", "张伟明", "，", "人人人"),
    "ar": ("الوجه", "الوجوه", "طفل", "الأطفال", "صورة", "فيديو", "على", "التعرف"),
}
NAMES = (
    "Griffeye",
    "Amped FIVE",
    "4NSEEK",
    "人脸通",
    "Аналитик",
    "Épervier",
    "أثر",
    "X",
    "griffin",
    "Zeuge",
    "a'b",
)
VALUES: Mapping[str, tuple[str, ...]] = {
    "colour": ("red", "green", "blue", "not-known", "Red", "très-vert"),
    "shape": ("round", "long shape", "角", "a\x00b", 'say "yes" OR *', "\\"),
    "origin": ("NL", "CN", "EG"),
}


def random_document(random: Random, key: str) -> Document:
    """A document of random words, values, sort values and priority."""

    def text(language: str) -> str:
        words = random.choices(WORDS[language], k=random.randint(0, 7))
        return ("" if language == "zh-hans" else " ").join(words)

    texts: dict[str, dict[str, str]] = {
        language: {name: text(language) for name in ("summary", "notes") if random.random() < 0.8}
        for language in LANGUAGES
        if random.random() < 0.7
    }
    name = " ".join(random.sample(NAMES, random.randint(1, 2)))
    texts.setdefault(random.choice((NEUTRAL, *LANGUAGES)), {})["name"] = name
    return Document(
        key=key,
        texts=texts,
        facets={
            facet: tuple(random.choices(values, k=random.randint(0, 3))) for facet, values in VALUES.items()
        },
        sorts={"name": fold(name), "newest": random.randint(-5, 5)},
        priority=random.randint(-1, 3),
    )


def random_corpus(seed: int, size: int) -> list[Document]:
    """A corpus; the same seed gives the same one."""
    random = Random(seed)
    return [random_document(random, f"key-{number}") for number in range(size)]


TERMS = sorted(
    {
        term
        for document in random_corpus(0, 60)
        for terms in analyse(document, SCHEMA).terms.values()
        for term in terms
    }
)
PHRASES = sorted(
    {
        tuple(terms[at : at + length])
        for document in random_corpus(1, 40)
        for terms in analyse(document, SCHEMA).terms.values()
        for length in (2, 3)
        for at in range(len(terms) - length + 1)
    }
)
_PLACES = [("name", NEUTRAL)] + [(name, code) for name in ("summary", "notes") for code in LANGUAGES]
_ODD_PLACES = [("nowhere", "en"), ("name", "en"), ("summary", "xx"), ("summary", NEUTRAL)]

boosts = st.sampled_from((0.5, 1.0, 3.0))
places = st.sampled_from(_PLACES + _ODD_PLACES)
surface_places = st.sampled_from([(SURFACE, code) for code in (*LANGUAGES, "xx")])
words = st.one_of(st.sampled_from(TERMS), st.text(max_size=3))
facet_values = st.sampled_from(
    [(facet, value) for facet, values in VALUES.items() for value in values]
    + [("nothing", "red"), ("colour", "")]
)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.just(All()),
    st.builds(
        lambda place, term, boost: Term(*place, term, boost), st.one_of(places, surface_places), words, boosts
    ),
    st.builds(
        lambda place, terms, boost: Phrase(*place, terms, boost), places, st.sampled_from(PHRASES), boosts
    ),
    st.builds(
        lambda place, term, boost: Prefix(*place, term[:2] or "a", boost),
        st.one_of(places, surface_places),
        words,
        boosts,
    ),
    st.builds(lambda pair, boost: Has(*pair, boost), facet_values, boosts),
)
nodes = st.recursive(
    leaves,
    lambda children: st.one_of(
        *(st.builds(kind, st.lists(children, max_size=3).map(tuple)) for kind in (And, Or, Best))
    ),
    max_leaves=6,
)
filters = st.dictionaries(
    st.sampled_from([*VALUES, "nothing"]),
    st.lists(
        st.sampled_from([value for values in VALUES.values() for value in values] + ["absent"]), max_size=3
    ).map(tuple),
    max_size=3,
)
facets = st.lists(st.sampled_from([*VALUES, "nothing"]), unique=True).map(tuple)
requests = st.builds(
    EngineRequest,
    query=nodes,
    scored=st.booleans(),
    filters=filters,
    facets=facets,
    sort=st.sampled_from(("relevance", "name", "newest")),
    size=st.sampled_from((1, 3, 200)),
)


@dataclass(frozen=True)
class Expected:
    """What a search must answer; `keys` are in order unless the order is by score."""

    keys: list[str]
    counts: dict[str, dict[str, int]]


class Naive:
    """Answers a request by looking at every document."""

    def __init__(self, documents: Iterable[Document]) -> None:
        by_key = {document.key: document for document in documents}
        self.documents = by_key
        self.analysed: dict[str, Analysed] = {key: analyse(one, SCHEMA) for key, one in by_key.items()}

    def matches(self, key: str, node: Node) -> bool:
        """Say whether a node finds a document."""
        match node:
            case All():
                return True
            case Term():
                return node.term in self._terms(key, node.field, node.language)
            case Phrase():
                terms = self._terms(key, node.field, node.language)
                length = len(node.terms)
                return any(tuple(terms[at : at + length]) == node.terms for at in range(len(terms)))
            case Prefix():
                return any(
                    term.startswith(node.prefix) for term in self._terms(key, node.field, node.language)
                )
            case Has():
                return bool(node.value) and node.value in self.documents[key].facets.get(node.facet, ())
            case And():
                return all(self.matches(key, child) for child in node.children)
            case Or() | Best():
                return any(self.matches(key, child) for child in node.children)

    def _terms(self, key: str, field: str, language: str) -> list[str]:
        analysed = self.analysed[key]
        return (
            analysed.words.get(language, [])
            if field == SURFACE
            else analysed.terms.get((field, language), [])
        )

    def passes(self, key: str, filters: Mapping[str, tuple[str, ...]], *, without: str = "") -> bool:
        """Say whether a document passes all filters, one facet left out."""
        has = self.documents[key].facets
        return all(
            set(values) & set(has.get(facet, ())) - {""} if facet in SCHEMA.facets else False
            for facet, values in filters.items()
            if values and facet != without
        )

    def answer(self, request: EngineRequest) -> Expected:
        """Work out the answer."""
        matching = [key for key in self.documents if self.matches(key, request.query)]
        found = [key for key in matching if self.passes(key, request.filters)]
        counts: dict[str, dict[str, int]] = {}
        for facet in request.facets:
            counted = counts.setdefault(facet, {})
            if facet not in SCHEMA.facets:
                continue
            for key in matching:
                if self.passes(key, request.filters, without=facet):
                    for value in set(self.documents[key].facets.get(facet, ())):
                        counted[value] = counted.get(value, 0) + 1
        return Expected(sorted(found, key=lambda key: self._order(key, request.sort)), counts)

    def _order(self, key: str, sort: str) -> str:
        analysed = self.analysed[key]
        return analysed.orders.get(sort, analysed.browse_order)

    def vocabulary(self, language: str) -> dict[str, int]:
        """Count the documents of every word of a language."""
        counted: dict[str, int] = {}
        for analysed in self.analysed.values():
            for word in analysed.words.get(language, ()):
                counted[word] = counted.get(word, 0) + 1
        return counted

    def hashes(self) -> dict[str, str]:
        """Return the content hash of every document."""
        return {key: document.content_hash() for key, document in self.documents.items()}
