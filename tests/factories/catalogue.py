"""Real records of the catalogue for tests. Texts are English unless a language is named, as `label_fr`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import factory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import override
from factory.django import DjangoModelFactory

from catalogue.enums import FactGroup, Vocabulary
from catalogue.models import (
    Capability,
    Caution,
    DataFlow,
    ErrorMeasure,
    FactSource,
    Implementation,
    Stage,
    Tool,
    ToolAlias,
    Vendor,
    VocabularyValue,
)
from catalogue.search import indexing
from hub.core.languages import DEFAULT_LANGUAGE

SOURCE = "https://example.org/source"
CHECKED_ON = "2026-11-22"


def forget_index() -> None:
    """Let the search be made anew when it is asked next, from the settings as they are then."""
    indexing.engine.cache_clear()
    indexing.service.cache_clear()


class EnglishFactory(DjangoModelFactory):
    """Saves with English active: a plain `summary` is the English one, whatever language a test is in."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[models.Model], *args: Any, **kwargs: Any) -> Any:
        with override(DEFAULT_LANGUAGE), transaction.atomic():
            return super()._create(model_class, *args, **kwargs)


class VendorFactory(EnglishFactory):
    """A vendor. `country` is an ISO 3166 code."""

    class Meta:
        model = Vendor
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda number: f"Vendor {number}")
    country = "NL"
    url = "https://example.org/"


class StageFactory(EnglishFactory):
    """A stage of an investigation."""

    class Meta:
        model = Stage
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"stage-{number}")
    label = factory.LazyAttribute(lambda stage: stage.code.replace("-", " ").capitalize())
    definition = "What is done in this step."
    position = factory.Sequence(int)


class CapabilityFactory(EnglishFactory):
    """A capability. `synonyms` holds one a line."""

    class Meta:
        model = Capability
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"capability-{number}")
    label = factory.LazyAttribute(lambda capability: capability.code.replace("-", " ").capitalize())
    definition = "What the tool can do."
    position = factory.Sequence(int)


class VocabularyValueFactory(EnglishFactory):
    """A value of a closed vocabulary; by default the cost model `open-source`."""

    class Meta:
        model = VocabularyValue
        django_get_or_create = ("vocabulary", "code")

    vocabulary = str(Vocabulary.COST_MODEL)
    code = "open-source"
    label = factory.LazyAttribute(lambda value: value.code.replace("-", " ").capitalize())
    position = factory.Sequence(int)


class ToolFactory(EnglishFactory):
    """A tool, live by default, whose main facts are known.

    `stages` and `capabilities` take records or codes (codes are created). Traits: draft (never published),
    changed (live, with an unpublished draft of another summary), unknown (nothing but name and summary),
    with_sources, with_alias, with_caution, with_implementation, with_data_flow, with_error_measure.
    """

    class Meta:
        model = Tool
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(live=False, has_unpublished_changes=True, first_published_at=None)
        changed = factory.Trait(draft_revision=factory.PostGeneration(lambda tool, *_: _save_draft(tool)))
        unknown = factory.Trait(
            vendor=None,
            url="",
            data_types=[],
            ai_role="",
            readiness="",
            cost_model="",
            licence="",
            deployment=[],
            operating_systems=[],
            offline_capable="",
            access="",
            interface_languages=[],
        )
        with_sources = factory.Trait(
            sources=factory.PostGeneration(
                lambda tool, *_: [FactSourceFactory(tool=tool, group=group) for group in FactGroup.values]
            )
        )
        with_alias = factory.Trait(
            alias=factory.RelatedFactory("tests.factories.catalogue.ToolAliasFactory", "tool")
        )
        with_caution = factory.Trait(
            caution=factory.RelatedFactory("tests.factories.catalogue.CautionFactory", "tool")
        )
        with_implementation = factory.Trait(
            how_to=factory.RelatedFactory("tests.factories.catalogue.ImplementationFactory", "tool")
        )
        with_data_flow = factory.Trait(
            egress=factory.RelatedFactory("tests.factories.catalogue.DataFlowFactory", "tool")
        )
        with_error_measure = factory.Trait(
            measured=factory.RelatedFactory("tests.factories.catalogue.ErrorMeasureFactory", "tool")
        )

    code = factory.Sequence(lambda number: f"tool-{number}")
    slug = factory.SelfAttribute("code")
    name = factory.LazyAttribute(lambda tool: tool.code.replace("-", " ").title())
    vendor = factory.SubFactory(VendorFactory)
    url = factory.LazyAttribute(lambda tool: f"https://example.org/{tool.code}")
    summary = "Finds faces in images."
    data_types = factory.LazyFunction(lambda: ["image"])
    ai_role = "core-ai"
    readiness = "turnkey"
    cost_model = "open-source"
    licence = "MIT"
    deployment = factory.LazyFunction(lambda: ["desktop"])
    operating_systems = factory.LazyFunction(lambda: ["linux"])
    offline_capable = "yes"
    access = "public"
    interface_languages = factory.LazyFunction(lambda: ["en"])
    live = True
    first_published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def stages(self: Tool, create: bool, extracted: Iterable[Stage | str] | None, **kwargs: Any) -> None:
        """Link stages, given as records or codes."""
        if create and extracted is not None:
            _link(
                self, "stages", [StageFactory(code=one) if isinstance(one, str) else one for one in extracted]
            )

    @factory.post_generation
    def capabilities(
        self: Tool, create: bool, extracted: Iterable[Capability | str] | None, **kwargs: Any
    ) -> None:
        """Link capabilities, given as records or codes."""
        if create and extracted is not None:
            chosen = [CapabilityFactory(code=one) if isinstance(one, str) else one for one in extracted]
            _link(self, "capabilities", chosen)


class FactSourceFactory(EnglishFactory):
    """Where one group of facts was read."""

    class Meta:
        model = FactSource

    tool = factory.SubFactory(ToolFactory)
    group = FactGroup.IDENTITY.value
    url = SOURCE
    checked_on = CHECKED_ON


class ToolAliasFactory(EnglishFactory):
    """Another name of a tool."""

    class Meta:
        model = ToolAlias

    tool = factory.SubFactory(ToolFactory)
    name = factory.Sequence(lambda number: f"Other name {number}")
    language = "en"


class CautionFactory(EnglishFactory):
    """A caution."""

    class Meta:
        model = Caution

    tool = factory.SubFactory(ToolFactory)
    kind = "bias"
    text = factory.Sequence(lambda number: f"Errs more often for children of group {number}.")
    issued_by = "A regulator"
    issued_on = "2026-01"
    source_url = SOURCE
    checked_on = CHECKED_ON


class ImplementationFactory(EnglishFactory):
    """How a tool gets into use."""

    class Meta:
        model = Implementation

    tool = factory.SubFactory(ToolFactory)
    install_kind = "installer"
    steps = "Download the installer\nRun it"
    gpu = "optional"
    setup_effort = "hours"
    skills = factory.LazyFunction(lambda: ["no-special"])
    source_url = SOURCE
    checked_on = CHECKED_ON


class DataFlowFactory(EnglishFactory):
    """What leaves the network."""

    class Meta:
        model = DataFlow

    tool = factory.SubFactory(ToolFactory)
    data_leaves = "no"
    vendor_training_use = "no"
    telemetry = "no"
    offline_mode = "yes"
    source_url = SOURCE
    checked_on = CHECKED_ON


class ErrorMeasureFactory(EnglishFactory):
    """A published measure."""

    class Meta:
        model = ErrorMeasure

    tool = factory.SubFactory(ToolFactory)
    capability = factory.SubFactory(CapabilityFactory)
    measure = "accuracy"
    value = "99.5"
    printed_value = factory.LazyAttribute(lambda measure: str(measure.value))
    unit = "percent"
    test_set = "A public test set"
    measured_by = "independent"
    source_url = SOURCE
    checked_on = CHECKED_ON


def _link(tool: Tool, field: str, records: list[Any]) -> None:
    getattr(tool, field).set(records)
    with override(DEFAULT_LANGUAGE):
        tool.save()


def _save_draft(tool: Tool) -> None:
    """Keep a draft whose summary differs; the live row stays as it is."""
    with override(DEFAULT_LANGUAGE):
        tool.save_revision(clean=False, changed=False).publish()
        tool.refresh_from_db()
        draft = Tool.objects.get(pk=tool.pk)
        draft.summary_en = "A draft that nobody has published."
        draft.save_revision(clean=False)
        tool.refresh_from_db()
