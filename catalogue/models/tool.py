"""The tool: the record that everything else in the catalogue hangs from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language as active_language
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from catalogue.enums import CODES, FactGroup, Vocabulary
from catalogue.models.fields import code_constraint, code_field, codes_field, source_url_field
from catalogue.models.vendor import Vendor
from catalogue.models.vocabulary import INDEX_TOPIC, Capability, Stage
from catalogue.validators import (
    validate_language_tags,
    validate_licence,
    validate_reduced_date,
    validate_source_url,
)
from hub.core import audit, outbox
from hub.core.languages import LANGUAGE_CODES, LANGUAGES, get_language
from hub.core.text import sort_key
from hub.core.translation import PinnedTranslations, column_of, text_in

PREVIEW = "catalogue.views.tool.preview"
"""The view that shows a draft as its page."""

TEXTS = ("summary", "functionality", "readiness_note", "cost_note")
TEXT_COLUMNS = tuple(column_of(text, code) for text in TEXTS for code in LANGUAGE_CODES)


class Tool(
    PinnedTranslations,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    ClusterableModel,
):
    """A tool and the facts about it. An empty fact is one that is not known.

    `replaced` holds, after a save, what stood there before: texts by column, slug, and whether it was live.
    """

    replaced: dict[str, Any]

    code = models.SlugField(_("code"), max_length=80, unique=True, help_text=_("Never changes."))
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_sort = models.CharField(max_length=200, editable=False, default="", db_index=True)
    vendor = models.ForeignKey(
        Vendor,
        on_delete=models.PROTECT,
        related_name="tools",
        verbose_name=_("vendor"),
        null=True,
        blank=True,
    )
    url = models.CharField(
        _("home page"), max_length=500, blank=True, default="", validators=[validate_source_url]
    )
    summary = models.TextField(_("summary"), blank=True, default="", max_length=600)
    functionality = models.TextField(_("functionality"), blank=True, default="", max_length=6_000)
    stages = ParentalManyToManyField(Stage, verbose_name=_("stages"), blank=True, related_name="tools")
    capabilities = ParentalManyToManyField(
        Capability, verbose_name=_("capabilities"), blank=True, related_name="tools"
    )
    data_types = codes_field(Vocabulary.DATA_TYPE, verbose_name=_("data it reads"))
    ai_role = code_field(Vocabulary.AI_ROLE, verbose_name=_("role of AI"))
    readiness = code_field(Vocabulary.READINESS, verbose_name=_("readiness"))
    readiness_note = models.CharField(_("note on readiness"), max_length=300, blank=True, default="")
    cost_model = code_field(Vocabulary.COST_MODEL, verbose_name=_("cost"))
    cost_note = models.CharField(_("note on cost"), max_length=300, blank=True, default="")
    licence = models.CharField(
        _("licence"),
        max_length=120,
        blank=True,
        default="",
        validators=[validate_licence],
        help_text=_("SPDX expression, LicenseRef name, or “proprietary”."),
    )
    deployment = codes_field(Vocabulary.DEPLOYMENT, verbose_name=_("where it runs"))
    operating_systems = codes_field(Vocabulary.OPERATING_SYSTEM, verbose_name=_("operating systems"))
    offline_capable = code_field(Vocabulary.OFFLINE_CAPABLE, verbose_name=_("works offline"))
    access = code_field(Vocabulary.ACCESS, verbose_name=_("who may have it"))
    interface_languages = models.JSONField(
        _("interface languages"), default=list, blank=True, validators=[validate_language_tags]
    )

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="tool",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision", related_query_name="tool", content_type_field="base_content_type"
    )

    class Meta:
        verbose_name = _("tool")
        verbose_name_plural = _("tools")
        ordering = ["name_sort"]
        constraints = [
            code_constraint("tool", "ai_role", Vocabulary.AI_ROLE),
            code_constraint("tool", "readiness", Vocabulary.READINESS),
            code_constraint("tool", "cost_model", Vocabulary.COST_MODEL),
            code_constraint("tool", "offline_capable", Vocabulary.OFFLINE_CAPABLE),
            code_constraint("tool", "access", Vocabulary.ACCESS),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the tool's page in the active language."""
        return reverse("catalogue:tool", args=[self.slug])

    @property
    def revisions(self) -> Any:
        """Return the revisions, as Wagtail's snippets do."""
        return self._revisions

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Return one preview a language."""
        return [(language.code, language.native_name) for language in LANGUAGES]

    @property
    def default_preview_mode(self) -> str:
        """Return the language of the editor's desk."""
        return get_language(active_language()).code

    @property
    def full_url(self) -> str:
        """Return the address that a preview pretends to have."""
        return f"{settings.WAGTAILADMIN_BASE_URL}{self.get_absolute_url()}"

    def is_previewable(self) -> bool:
        """Say whether there is enough to show: a tool is saved once before its page can be seen."""
        return self.pk is not None

    def make_preview_request(
        self, original_request: Any = None, preview_mode: str | None = None, extra_request_attrs: Any = None
    ) -> Any:
        """Return the page as members will see it, address and language bar included, in the language chosen."""
        language = get_language(preview_mode or self.default_preview_mode).code
        with override(language):
            return super().make_preview_request(original_request, language, extra_request_attrs)

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """Let the view of the page answer; it stands above the models, so it is named, not imported."""
        return import_string(PREVIEW)(request, self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the index and the audit learn of it in the same transaction, whoever saves."""
        self.name_sort = sort_key(self.name, "en")[:200]
        columns = kwargs.get("update_fields")
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).values("live", "slug", *TEXT_COLUMNS).first() or {}
            super().save(*args, **kwargs)
            self.replaced = before
            old_slug = before.get("slug")
            # Noting a draft saves the draft's instance, but none of its facts.
            if old_slug and old_slug != self.slug and (columns is None or "slug" in columns):
                FormerSlug.objects.update_or_create(slug=old_slug, defaults={"tool": self})
            outbox.enqueue(INDEX_TOPIC, [self.pk])
            audit.record("tool.saved", self, live=self.live)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; as `save`."""
        with transaction.atomic():
            outbox.enqueue(INDEX_TOPIC, [self.pk])
            audit.record("tool.deleted", self, code=self.code)
            return super().delete(*args, **kwargs)

    def text(self, field: str) -> tuple[str, str]:
        """Return a text and the language that it is in; see `hub.core.translation.text_in`."""
        return text_in(self, field)


class FactSource(models.Model):
    """Where the facts of one group were read, and when they were last checked."""

    tool = ParentalKey(Tool, on_delete=models.CASCADE, related_name="fact_sources")
    group = models.CharField(_("facts"), max_length=12, choices=FactGroup)
    url = source_url_field(verbose_name=_("source"))
    title = models.CharField(_("title of the source"), max_length=200, blank=True, default="")
    checked_on = models.CharField(
        _("checked on"), max_length=10, blank=True, default="", validators=[validate_reduced_date]
    )
    checked_by = models.CharField(_("checked by"), max_length=120, blank=True, default="")
    confidence = code_field(Vocabulary.CONFIDENCE, verbose_name=_("confidence"), default="source")

    class Meta:
        verbose_name = _("source of facts")
        verbose_name_plural = _("sources of facts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tool", "group"], name="catalogue_factsource_once_per_group"),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["", *CODES[Vocabulary.CONFIDENCE]]),
                name="catalogue_factsource_confidence_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()}: {self.url}"


class ToolAlias(models.Model):
    """Another name under which a tool is searched: a former one, an abbreviation, a native spelling."""

    tool = ParentalKey(Tool, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    source_url = source_url_field(verbose_name=_("source"))

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.UniqueConstraint(fields=["tool", "name"], name="catalogue_toolalias_once_per_tool")
        ]

    def __str__(self) -> str:
        return self.name


class FormerSlug(models.Model):
    """An address that a tool once had; it leads to the present one."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.slug
