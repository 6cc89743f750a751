"""A tool's record as its page shows it: facts with their sources, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from catalogue.enums import NOT_KNOWN, FactGroup, Vocabulary
from catalogue.models import Caution, DataFlow, ErrorMeasure, FactSource, Implementation, Tool
from catalogue.queries.taxonomy import CAPABILITY, STAGE, WELLBEING, Taxonomy
from catalogue.rules import licence_families
from catalogue.search.facets import checked_on
from catalogue.search.values import language_name
from catalogue.views.rows import RULING
from hub.core.translation import text_in

_WARNINGS_BEFORE_ANSWERS = 2
"""More cautions than this stand after the five answers, still in full."""
_UNKNOWNS_SHOWN = 3
"""More unknown facts than this in a row share one row that names them."""


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered source at the foot of the page; without a title its address stands for it."""

    number: int
    title: str
    url: str
    note: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: what is known, in one text or several items, or nothing. `language` is that of the value."""

    label: str
    value: str = ""
    items: tuple[str, ...] = ()
    language: str = ""
    source: int | str = ""
    checked_on: str = ""
    note: str = ""
    note_language: str = ""
    is_ordered: bool = False

    @property
    def is_known(self) -> bool:
        """Say whether anything is known."""
        return bool(self.value or self.items)


@dataclass(frozen=True, slots=True)
class Gap:
    """Several facts in a row that are not known."""

    labels: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - what it is
    """A caution with its source; `kind` is "caution" or "ruling"."""

    kind: str
    title: str
    text: str
    language: str
    source: int | str
    source_url: str
    checked_on: str
    issued_by: str
    issued_on: str
    note: str


@dataclass(frozen=True, slots=True)
class Series:
    """Published measures that differ only in value and group; empty values are not known."""

    capability: str
    name: str
    definition: str
    version: str
    threshold: str
    test_set: str
    size: str
    measured_by: str
    is_independent: bool
    published_on: str
    note: str
    note_language: str
    source: int | str
    values: tuple[tuple[str, str], ...]
    """(group, value), in the order of the source; the group is empty for the whole test set."""

    @property
    def single(self) -> tuple[str, str] | None:
        """Return group and value if there is just one."""
        return self.values[0] if len(self.values) == 1 else None


class Sources:
    """Numbers the places where facts were read, in the order in which the page names them."""

    def __init__(self) -> None:
        self._by_url: dict[str, Source] = {}

    def number(self, url: str, *, checked_on: str = "", title: str = "", note: str = "") -> int | str:
        """Return the number of an address; nothing without one."""
        if not url:
            return ""
        known = self._by_url.get(url)
        if known is None:
            self._by_url[url] = Source(len(self._by_url) + 1, title, url, note, checked_on)
        elif checked_on > known.checked_on:
            self._by_url[url] = replace(known, title=title or known.title, note=note, checked_on=checked_on)
        elif title and not known.title:
            self._by_url[url] = replace(known, title=title)
        return self._by_url[url].number

    @property
    def all(self) -> list[Source]:
        """Return the sources in the order of their numbers."""
        return sorted(self._by_url.values(), key=lambda source: source.number)


class Record:
    """The sections of a tool's page. Made for one request: labels are in the active language."""

    def __init__(self, tool: Tool, taxonomy: Taxonomy) -> None:
        """Read the record of a tool that `with_record` has loaded; nothing is asked of the database."""
        self.tool = tool
        self._taxonomy = taxonomy
        self._sources = Sources()
        self._groups: dict[str, FactSource] = {source.group: source for source in tool.fact_sources.all()}
        # Sections are made in the order of the page, so that numbers rise down the page.
        self.warnings = [self._warning(caution) for caution in tool.cautions.all()]
        self.purpose = self._from_group(FactGroup.PURPOSE, "")
        self.facts = self._facts()
        self.implementation = self._implementation()
        self.series = self._series()
        self.error_halves = self._error_halves()
        self.flows, self.flow_note = self._flows()

    # What every section needs

    @property
    def sources(self) -> list[Source]:
        """Return all sources that the page names."""
        return self._sources.all

    @cached_property
    def checked_on(self) -> str:
        """Return the day on which any fact was last checked."""
        return checked_on(self.tool)

    @cached_property
    def aliases(self) -> list[str]:
        """Return the other names of the tool."""
        return [
            alias.name for alias in self.tool.aliases.all() if alias.name.lower() != self.tool.name.lower()
        ]

    @cached_property
    def stages(self) -> frozenset[str]:
        """Return the codes of the stages that the tool serves."""
        return frozenset(stage.code for stage in self.tool.stages.all())

    @property
    def wellbeing(self) -> str:
        """Return the line on wellbeing under the stages."""
        if WELLBEING in self.stages:
            return self._taxonomy.label(STAGE, WELLBEING)
        return gettext("Wellbeing, across all stages: not stated for this tool")

    @property
    def serves_wellbeing(self) -> bool:
        """Say whether the tool serves wellbeing."""
        return WELLBEING in self.stages

    def _label(self, kind: str, code: str) -> str:
        return self._taxonomy.label(kind, code) if code else ""

    def _labels(self, kind: str, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._taxonomy.label(kind, code) for code in codes)

    def _from_group(self, group: FactGroup, label: str, value: str = "", **rest: Any) -> Fact:
        source = self._groups.get(group)
        if source is None or not (value or rest.get("items") or not label):
            return Fact(label, value, **rest)
        number = self._sources.number(
            source.url, checked_on=source.checked_on, title=source.title, note=_confidence(source.confidence)
        )
        return Fact(label, value, source=number, checked_on=source.checked_on, **rest)

    # At a glance

    @cached_property
    def glance(self) -> list[dict[str, str]]:
        """Return the five questions with their answers; an empty answer is not known."""
        return [
            {
                "question": gettext("Can we have it?"),
                "answer": self._label(Vocabulary.ACCESS, self.tool.access),
                "why": self._label(Vocabulary.READINESS, self.tool.readiness),
            },
            {
                "question": gettext("What does it cost?"),
                "answer": self._label(Vocabulary.COST_MODEL, self.tool.cost_model),
                "why": self._licence_words(),
            },
            self._glance_at_flow(),
            self._glance_at_errors(),
            self._glance_at_law(),
        ]

    def _glance_at_flow(self) -> dict[str, str]:
        flow = self._flow
        why = ""
        if self.tool.offline_capable:
            why = self._label(Vocabulary.OFFLINE_CAPABLE, self.tool.offline_capable)
        return {
            "question": gettext("What leaves our network?"),
            "answer": self._label(Vocabulary.DATA_LEAVES, flow.data_leaves) if flow else "",
            "why": why,
        }

    def _glance_at_errors(self) -> dict[str, str]:
        question = gettext("How does it err?")
        measures = self.tool.error_measures.all()
        number = len(measures)
        if not number:
            return {
                "question": question,
                "answer": "",
                "why": gettext("No published rate that we could trace"),
            }
        # A figure without its test set would be a promise; the count sends the reader to the table.
        answer = ngettext("%(number)s published measure", "%(number)s published measures", number) % {
            "number": number
        }
        independent = sum(measure.measured_by == "independent" for measure in measures)
        if independent:
            why = ngettext(
                "%(number)s measured independently", "%(number)s measured independently", independent
            ) % {"number": independent}
        else:
            why = gettext("All by the vendor or the authors")
        return {"question": question, "answer": answer, "why": why}

    def _glance_at_law(self) -> dict[str, str]:
        question = gettext("May we use it?")
        if self.rulings:
            return {
                "question": question,
                "answer": gettext("An authority has decided"),
                "why": gettext("Read the decision, and ask your own"),
            }
        return {"question": question, "answer": "", "why": gettext("No decision on record")}

    # Cautions and law

    @property
    def has_many_warnings(self) -> bool:
        """Say whether the cautions would push the five answers off the first screen."""
        return len(self.warnings) > _WARNINGS_BEFORE_ANSWERS

    @property
    def rulings(self) -> list[Warning]:
        """Return the decisions by authorities."""
        return [warning for warning in self.warnings if warning.kind == "ruling"]

    def _warning(self, caution: Caution) -> Warning:
        text, language = text_in(caution, "text")
        is_ruling = caution.kind == RULING
        is_plain = caution.kind in ("", "general") or is_ruling
        return Warning(
            kind="ruling" if is_ruling else "caution",
            title="" if is_plain else self._label(Vocabulary.CAUTION_KIND, caution.kind),
            text=text,
            language=language,
            source=self._sources.number(
                caution.source_url, checked_on=caution.checked_on, note=_confidence(caution.confidence)
            ),
            source_url=caution.source_url,
            checked_on=caution.checked_on,
            issued_by=caution.issued_by,
            issued_on=caution.issued_on,
            note=_confidence(caution.confidence),
        )

    # Facts

    def _facts(self) -> list[Fact | Gap]:
        tool = self.tool
        capabilities = (capability.code for capability in tool.capabilities.all())
        note, note_language = text_in(tool, "readiness_note")
        rows = [
            self._from_group(
                FactGroup.PURPOSE, gettext("What it does"), items=self._labels(CAPABILITY, capabilities)
            ),
            self._from_group(
                FactGroup.PURPOSE,
                gettext("Data it reads"),
                items=self._labels(Vocabulary.DATA_TYPE, tool.data_types),
            ),
            self._from_group(
                FactGroup.AI_ERRORS, gettext("Role of AI"), self._label(Vocabulary.AI_ROLE, tool.ai_role)
            ),
            self._from_group(
                FactGroup.DEPLOYMENT,
                gettext("Readiness"),
                self._label(Vocabulary.READINESS, tool.readiness),
                note=note,
                note_language=note_language,
            ),
            self._from_group(
                FactGroup.DEPLOYMENT,
                gettext("Where it runs"),
                items=self._labels(Vocabulary.DEPLOYMENT, tool.deployment),
            ),
            self._from_group(
                FactGroup.DEPLOYMENT,
                gettext("Operating systems"),
                items=self._labels(Vocabulary.OPERATING_SYSTEM, tool.operating_systems),
            ),
            self._from_group(
                FactGroup.DEPLOYMENT, gettext("Works offline"), _yes_or_no(tool.offline_capable)
            ),
            self._from_group(
                FactGroup.ACCESS_COST, gettext("Who may have it"), self._label(Vocabulary.ACCESS, tool.access)
            ),
            self._from_group(
                FactGroup.LANGUAGES,
                gettext("Interface languages"),
                items=tuple(language_name(code) for code in tool.interface_languages),
            ),
        ]
        return _gaps_together(rows, FactGroup.DEPLOYMENT)

    def _licence_words(self) -> str:
        if not self.tool.licence:
            return ""
        if self.tool.licence == "proprietary":
            return self._label(Vocabulary.LICENCE_FAMILY, "proprietary")
        return self.tool.licence

    # Cost and implementation

    @cached_property
    def _implemented(self) -> Implementation | None:
        return getattr(self.tool, "implementation", None)

    def _implementation(self) -> list[Fact | Gap]:
        tool = self.tool
        note, note_language = text_in(tool, "cost_note")
        families = self._labels(Vocabulary.LICENCE_FAMILY, licence_families(tool.licence))
        is_expression = tool.licence not in ("", "proprietary")
        rows = [
            self._from_group(
                FactGroup.ACCESS_COST,
                gettext("Cost"),
                self._label(Vocabulary.COST_MODEL, tool.cost_model),
                note=note,
                note_language=note_language,
            ),
            self._from_group(
                FactGroup.LICENCE,
                gettext("Licence"),
                self._licence_words(),
                note=pgettext("between families of licences", " / ").join(families) if is_expression else "",
            ),
            *self._rows_of_implementation(),
        ]
        return _gaps_together(rows, FactGroup.DEPLOYMENT)

    def _rows_of_implementation(self) -> list[Fact]:
        record = self._implemented or Implementation(tool=self.tool)
        number = self._sources.number(
            record.source_url, checked_on=record.checked_on, note=_confidence(record.confidence)
        )
        seen: dict[str, Any] = {"source": number, "checked_on": record.checked_on}

        def text(field: str, label: str) -> Fact:
            value, language = text_in(record, field)
            return Fact(label, value, language=language, **seen) if value else Fact(label)

        def lines(field: str, label: str, *, is_ordered: bool) -> Fact:
            value, language = text_in(record, field)
            items = tuple(line.strip() for line in value.splitlines() if line.strip())
            if not items:
                return Fact(label)
            return Fact(label, items=items, language=language, is_ordered=is_ordered, **seen)

        def code(kind: Vocabulary, value: str, label: str) -> Fact:
            return Fact(label, self._label(kind, value), **(seen if value else {}))

        release = record.last_release
        return [
            text("price_note", gettext("Price")),
            code(Vocabulary.INSTALL_KIND, record.install_kind, gettext("Way of installation")),
            lines("steps", gettext("Steps"), is_ordered=True),
            lines("prerequisites", gettext("What must be there"), is_ordered=False),
            text("hardware", gettext("Hardware")),
            code(Vocabulary.GPU, record.gpu, gettext("Graphics processor")),
            code(Vocabulary.SETUP_EFFORT, record.setup_effort, gettext("Time to set up")),
            Fact(
                gettext("Skills"),
                items=self._labels(Vocabulary.SKILL, record.skills),
                **(seen if record.skills else {}),
            ),
            code(
                Vocabulary.AIR_GAPPED_INSTALL,
                record.air_gapped_install,
                gettext("Installation without a network"),
            ),
            Fact(
                gettext("Download of models"),
                gettext("%(number)s MB") % {"number": record.model_download_mb}
                if record.model_download_mb is not None
                else "",
                **(seen if record.model_download_mb is not None else {}),
            ),
            text("support", gettext("Support")),
            text("training", pgettext("for users of a tool", "Training")),
            Fact(gettext("Last release"), release, **(seen if release else {})),
            text("note", gettext("Note")),
        ]

    @property
    def last_release_on(self) -> str:
        """Return the day of the last release; empty if not known."""
        return self._implemented.last_release_on if self._implemented else ""

    # Errors

    def _series(self) -> list[Series]:
        """Put measures together that differ only in value and group; independent ones come first."""
        rows: dict[Series, list[tuple[str, str]]] = {}
        for measure in self.tool.error_measures.all():
            rows.setdefault(self._series_of(measure), []).append((measure.group, self._value(measure)))
        found = [replace(series, values=tuple(values)) for series, values in rows.items()]
        return sorted(found, key=lambda series: not series.is_independent)

    def _series_of(self, measure: ErrorMeasure) -> Series:
        note, note_language = text_in(measure, "note")
        return Series(
            capability=self._label(CAPABILITY, measure.capability.code) if measure.capability else "",
            name=self._label(Vocabulary.MEASURE, measure.measure),
            definition=self._taxonomy.definition(Vocabulary.MEASURE, measure.measure),
            version=measure.version,
            threshold=measure.threshold,
            test_set=measure.test_set,
            size=measure.test_set_size,
            measured_by=self._label(Vocabulary.MEASURED_BY, measure.measured_by),
            is_independent=measure.measured_by != "vendor",
            published_on=measure.published_on,
            note=note,
            note_language=note_language,
            source=self._sources.number(
                measure.source_url, checked_on=measure.checked_on, note=_confidence(measure.confidence)
            ),
            values=(),
        )

    def _value(self, measure: ErrorMeasure) -> str:
        if measure.unit == "percent":
            return pgettext("a percentage", "%(number)s%%") % {"number": measure.printed_value}
        if measure.unit == "years":
            return gettext("%(number)s years") % {"number": measure.printed_value}
        return measure.printed_value

    def _error_halves(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Return the two rates that an error card shows; None for one that nobody has published."""
        return (
            self._half("false-positive-rate", gettext("It reports something that is not there.")),
            self._half("false-negative-rate", gettext("It misses something that is there.")),
        )

    def _half(self, measure: str, definition: str) -> dict[str, Any]:
        found = [one for one in self.tool.error_measures.all() if one.measure == measure]
        if not found:
            return {"definition": definition}
        # Who has no interest in the figure is asked first.
        chosen = min(found, key=lambda one: one.measured_by == "vendor")
        number = self._sources.number(chosen.source_url)
        return {
            "definition": definition,
            "rate": _per_hundred(chosen),
            "display": self._value(chosen),
            "note": gettext("The only published rate.")
            if len(found) == 1
            else gettext("One of several published rates; the others are below."),
            "measured_by": self._label(Vocabulary.MEASURED_BY, chosen.measured_by),
            "published": chosen.published_on,
            "version": chosen.version,
            "test_set": chosen.test_set,
            "by_group": chosen.group,
            "source": number,
            "source_url": f"#s{number}",
        }

    @property
    def has_error_card(self) -> bool:
        """Say whether a false positive or false negative rate has been published."""
        return any("display" in half for half in self.error_halves if half)

    # What leaves the network

    @cached_property
    def _flow(self) -> DataFlow | None:
        return getattr(self.tool, "data_flow", None)

    def _flows(self) -> tuple[list[dict[str, Any]], tuple[str, str]]:
        flow = self._flow or DataFlow(tool=self.tool)
        number = self._sources.number(
            flow.source_url, checked_on=flow.checked_on, note=_confidence(flow.confidence)
        )
        what, what_language = text_in(flow, "what_leaves")
        where, where_language = text_in(flow, "where_to")
        kept, kept_language = text_in(flow, "retention")
        sent = _state(flow.data_leaves)
        rows: list[dict[str, Any]] = [
            {
                "data": gettext("The material you examine"),
                "state": sent,
                "text": what,
                "language": what_language,
            },
            {
                "data": gettext("Where it goes"),
                "state": "stays" if sent == "stays" else (sent if where else "unknown"),
                "text": where,
                "language": where_language,
                "is_detail": True,
            },
            {
                "data": gettext("Kept by the vendor for"),
                "state": "stays" if sent == "stays" else (sent if kept else "unknown"),
                "text": kept,
                "language": kept_language,
                "is_detail": True,
            },
            {
                "data": gettext("Used to train the vendor’s models"),
                "state": _state(flow.vendor_training_use),
                "text": self._label(Vocabulary.VENDOR_TRAINING_USE, flow.vendor_training_use),
                "language": "",
            },
            {
                "data": gettext("Usage statistics"),
                "state": _state(flow.telemetry),
                "text": self._label(Vocabulary.TELEMETRY, flow.telemetry),
                "language": "",
            },
        ]
        for row in rows:
            if row["state"] != "unknown":
                row |= {"source": number, "source_url": f"#s{number}"}
        return rows, text_in(flow, "note")

    @property
    def flow_checked_on(self) -> str:
        """Return the day on which the data flow was checked; empty if never."""
        return self._flow.checked_on if self._flow else ""


def _state(code: str) -> str:
    """Return how a row of the egress card looks: what may be switched on or off neither stays nor leaves."""
    return {"no": "stays", "yes": "leaves", "": "unknown"}.get(code, "optional")


def _per_hundred(measure: ErrorMeasure) -> float | None:
    value = measure.value if isinstance(measure.value, Decimal) else Decimal(str(measure.value))
    if measure.unit == "percent":
        return float(value)
    return float(value * 100) if measure.unit == "fraction" else None


def _confidence(code: str) -> str:
    return gettext("not checked against a source") if code == "known" else ""


def _yes_or_no(code: str) -> str:
    return {
        "yes": pgettext("works offline", "Yes"),
        "no": pgettext("works offline", "No"),
    }.get(code, "" if code in ("", NOT_KNOWN) else code)


def _gaps_together(rows: list[Fact], group: FactGroup) -> list[Fact | Gap]:
    """Put runs of more than three unknown facts into one row each."""
    result: list[Fact | Gap] = []
    run: list[Fact] = []

    def close() -> None:
        if len(run) > _UNKNOWNS_SHOWN:
            result.append(Gap(tuple(fact.label for fact in run), str(group)))
        else:
            result.extend(run)
        run.clear()

    for row in rows:
        if row.is_known:
            close()
            result.append(row)
        else:
            run.append(row)
    close()
    return result
