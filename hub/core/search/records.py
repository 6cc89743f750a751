"""The plain records that go into a search and come out of it; no engine and no database in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

RELEVANCE = "relevance"
LARGEST_PAGE_SIZE = 200
NEUTRAL = ""
"""The language of a text that is not translated, such as a name."""


class SearchError(Exception):
    """Anything that keeps the search from doing what it was asked."""


class IndexUnavailable(SearchError):  # noqa: N818 - reads as a sentence where it is raised
    """There is no index that can answer: missing, damaged, or made by another version. Rebuild it."""


class QuestionRefused(IndexUnavailable):
    """The engine is well, but this question is too much for it. Ask another one."""


class WriterBusy(SearchError):  # noqa: N818
    """Another process is writing to the index and did not finish in time. Try again later."""


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that is searched; `weight` is 1 for ordinary text and larger for what counts more.

    A field that is not `translated` (a name) is found from every language, whichever language it is given under.
    """

    name: str
    weight: float
    translated: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """What an index holds. The first text field is the title: it is completed, and shown in suggestions.

    `version` is changed by hand when the meaning of a field changes; names need not be repeated in it.
    `sort_keys` are the names of orders: a text sorts ascending, a number (of days, say) descending.
    """

    name: str
    version: int
    text_fields: tuple[TextField, ...]
    facets: tuple[str, ...]
    sort_keys: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name of the field that is a document's title."""
        return self.text_fields[0].name

    def fingerprint(self) -> str:
        """Return a hash of everything that decides the layout of an index."""
        parts = [
            self.name,
            self.version,
            [[text.name, text.weight, text.translated] for text in self.text_fields],
            self.facets,
            self.sort_keys,
            self.languages,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    `texts` holds the texts by language and field; untranslated fields may stand under any language or NEUTRAL.
    `sorts` holds a text or a number for each of the schema's sort keys; `priority` decides where nothing else
    does, smaller first.
    """

    key: str
    texts: Mapping[str, Mapping[str, str]]
    facets: Mapping[str, tuple[str, ...]]
    sorts: Mapping[str, int | str] = field(default_factory=dict)
    priority: int = 0

    def content_hash(self) -> str:
        """Return a hash of the whole content, equal for equal documents, to compare an index with its source."""
        parts = [
            self.key,
            {language: dict(texts) for language, texts in self.texts.items()},
            {facet: sorted(set(values)) for facet, values in self.facets.items() if values},
            dict(self.sorts),
            self.priority,
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Concept:
    """A value of a facet that people name in words; `names` holds its label, then synonyms, by language."""

    facet: str
    value: str
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. Values of one facet are alternatives; facets narrow each other down.

    `facets` names those whose counts are wanted. `sort` is "relevance" or one of the schema's sort keys; without a
    text, relevance means priority, then name. `page` counts from 1. `correct=False` takes the words as they are:
    no correction of typing errors, no completion of an unfinished last word, no word left out. `concepts=False` looks for words
    only.
    """

    text: str = ""
    language: str = "en"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: str = RELEVANCE
    page: int = 1
    size: int = 20
    correct: bool = True
    concepts: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document; the score compares hits of one result only and is 0 where nothing was scored."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Correction:
    """The text that was asked and the text that was searched instead."""

    original: str
    corrected: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An answer.

    `facet_counts` holds, for each facet asked for, how many documents each value would leave; a facet's own
    selection does not count, and selected values are there even with 0. `correction` is set where another text was
    searched than the one asked; `suggestion` is a text that would find something, not searched because
    `correct=False`. `left_out` are words, as typed, that no document has together with the rest; they were not asked
    for. `concepts` are those recognised in the text that was searched. `matched_terms` holds the terms
    to highlight in texts of each language. `generation` names the state of the index; `degraded` says that a
    stand-in answered.
    """

    total: int
    hits: tuple[Hit, ...]
    facet_counts: Mapping[str, Mapping[str, int]]
    correction: Correction | None = None
    concepts: tuple[Concept, ...] = ()
    matched_terms: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    suggestion: str | None = None
    left_out: tuple[str, ...] = ()
    engine: str = ""
    generation: str = ""
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: of a document's title (`key` is set) or of a concept's name (`concept` is set)."""

    text: str
    key: str = ""
    concept: Concept | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an index can answer; `reason` says why not, in a sentence for operators, and is empty if it can."""

    healthy: bool
    reason: str = ""
    documents: int = 0
    generation: str = ""
