"""Columns that several records share."""

from __future__ import annotations

from typing import Any

from django.db import models

from catalogue.enums import CODES, Vocabulary
from catalogue.validators import CodesValidator, validate_reduced_date, validate_source_url


def code_field(vocabulary: Vocabulary, **options: Any) -> models.CharField[str, str]:
    """Return a column for one code of a vocabulary; empty means not known. Forms take labels from the taxonomy."""
    return models.CharField(
        max_length=40,
        blank=options.pop("blank", True),
        default=options.pop("default", ""),
        choices=[(code, code) for code in CODES[vocabulary]],
        **options,
    )


def codes_field(vocabulary: Vocabulary, **options: Any) -> models.JSONField[list[str], list[str]]:
    """Return a column for several codes of a vocabulary; an empty list means not known."""
    return models.JSONField(default=list, blank=True, validators=[CodesValidator(str(vocabulary))], **options)


def code_constraint(model: str, field: str, vocabulary: Vocabulary) -> models.CheckConstraint:
    """Return the law that a column holds a code of its vocabulary or nothing."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": ["", *CODES[vocabulary]]}),
        name=f"catalogue_{model}_{field}_known",
    )


def source_url_field(**options: Any) -> models.CharField[str, str]:
    """Return a column for the address where a fact was read."""
    return models.CharField(
        max_length=500, blank=True, default="", validators=[validate_source_url], **options
    )


def reduced_date_field(**options: Any) -> models.CharField[str, str]:
    """Return a column for a date of which a source may give the year or the month only."""
    return models.CharField(
        max_length=10, blank=True, default="", validators=[validate_reduced_date], **options
    )
