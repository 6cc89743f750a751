"""What follows from facts: families of licences, freshness, and the order where nothing else decides."""

from __future__ import annotations

from datetime import date, timedelta

from catalogue.enums import AI_ROLES_SHOWN_FIRST, NOT_KNOWN, READY_FOR_OFFICERS
from hub.core.licences import UNREADABLE, spdx

FRESH_FOR = timedelta(days=90)

_FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("own-terms", ("licenseref-", "cc-by-nd")),
    ("non-commercial", ("cc-by-nc", "polyform-noncommercial")),
    ("network-copyleft", ("agpl",)),
    ("weak-copyleft", ("lgpl", "mpl", "cddl", "epl", "eupl", "cpl", "ipl")),
    ("strong-copyleft", ("gpl", "cc-by-sa", "osl")),
    ("public-domain", ("cc0", "unlicense", "0bsd", "pddl")),
    (
        "permissive",
        (
            "mit",
            "apache",
            "bsd",
            "bsl",
            "isc",
            "cc-by",
            "zlib",
            "artistic",
            "python",
            "psf",
            "ncsa",
            "postgresql",
        ),
    ),
)


def licence_families(licence: str) -> tuple[str, ...]:
    """Return the families of the licences that an expression names, in its order. Never raises.

    Empty for a licence that is not known. With AND all hold at once, with OR one may choose: both are found under
    each family, and the tool's page shows the whole expression.
    """
    if not licence:
        return ()
    if licence == "proprietary":
        return ("proprietary",)
    try:
        parsed = spdx().parse(licence, validate=False)
    except UNREADABLE:
        return ("own-terms",)
    if parsed is None:
        return ()
    # An exception ("WITH ...") is written after its licence and leaves the family as it is.
    return tuple(dict.fromkeys(_family(symbol.render()) for symbol in parsed.get_symbols()))


def _family(key: str) -> str:
    folded = key.lower()
    for family, prefixes in _FAMILIES:
        if folded.startswith(prefixes):
            return family
    return "own-terms"


def first_day(reduced: str) -> date:
    """Return the first day of a date such as 2024, 2024-02 or 2024-02-29."""
    parts = [int(part) for part in reduced.split("-")]
    return date(*[*parts, 1, 1][:3])


def freshness(checked_on: str, today: date) -> str:
    """Return how fresh a day of checking is; a reduced date counts from its first day, none is not known.

    From the same day of the next year on a check is overdue, as the sign beside the date says.
    """
    if not checked_on:
        return NOT_KNOWN
    first = first_day(checked_on)
    if today - first <= FRESH_FOR:
        return "within-90-days"
    is_due = (today.year, today.month, today.day) >= (first.year + 1, first.month, first.day)
    return "overdue" if is_due else "within-12-months"


def priority(ai_role: str, readiness: str) -> int:
    """Return where a tool stands if nothing else decides: 0 first, 3 last.

    Tools that use, test or govern AI come before those that are useful beside them; among each, those that an officer
    or an administrator can put to use come before those that need a developer.
    """
    return 2 * (ai_role not in AI_ROLES_SHOWN_FIRST) + (readiness not in READY_FOR_OFFICERS)
