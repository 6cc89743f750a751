"""What pages ask: a text as somebody typed it, filters, and an answer with everything that a page shows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from threading import Lock
from types import MappingProxyType

from hub.core.search.concepts import ConceptTable
from hub.core.search.lexicon import Lexicon, Meant, likeliest_first
from hub.core.search.planner import Plan, Word, plan
from hub.core.search.protocol import EngineRequest, EngineResult, Reader
from hub.core.search.records import Correction, Hit, SearchRequest, SearchResult, Suggestion
from hub.core.text import detect_languages, is_listed

_SECOND_LANGUAGE = "en"
_COMPLETIONS = 20
_CANDIDATES = 6
_MOST_CORRECTED = 3
_MOST_TRIED = 24
_OTHER_LANGUAGE = 0.25
_WORTH_OF_A_NAME = 0.9
_UNCHANGED = 1.5
"""An unknown word may be right where it is part of a name with a word that is corrected."""
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
    left_out: tuple[str, ...] = ()


class SearchService:
    """Searches with one engine and the concepts of the moment. One object serves all threads of a process.

    Methods raise what the engine raises: IndexUnavailable when there is no index that can answer.
    """

    def __init__(self, engine: Reader, concepts: Callable[[], ConceptTable]) -> None:
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
            left_out=answer.left_out,
            engine=answer.result.engine or self.engine.name,
            generation=answer.result.generation,
            degraded=answer.result.engine not in ("", self.engine.name),
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
        """Search the words as they are; if no document has them, what they begin, then what may have been meant."""
        planned = self._plan(request.text, request, table)
        result = self._ask(planned, request)
        exact = _Answer(planned, result)
        if result.total or not planned.words or self.engine.count(planned.query, {}):
            # Where only filters leave nothing, the words are right.
            return exact
        state = self.engine.state_of_words()
        lexicons = [self._lexicon(language, table, state) for language in planned.languages]
        better = self._completed(planned, request, table, lexicons) if request.correct else None
        if better is not None:
            return _Answer(better, self._ask(better, request))
        better = self._corrected(planned, request, table, lexicons)
        if better is not None and not request.correct:
            return replace(exact, suggestion=better.text)
        if better is not None:
            return _Answer(better, self._ask(better, request), Correction(planned.text, better.text))
        if request.correct:
            better, left_out = self._shortened(planned, request, table)
            if better is not None:
                return _Answer(better, self._ask(better, request), left_out=left_out)
        return exact

    def _plan(
        self,
        text: str,
        request: SearchRequest,
        table: ConceptTable,
        *,
        completions: Sequence[str] = (),
        left_out: Collection[str] = (),
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
            left_out=left_out,
        )

    def _ask(self, planned: Plan, request: SearchRequest) -> EngineResult:
        return self.engine.search(
            EngineRequest(
                query=planned.query,
                scored=planned.scored,
                filters=request.filters,
                facets=request.facets,
                sort=request.sort,
                page=request.page,
                size=request.size,
            )
        )

    def _completed(
        self, planned: Plan, request: SearchRequest, table: ConceptTable, lexicons: Sequence[Lexicon]
    ) -> Plan | None:
        """Return the plan for what the unfinished last word begins; None if that finds nothing."""
        last = planned.words[-1]
        if not last.may_be_prefix or not last.folded:
            return None
        begun: dict[str, int] = {}
        for lexicon in lexicons:
            for word in lexicon.beginning_with(last.folded, _COMPLETIONS):
                begun[word] = max(begun.get(word, 0), lexicon.frequency(word))
        begun.pop(last.folded, None)
        if not begun:
            return None
        likeliest = sorted(begun, key=lambda word: (-begun[word], word))
        completed = self._plan(planned.text, request, table, completions=likeliest)
        return completed if self.engine.count(completed.query, {}) else None

    def _corrected(
        self, planned: Plan, request: SearchRequest, table: ConceptTable, lexicons: Sequence[Lexicon]
    ) -> Plan | None:
        """Return the plan for the likeliest text that finds something without filters; None if there is none."""
        joined = self._best(planned, request, table, _joined(planned, lexicons))
        if joined is not None:
            return joined
        unknown = [word for word in planned.words if self._is_unknown(planned, word, lexicons)]
        if len(unknown) > _MOST_CORRECTED:
            return None
        if unknown:
            choices = [[*_meant(word, lexicons), Meant(_UNCHANGED, 0, word.folded)] for word in unknown]
            tried = sorted(product(*choices), key=_errors)
            return self._best(
                planned, request, table, [_replaced(planned, unknown, one, table) for one in tried]
            )
        # All words are right by themselves. Another one is only better if it makes a name of them.
        known = [word for word in planned.words if word.folded and not planned.is_named(word)]
        tried_one = sorted(
            ((word, meant) for word in known for meant in _meant(word, lexicons) if meant.errors <= 1),
            key=lambda pair: likeliest_first(pair[1]),
        )
        texts = [_replaced(planned, [word], [meant], table) for word, meant in tried_one]
        return self._best(planned, request, table, texts, as_name=True)

    def _is_unknown(self, planned: Plan, word: Word, lexicons: Sequence[Lexicon]) -> bool:
        if not word.is_needed or not word.folded or any(one.frequency(word.folded) for one in lexicons):
            return False
        if any(is_listed(word.folded, language) for language in planned.languages):
            return False
        return not self.engine.count(word.node, {})

    def _best(
        self,
        planned: Plan,
        request: SearchRequest,
        table: ConceptTable,
        texts: Sequence[tuple[float, str]],
        *,
        as_name: bool = False,
    ) -> Plan | None:
        """Return the plan of the best text; one that names a concept of several words is worth an error more."""
        best: tuple[float, Plan] | None = None
        for errors, text in texts[:_MOST_TRIED]:
            if best is not None and errors - _WORTH_OF_A_NAME >= best[0]:
                break
            tried = self._plan(text, request, table)
            is_name = any(not one.is_single_word and one not in planned.names for one in tried.names)
            cost = errors - _WORTH_OF_A_NAME * is_name
            is_better = (is_name or not as_name) and (best is None or cost < best[0])
            if is_better and self.engine.count(tried.query, {}):
                best = (cost, tried)
        return best[1] if best else None

    def _shortened(
        self, planned: Plan, request: SearchRequest, table: ConceptTable
    ) -> tuple[Plan | None, tuple[str, ...]]:
        """Return the plan without the words that no document has together with the rest, and which they are.

        At least one concept must be left, or two thirds of the words.
        """
        spare = [word for word in planned.words if word.is_needed and not planned.is_named(word)]
        needed = [word for word in planned.words if word.is_needed]
        most = len(spare) if planned.names else len(needed) // 3
        nowhere = [word for word in spare if not self.engine.count(word.node, {})]
        tries = [[word] for word in spare] if not nowhere else [nowhere]
        for left_out in (*tries, spare):
            if not 0 < len(left_out) <= most:
                continue
            texts = frozenset(planned.text[word.start : word.end] for word in left_out)
            shortened = self._plan(planned.text, request, table, left_out=texts)
            if self.engine.count(shortened.query, {}):
                return shortened, tuple(planned.text[word.start : word.end] for word in left_out)
        return None, ()

    def _lexicon(self, language: str, table: ConceptTable, state: str) -> Lexicon:
        key = (language, state)
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


def _meant(word: Word, lexicons: Sequence[Lexicon]) -> list[Meant]:
    """Return what a word may mean in any of the languages; a word of a language further back is less likely."""
    best: dict[str, Meant] = {}
    for rank, lexicon in enumerate(lexicons):
        for one in lexicon.meant(word.folded, _CANDIDATES):
            found = one._replace(errors=one.errors + _OTHER_LANGUAGE * (rank > 0))
            best[one.text] = min(found, best.get(one.text, found), key=likeliest_first)
    return sorted(best.values(), key=likeliest_first)[:_CANDIDATES]


def _joined(planned: Plan, lexicons: Sequence[Lexicon]) -> list[tuple[float, str]]:
    """Return the texts in which two neighbouring words are one known word, as in "griff eye"."""
    return [
        (1.0, planned.text[: first.start] + first.folded + second.folded + planned.text[second.end :])
        for first, second in pairwise(planned.words)
        if first.folded
        and second.folded
        and planned.text[first.end : second.start] in (" ", "-")
        and any(lexicon.frequency(first.folded + second.folded) for lexicon in lexicons)
    ]


def _errors(combination: Sequence[Meant]) -> tuple[float, int]:
    return sum(one.errors for one in combination), -sum(one.frequency for one in combination)


def _replaced(
    planned: Plan, words: Sequence[Word], meant: Sequence[Meant], table: ConceptTable
) -> tuple[float, str]:
    """Return the text with other words in the places of some, and how many errors that supposes."""
    text = planned.text
    for word, one in reversed(list(zip(words, meant, strict=True))):
        if one.text != word.folded:
            text = text[: word.start] + _spelled(one.text, planned.languages, table) + text[word.end :]
    return sum(one.errors for one in meant), text


def _spelled(folded: str, languages: Sequence[str], table: ConceptTable) -> str:
    """Write words as the names of concepts do, with accents; words that no name has stay folded."""
    spellings = [table.words.get(language, {}) for language in languages]
    return " ".join(
        next((written[part] for written in spellings if part in written), part) for part in folded.split()
    )


def _with_selected(
    counts: Mapping[str, Mapping[str, int]], request: SearchRequest
) -> dict[str, Mapping[str, int]]:
    """Add selected values that no document has: they must not vanish from the page."""
    return {
        facet: {**dict.fromkeys(request.filters.get(facet, ()), 0), **found}
        for facet, found in counts.items()
    }
