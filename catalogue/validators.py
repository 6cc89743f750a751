"""What a fact has to look like, whoever writes it."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from babel.core import UnknownLocaleError
from babel.localedata import exists as locale_exists
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from catalogue.enums import CODES, Vocabulary
from hub.core.licences import UNREADABLE, spdx

_REDUCED_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-zA-Z0-9]{2,8})*")
_check_url = URLValidator(schemes=["http", "https"])


@deconstructible
class CodesValidator:
    """Accepts a list of distinct codes of one vocabulary."""

    def __init__(self, vocabulary: str) -> None:
        self.vocabulary = Vocabulary(vocabulary)

    def __call__(self, value: object) -> None:
        """Raise ValidationError naming the codes that the vocabulary does not have."""
        if not isinstance(value, list) or len(set(map(str, value))) != len(value):
            raise ValidationError(_("Give a list in which each code stands once."), code="list")
        unknown = [str(code) for code in value if code not in CODES[self.vocabulary]]
        if unknown:
            raise ValidationError(
                _("Not in the vocabulary “%(vocabulary)s”: %(codes)s"),
                code="unknown_code",
                params={"vocabulary": str(self.vocabulary), "codes": ", ".join(unknown)},
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CodesValidator) and other.vocabulary == self.vocabulary

    def __hash__(self) -> int:
        return hash(self.vocabulary)


def validate_reduced_date(value: str) -> None:
    """Accept 2024, 2024-02 or 2024-02-29: sources do not always give the day."""
    match = _REDUCED_DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValidationError(_("Write a date such as 2024, 2024-02 or 2024-02-29."), code="date") from None


def validate_source_url(value: str) -> None:
    """Accept a whole http or https address of a public host, without a user name in it."""
    _check_url(value)
    parts = urlsplit(value)
    host = parts.hostname or ""
    is_invisible = any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in value)
    if parts.username or parts.password or not _is_public(host) or is_invisible:
        raise ValidationError(
            _("Write the whole public address, such as https://example.org/page."), code="url"
        )


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


def validate_licence(value: str) -> None:
    """Accept an SPDX expression, LicenseRef names included, or `proprietary`."""
    if value == "proprietary":
        return
    try:
        licensing = spdx()
        unknown = [
            key for key in licensing.unknown_license_keys(value) if not key.lower().startswith("licenseref-")
        ]
    except UNREADABLE:
        unknown = [value]
    if unknown:
        raise ValidationError(
            _("Not an SPDX licence: %(names)s"), code="licence", params={"names": ", ".join(unknown)}
        )


def validate_language_tags(value: object) -> None:
    """Accept a list of BCP 47 tags of languages that CLDR knows."""
    if not isinstance(value, list) or len(set(map(str, value))) != len(value):
        raise ValidationError(_("Give a list in which each language stands once."), code="list")
    unknown = [str(tag) for tag in value if not _known_language(str(tag))]
    if unknown:
        raise ValidationError(
            _("Not a language code: %(codes)s"), code="language", params={"codes": ", ".join(unknown)}
        )


def _known_language(tag: str) -> bool:
    try:
        return bool(_LANGUAGE_TAG.fullmatch(tag)) and locale_exists(tag.split("-", maxsplit=1)[0])
    except (UnknownLocaleError, ValueError):
        return False


def unknown_codes(codes: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Return those codes that the vocabulary does not have, in their order."""
    return [code for code in codes if code not in CODES[vocabulary]]
