"""The names by which people call the values of facets, in six languages."""

from __future__ import annotations

from catalogue.enums import Vocabulary
from catalogue.queries.taxonomy import CAPABILITY, STAGE, Taxonomy, Words, current_taxonomy
from catalogue.search.facets import FACETS
from hub.core.languages import LANGUAGE_CODES
from hub.core.search import Concept
from hub.core.search.concepts import ConceptTable

# "Yes" names nothing by itself: of these, only the synonyms ("offline", "air-gapped") are words that people type.
_WITHOUT_LABEL = frozenset({str(Vocabulary.OFFLINE_CAPABLE)})
_NAMED = frozenset(
    {
        CAPABILITY,
        STAGE,
        *map(
            str,
            (
                Vocabulary.DATA_TYPE,
                Vocabulary.COST_MODEL,
                Vocabulary.DEPLOYMENT,
                Vocabulary.OPERATING_SYSTEM,
                Vocabulary.OFFLINE_CAPABLE,
                Vocabulary.ACCESS,
                Vocabulary.READINESS,
            ),
        ),
    }
)

_kept: tuple[Taxonomy, ConceptTable] | None = None


def concept_table() -> ConceptTable:
    """Return the table of the present taxonomy; made anew when an editor has changed a word."""
    global _kept  # noqa: PLW0603 - one copy a process is the point
    taxonomy = current_taxonomy()
    if _kept is None or _kept[0] is not taxonomy:
        _kept = (taxonomy, ConceptTable(concepts_of(taxonomy), LANGUAGE_CODES))
    return _kept[1]


def concepts_of(taxonomy: Taxonomy) -> list[Concept]:
    """Return every value that has names, as the search knows it."""
    return [
        Concept(facet.name, words.code, names)
        for facet in FACETS
        if str(facet.kind) in _NAMED
        for words in taxonomy.concepts(str(facet.kind))
        if (names := _names(words, with_label=str(facet.kind) not in _WITHOUT_LABEL))
    ]


def _names(words: Words, *, with_label: bool) -> dict[str, tuple[str, ...]]:
    names = {}
    for language in LANGUAGE_CODES:
        label = words.labels.get(language, "") if with_label else ""
        found = tuple(dict.fromkeys(filter(None, (label, *words.synonyms.get(language, ())))))
        if found:
            names[language] = found
    return names
