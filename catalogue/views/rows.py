"""A tool as one row of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue.enums import Vocabulary
from catalogue.models import Caution, Tool
from catalogue.queries.provenance import TextState, text_states
from catalogue.queries.taxonomy import STAGE, WELLBEING, Taxonomy
from catalogue.search.facets import checked_on
from hub.core.countries import country_name
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.text import highlight
from hub.core.translation import text_in

RULING = "regulator-decision"


@dataclass(frozen=True, slots=True)
class Flag:
    """A caution in a list; `kind` is "caution" or "ruling"."""

    kind: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ToolRow:
    """What a list says of a tool. Empty values are not known; `summary` is cut into pieces, True where it matches."""

    slug: str
    url: str
    name: str
    by: tuple[str, ...]
    summary: tuple[tuple[str, bool], ...]
    summary_language: str
    summary_state: TextState
    flags: tuple[Flag, ...]
    stages: frozenset[str]
    cost: str
    runs: tuple[str, ...]
    access: str
    ai_role: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class StageLabel:
    """One of the eight stages, as the key above a list names it."""

    code: str
    label: str


def stage_labels(taxonomy: Taxonomy) -> list[StageLabel]:
    """Return the eight stages in order; wellbeing belongs to all of them and is none."""
    return [
        StageLabel(code, taxonomy.label(STAGE, code)) for code in taxonomy.codes(STAGE) if code != WELLBEING
    ]


def tool_rows(
    tools: Sequence[Tool], taxonomy: Taxonomy, language: str, matched_terms: Mapping[str, frozenset[str]]
) -> list[ToolRow]:
    """Return the rows of tools whose facts are loaded; one query for where their texts come from."""
    states = text_states(tools, ("summary",), language)
    return [_row(tool, taxonomy, matched_terms, states[tool.pk, "summary"]) for tool in tools]


def _row(
    tool: Tool, taxonomy: Taxonomy, matched_terms: Mapping[str, frozenset[str]], state: TextState
) -> ToolRow:
    summary, language = tool.text("summary")
    return ToolRow(
        slug=tool.slug,
        url=tool.get_absolute_url(),
        name=tool.name,
        by=made_by(tool),
        summary=tuple(highlight(summary, language, set(matched_terms.get(language, ())))),
        summary_language=language,
        summary_state=state,
        flags=tuple(flag_of(caution) for caution in tool.cautions.all()),
        stages=frozenset(stage.code for stage in tool.stages.all()),
        cost=_label(taxonomy, Vocabulary.COST_MODEL, tool.cost_model),
        runs=tuple(taxonomy.label(Vocabulary.DEPLOYMENT, code) for code in tool.deployment),
        access=_label(taxonomy, Vocabulary.ACCESS, tool.access),
        ai_role=_label(taxonomy, Vocabulary.AI_ROLE, tool.ai_role),
        checked_on=checked_on(tool),
    )


def made_by(tool: Tool) -> tuple[str, ...]:
    """Return who makes a tool, and the country; empty if that is not known."""
    if tool.vendor is None:
        return ()
    return (
        (tool.vendor.name, country_name(tool.vendor.country)) if tool.vendor.country else (tool.vendor.name,)
    )


def flag_of(caution: Caution) -> Flag:
    """Return a caution as a list shows it."""
    text, language = text_in(caution, "text")
    return Flag("ruling" if caution.kind == RULING else "caution", text, language or DEFAULT_LANGUAGE)


def _label(taxonomy: Taxonomy, kind: str, code: str) -> str:
    return taxonomy.label(kind, code) if code else ""
