"""What pages ask: a text as somebody typed it, filters, and an answer with everything that a page shows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from threading import Lock
from types import MappingProxyType

from hub.core.search.ast import Node
from hub.core.search.concepts import ConceptTable
from hub.core.search.lexicon import Lexicon
from hub.core.search.planner import Plan, Word, plan
from hub.core.search.protocol import Engine, EngineRequest, EngineResult
from hub.core.search.records import Correction, Hit, SearchRequest, SearchResult, Suggestion
from hub.core.text import detect_languages

_SECOND_LANGUAGE = "en"
_COMPLETIONS = 20
_CANDIDATES = 4
_MOST_CORRECTED = 3
_MOST_TRIED = 24
_KEPT_LEXICONS = 12
_SUGGESTED_CONCEPTS = 3


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What could be left out of a question without results, and how many documents would then be found.

    One value of a facet; with an empty `value` a whole facet of which several values are chosen; with the facet
    "text" the words.
    """

    facet: str
    value: str
    total: int


TEXT = "text"
"""The facet of the Relaxation that leaves out the words."""


@dataclass(frozen=True, slots=True)
class _Answer:
    plan: Plan
    result: EngineResult
    correction: Correction | None = None
    suggestion: str | None = None


class SearchService:
    """Searches with one engine and the concepts of the moment. One object serves all threads of a process.

    Methods raise what the engine raises: IndexUnavailable when there is no index that can answer.
    """

    def __init__(self, engine: Engine, concepts: Callable[[], ConceptTable]) -> None:
        """Use an engine; `concepts` is asked once for every question and should keep its table while it is true."""
        self.engine = engine
        self.concepts = concepts
        self._lexicons: OrderedDict[tuple[str, str], tuple[ConceptTable, Lexicon]] = OrderedDict()
        self._lock = Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question. Facets or a sort that the schema does not have find nothing and order nothing."""
        answer = self._answer(request, self.concepts())
        return SearchResult(
            total=answer.result.total,
            hits=answer.result.hits,
            facet_counts=_with_selected(answer.result.facet_counts, request),
            correction=answer.correction,
            concepts=answer.plan.concepts,
            matched_terms=MappingProxyType(answer.plan.matched_terms),
            suggestion=answer.suggestion,
            engine=self.engine.name,
            generation=answer.result.generation,
        )

    def suggest(self, text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return completions of a text: names of concepts first, a few, then titles of documents."""
        if limit < 1 or not text.strip():
            return ()
        languages = tuple(dict.fromkeys((language, *detect_languages(text, language), _SECOND_LANGUAGE)))
        named = self.concepts().completions(text, languages, limit)
        titles = self.engine.suggest(text, limit)
        most = min(limit, max(_SUGGESTED_CONCEPTS, limit - len(titles)))
        suggestions = [Suggestion(name, concept=concept) for name, concept in named[:most]]
        suggestions += [Suggestion(title, key=key) for title, key in titles]
        return tuple(suggestions[:limit])

    def similar(self, key: str, limit: int = 5) -> tuple[Hit, ...]:
        """Return the documents most like one, best first; nothing for an unknown key."""
        return self.engine.similar(key, limit)

    def relaxations(self, request: SearchRequest) -> tuple[Relaxation, ...]:
        """Return what could be left out so that something is found, the most results first."""
        query = self._answer(replace(request, facets=(), size=1, page=1), self.concepts()).plan.query
        chosen = {facet: values for facet, values in request.filters.items() if values}
        found = []
        for facet, values in chosen.items():
            others = {name: kept for name, kept in chosen.items() if name != facet}
            # Values of one facet are alternatives: leaving out one of several finds no more.
            value = values[0] if len(set(values)) == 1 else ""
            found.append(Relaxation(facet, value, self.engine.count(query, others)))
        if chosen and request.text.strip():
            everything = self._plan("", request, self.concepts()).query
            found.append(Relaxation(TEXT, "", self.engine.count(everything, chosen)))
        return tuple(sorted((one for one in found if one.total), key=lambda one: -one.total))

    def _answer(self, request: SearchRequest, table: ConceptTable) -> _Answer:
        """Search the words as they are; if that finds nothing, their completion, then their correction."""
        planned = self._plan(request.text, request, table)
        result = self._ask(planned.query, request, scored=planned.scored)
        exact = _Answer(planned, result)
        if result.total or not planned.words:
            return exact
        if request.correct:
            completed = self._completed(planned, request, table, result.generation)
            if completed is not None:
                return completed
        unknown = self._unknown(planned)
        if not unknown:
            return exact
        corrected = self._corrected(planned, unknown, request, table, result.generation)
        if corrected is None:
            return exact
        if not request.correct:
            return replace(exact, suggestion=corrected.text)
        result = self._ask(corrected.query, request, scored=corrected.scored)
        return _Answer(corrected, result, Correction(planned.text, corrected.text))

    def _plan(
        self, text: str, request: SearchRequest, table: ConceptTable, completions: Sequence[str] = ()
    ) -> Plan:
        def is_known(language: str, word: str) -> bool:
            return word in table.words.get(language, ()) or self.engine.frequency(language, word) > 0

        return plan(
            text,
            request.language,
            self.engine.schema,
            table,
            is_known,
            with_concepts=request.concepts,
            completions=completions,
        )

    def _ask(self, query: Node, request: SearchRequest, *, scored: bool) -> EngineResult:
        return self.engine.search(
            EngineRequest(
                query=query,
                scored=scored,
                filters=request.filters,
                facets=request.facets,
                sort=request.sort,
                page=request.page,
                size=request.size,
            )
        )

    def _completed(
        self, planned: Plan, request: SearchRequest, table: ConceptTable, generation: str
    ) -> _Answer | None:
        last = planned.words[-1]
        if not last.may_be_prefix or not last.folded:
            return None
        begun: dict[str, int] = {}
        for language in planned.languages:
            lexicon = self._lexicon(language, table, generation)
            for word in lexicon.beginning_with(last.folded, _COMPLETIONS):
                begun[word] = max(begun.get(word, 0), lexicon.frequency(word))
        begun.pop(last.folded, None)
        if not begun:
            return None
        likeliest = sorted(begun, key=lambda word: (-begun[word], word))
        completed = self._plan(planned.text, request, table, likeliest)
        if not self.engine.count(completed.query, {}):
            return None
        return _Answer(completed, self._ask(completed.query, request, scored=True))

    def _unknown(self, planned: Plan) -> list[Word]:
        """Return the words that no document has, by itself: those that may be mistyped."""
        return [
            word
            for word in planned.words
            if word.is_needed and word.folded and not self.engine.count(word.node, {})
        ]

    def _corrected(
        self,
        planned: Plan,
        unknown: Sequence[Word],
        request: SearchRequest,
        table: ConceptTable,
        generation: str,
    ) -> Plan | None:
        """Return the likeliest correction that finds something when nothing is filtered; None if there is none."""
        if len(unknown) > _MOST_CORRECTED:
            return None
        choices = [self._meant(word, planned.languages, table, generation) for word in unknown]
        if not all(choices):
            return None
        ranked = sorted(product(*choices), key=_likelihood)
        for combination in islice(ranked, _MOST_TRIED):
            text = planned.text
            for word, (_, _, meant) in reversed(list(zip(unknown, combination, strict=True))):
                text = text[: word.start] + meant + text[word.end :]
            corrected = self._plan(text, request, table)
            if self.engine.count(corrected.query, {}):
                return corrected
        return None

    def _meant(
        self, word: Word, languages: Sequence[str], table: ConceptTable, generation: str
    ) -> list[tuple[int, int, str]]:
        best: dict[str, tuple[int, int, str]] = {}
        for language in languages:
            for found in self._lexicon(language, table, generation).meant(word.folded, _CANDIDATES):
                best[found[2]] = min(found, best.get(found[2], found))
        return sorted(best.values())[:_CANDIDATES]

    def _lexicon(self, language: str, table: ConceptTable, generation: str) -> Lexicon:
        key = (language, generation)
        kept = self._lexicons.get(key)
        if kept is not None and kept[0] is table:
            return kept[1]
        made = Lexicon(self.engine.vocabulary(language), table.words.get(language, ()))
        with self._lock:
            self._lexicons[key] = (table, made)
            self._lexicons.move_to_end(key)
            while len(self._lexicons) > _KEPT_LEXICONS:
                self._lexicons.popitem(last=False)
        return made


def _likelihood(combination: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    return sum(errors for errors, _, _ in combination), sum(minus for _, minus, _ in combination)


def _with_selected(
    counts: Mapping[str, Mapping[str, int]], request: SearchRequest
) -> dict[str, Mapping[str, int]]:
    """Add selected values that no document has: they must not vanish from the page."""
    return {
        facet: {**dict.fromkeys(request.filters.get(facet, ()), 0), **found}
        for facet, found in counts.items()
    }
