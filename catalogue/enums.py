"""Closed lists of the catalogue. Codes stand here; labels, definitions and synonyms in six languages stand in
`catalogue/vocabulary/` and, once loaded, in the database, where editors correct them."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

NOT_KNOWN = "not-known"
"""The one value of an unknown fact, in facets and in addresses. In the database an unknown fact is empty."""


class Vocabulary(StrEnum):
    """The closed vocabularies beside capabilities and stages."""

    DATA_TYPE = "data_type"
    AI_ROLE = "ai_role"
    READINESS = "readiness"
    COST_MODEL = "cost_model"
    DEPLOYMENT = "deployment"
    OPERATING_SYSTEM = "operating_system"
    OFFLINE_CAPABLE = "offline_capable"
    ACCESS = "access"
    LICENCE_FAMILY = "licence_family"
    FRESHNESS = "freshness"
    HAS_CAUTIONS = "has_cautions"
    INSTALL_KIND = "install_kind"
    GPU = "gpu"
    SETUP_EFFORT = "setup_effort"
    SKILL = "skill"
    AIR_GAPPED_INSTALL = "air_gapped_install"
    DATA_LEAVES = "data_leaves"
    VENDOR_TRAINING_USE = "vendor_training_use"
    TELEMETRY = "telemetry"
    MEASURE = "measure"
    UNIT = "unit"
    MEASURED_BY = "measured_by"
    CAUTION_KIND = "caution_kind"
    CONFIDENCE = "confidence"


CODES: dict[Vocabulary, tuple[str, ...]] = {
    Vocabulary.DATA_TYPE: (
        "image",
        "video",
        "audio",
        "text",
        "documents",
        "disk",
        "mobile",
        "memory",
        "network",
        "blockchain",
        "geospatial",
    ),
    Vocabulary.AI_ROLE: ("core-ai", "ai-assisted", "about-ai", "no-ai"),
    Vocabulary.READINESS: ("turnkey", "administrator", "developer", "research", "guidance"),
    Vocabulary.COST_MODEL: (
        "open-source",
        "free",
        "freemium",
        "free-for-law-enforcement",
        "free-for-qualified-organisations",
        "commercial",
    ),
    Vocabulary.DEPLOYMENT: (
        "desktop",
        "on-premises",
        "cloud",
        "saas",
        "library",
        "browser-extension",
        "mobile",
    ),
    Vocabulary.OPERATING_SYSTEM: ("windows", "linux", "macos", "web", "android", "ios"),
    Vocabulary.OFFLINE_CAPABLE: ("yes", "no"),
    Vocabulary.ACCESS: ("public", "law-enforcement-only", "vetted-organisations"),
    Vocabulary.LICENCE_FAMILY: (
        "permissive",
        "weak-copyleft",
        "strong-copyleft",
        "network-copyleft",
        "public-domain",
        "non-commercial",
        "proprietary",
        "own-terms",
    ),
    Vocabulary.FRESHNESS: ("within-90-days", "within-12-months", "overdue"),
    Vocabulary.HAS_CAUTIONS: ("yes", "no"),
    Vocabulary.INSTALL_KIND: (
        "package-manager",
        "library-import",
        "installer",
        "container",
        "hosted-account",
        "vendor-rollout",
        "browser",
        "other",
    ),
    Vocabulary.GPU: ("no", "optional", "recommended", "required"),
    Vocabulary.SETUP_EFFORT: ("minutes", "hours", "days", "weeks"),
    Vocabulary.SKILL: (
        "no-special",
        "forensic-examiner",
        "system-administrator",
        "developer",
        "data-scientist",
    ),
    Vocabulary.AIR_GAPPED_INSTALL: ("yes", "with-preparation", "no"),
    Vocabulary.DATA_LEAVES: ("no", "optional", "yes"),
    Vocabulary.VENDOR_TRAINING_USE: ("no", "yes", "opt-in", "opt-out"),
    Vocabulary.TELEMETRY: ("no", "opt-in", "opt-out", "yes"),
    Vocabulary.MEASURE: (
        "accuracy",
        "precision",
        "recall",
        "f1",
        "auc",
        "eer",
        "false-positive-rate",
        "false-negative-rate",
        "wer",
        "cer",
        "der",
        "mae-years",
        "other",
    ),
    Vocabulary.UNIT: ("percent", "fraction", "years", "other"),
    Vocabulary.MEASURED_BY: ("vendor", "independent", "competition"),
    Vocabulary.CAUTION_KIND: (
        "withdrawn",
        "unsupported",
        "regulator-decision",
        "licence-limit",
        "bias",
        "security",
        "misuse",
        "vendor-statement",
        "general",
    ),
    Vocabulary.CONFIDENCE: ("source", "known"),
}

AI_ROLES_SHOWN_FIRST = frozenset({"core-ai", "ai-assisted", "about-ai"})
READY_FOR_OFFICERS = frozenset({"turnkey", "administrator"})


class FactGroup(models.TextChoices):
    """The seven groups of facts; each has its own source and day of checking."""

    IDENTITY = "identity", _("Name and vendor")
    PURPOSE = "purpose", _("Purpose")
    ACCESS_COST = "access-cost", _("Access and cost")
    DEPLOYMENT = "deployment", _("Deployment and implementation")
    AI_ERRORS = "ai-errors", _("Role of AI and errors")
    LANGUAGES = "languages", _("Languages")
    LICENCE = "licence", _("Licence")


class ReportState(models.TextChoices):
    """What became of a report of a wrong fact."""

    OPEN = "open", _("Open")
    CORRECTED = "corrected", _("Corrected")
    DECLINED = "declined", _("Nothing to correct")
