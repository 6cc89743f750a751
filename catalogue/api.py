"""The front door of the catalogue: all that the roof may ask. No HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from catalogue.actions.import_tools import import_tools
from catalogue.actions.load_vocabulary import load_vocabulary
from catalogue.data import CatalogueQuery, CautionNews, Figures, Specimen, SpecimenRow, StageLink
from catalogue.enums import FactGroup, Vocabulary
from catalogue.models import Caution, Tool
from catalogue.models.vocabulary import TAXONOMY_COUNTER
from catalogue.queries.figures import count_figures
from catalogue.queries.taxonomy import STAGE, WELLBEING, Taxonomy, current_taxonomy
from catalogue.queries.tools import latest_cautions_visible_to, published, with_facts
from catalogue.search import indexing
from catalogue.search.addresses import query_string
from catalogue.search.concepts import concept_table
from catalogue.views.rows import RULING, made_by
from hub.core.access import is_member
from hub.core.audit import AUDIT_COUNTER
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import Counter, User
from hub.core.search import SearchError
from hub.core.translation import text_in

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

__all__ = [
    "DEMO_TABLES",
    "CautionNews",
    "Figures",
    "Specimen",
    "StageLink",
    "figures",
    "gap_labels",
    "index_needs_rebuild",
    "latest_cautions",
    "load_demo_tables",
    "read_words",
    "rebuild_index",
    "search_health",
    "specimen",
    "stage_links",
]


DEMO_DATA = Path(__file__).resolve().parent / "demo_data"
DEMO_TABLES = (
    "capabilities",
    "tools",
    "mentions",
    "implementation",
    "data_flows",
    "error_measures",
    "cautions",
)
_SPECIMEN = "whisper"
_FIGURES_KEPT = 3_600

Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


def search_health() -> dict[str, Any]:
    """Return the state of the search for /healthz/. Never raises."""
    state = indexing.health()
    return {
        "engine": state.answering,
        "healthy": state.healthy,
        "reason": state.reason,
        "documents": state.documents,
        "generation": state.generation,
        "indexes": {name: asdict(index) for name, index in state.indexes.items()},
    }


def read_words() -> None:
    """Read the names of all concepts, which takes seconds once a process, so that nobody waits for it at a first search.

    Without a database nothing happens: then the first search does it.
    """
    with suppress(DatabaseError):
        concept_table()


def index_needs_rebuild() -> bool:
    """Say whether an index cannot answer, or holds another number of tools than the database."""
    return any(indexing.needs_rebuild(one) for one in indexing.engines().values())


def rebuild_index(progress: Progress | None = None) -> list[str]:
    """Write every search index anew. Raises SearchError if the embedded one cannot be written.

    Returns a sentence for each other one that could not be: the hub runs without it.
    """
    problems = []
    for engine in indexing.engines().values():
        try:
            indexing.rebuild(progress, engine)
        except SearchError as error:
            if engine is indexing.engine():
                raise
            problems.append(f"The index in {engine.name} was not written: {error}")
    return problems


def figures() -> Figures:
    """Return counts over the published catalogue, counted anew after each recorded change."""
    key = f"catalogue:figures:{Counter.read(AUDIT_COUNTER)}:{Counter.stamp(TAXONOMY_COUNTER)}"
    kept: Figures | None = caches["pages"].get(key)
    if kept is None:
        kept = count_figures(current_taxonomy())
        caches["pages"].set(key, kept, _FIGURES_KEPT)
    return kept


def gap_labels() -> dict[str, str]:
    """Return what the facts are called whose gaps `figures` counts."""
    return {
        "interface_languages": gettext("Interface languages"),
        "country": gettext("Vendor’s country"),
        "operating_systems": gettext("Operating system"),
        "offline_capable": gettext("Works offline"),
        "access": gettext("Who may have it"),
        "cost_model": gettext("Cost"),
    }


def stage_links(user: User | AnonymousUser) -> list[StageLink]:
    """Return the eight stages with the number of tools that somebody may see in each."""
    taxonomy = current_taxonomy()
    counts = dict(figures().by_stage) if is_member(user) else {}
    return [
        StageLink(
            code,
            taxonomy.label(STAGE, code),
            reverse("catalogue:index") + query_string(CatalogueQuery(filters={"stage": (code,)})),
            counts.get(code, 0),
        )
        for code in taxonomy.codes(STAGE)
        if code != WELLBEING
    ]


def latest_cautions(user: User | AnonymousUser, limit: int) -> list[CautionNews]:
    """Return the cautions that were checked last, decisions by authorities first, in the active language."""
    return [_news(caution) for caution in latest_cautions_visible_to(user, limit)]


def _news(caution: Caution) -> CautionNews:
    text, language = text_in(caution, "text")
    return CautionNews(
        tool_name=caution.tool.name,
        tool_url=caution.tool.get_absolute_url(),
        kind="ruling" if caution.kind == RULING else "caution",
        text=text,
        language=language,
        checked_on=caution.checked_on,
    )


def specimen() -> Specimen | None:
    """Return one real record for the public home page, or None while the catalogue has none."""
    tools = with_facts(published().filter(ai_role__in=("core-ai", "ai-assisted"))).prefetch_related(
        "implementation"
    )
    tool = tools.filter(code=_SPECIMEN).first() or tools.first()
    if tool is None:
        return None
    taxonomy = current_taxonomy()
    summary, summary_language = text_in(tool, "summary")
    caution = next(iter(tool.cautions.all()), None)
    text, caution_language = text_in(caution, "text") if caution else ("", DEFAULT_LANGUAGE)
    return Specimen(
        name=tool.name,
        vendor=", ".join(made_by(tool)[:1]),
        summary=summary,
        summary_language=summary_language,
        caution=text,
        caution_kind="ruling" if caution and caution.kind == RULING else "caution",
        caution_language=caution_language,
        caution_source=caution.source_url if caution else "",
        caution_checked_on=caution.checked_on if caution else "",
        rows=tuple(_specimen_rows(tool, taxonomy)),
        stages=tuple(stage.code for stage in tool.stages.all()),
    )


def _specimen_rows(tool: Tool, taxonomy: Taxonomy) -> Iterator[SpecimenRow]:
    checked = {source.group: source.checked_on for source in tool.fact_sources.all()}

    def row(label: str, value: str, group: FactGroup) -> SpecimenRow:
        return SpecimenRow(label, value, checked.get(group, "") if value else "")

    def label(kind: str, code: str) -> str:
        return taxonomy.label(kind, code) if code else ""

    join = pgettext("between the items of a list", ", ").join
    cost = [
        label(Vocabulary.COST_MODEL, tool.cost_model),
        "" if tool.licence == "proprietary" else tool.licence,
    ]
    effort = tool.implementation.setup_effort if hasattr(tool, "implementation") else ""
    yes = {"yes": pgettext("works offline", "Yes"), "no": pgettext("works offline", "No")}
    yield row(gettext("Cost"), join(filter(None, cost)), FactGroup.ACCESS_COST)
    yield row(gettext("Works offline"), yes.get(tool.offline_capable, ""), FactGroup.DEPLOYMENT)
    runs = [taxonomy.label(Vocabulary.DEPLOYMENT, code) for code in tool.deployment]
    yield row(gettext("Where it runs"), join(runs), FactGroup.DEPLOYMENT)
    yield row(gettext("Who may have it"), label(Vocabulary.ACCESS, tool.access), FactGroup.ACCESS_COST)
    yield row(gettext("Time to set up"), label(Vocabulary.SETUP_EFFORT, effort), FactGroup.DEPLOYMENT)


def _silent(what: str, done: int, total: int) -> None:
    pass


def load_demo_tables(progress: Callable[[str, int, int], None] = _silent) -> list[str]:
    """Load the words of the taxonomy and the real tools that come with the hub; what is there already stays.

    Returns the report, line by line. Raises ValueError with the report if a cell is bad.
    """
    words = load_vocabulary()
    result = import_tools([DEMO_DATA / f"{name}.csv" for name in DEMO_TABLES], progress=progress)
    lines = [*words.lines(), *result.lines()]
    if not (words.ok and result.ok):
        raise ValueError("\n".join(lines))
    return lines
