"""What must hold for people, whoever acts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from hub.core.enums import Role

MEMBERSHIP_LASTS = timedelta(days=365)
"""After this long a member is verified again."""
ENROLMENT_LASTS = timedelta(hours=24)
"""How long a one-time link works."""
CODE_LASTS = timedelta(minutes=15)
"""How long the code that confirms an address works."""
CODE_TRIES = 5
CODES_AN_HOUR = 5
"""So many codes one address gets, whoever asks for them and in however many applications."""
WRITTEN_BY_PEOPLE = timedelta(seconds=3)
"""Nobody answers all the questions in less time than this."""
APPLICATION_LASTS = timedelta(days=30)
"""How long an application that was not submitted is kept."""
OBJECTIONS = timedelta(hours=72)
"""How long the national focal point may object to what two vetters have agreed on."""
DOMAIN_LASTS = timedelta(days=365)
"""After this long an agency's domain is checked again."""
FOCAL_POINT_LASTS = timedelta(days=365)
"""After this long a country confirms anew who speaks for it."""
ROLE_LASTS = timedelta(days=365)
"""The longest for which two administrators give a role."""
TERMS_HOLD = timedelta(days=365)
"""After this long somebody is asked for the terms again, even where they have not changed."""
DOCUMENT_KEPT = timedelta(days=30)
"""So long after the decision a document of the applicant is destroyed."""
DOCUMENTS_AT_MOST = 5
SMALLEST_CELL = 5
"""A figure about fewer people than this is not shown where it might be about one of them."""
CLASSES_NEEDED = 2
LIVE_CONTACT = frozenset({EvidenceClass.CALL_BACK, EvidenceClass.FOCAL_POINT})
"""Classes in which somebody of the agency was spoken to. One of them is needed."""
REFUSALS = 3
REFUSED_FOR = timedelta(days=365)
"""After so many refusals within this time the next application is refused at once."""
THIRD_REVIEWS = 10
"""Of so many applications one, drawn by lot, is looked at by a third vetter."""

Key = TypeVar("Key")

_APART = (frozenset({Role.VETTER, Role.ADMINISTRATOR}),)

_S = ApplicationState
STEPS: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _S.STARTED: frozenset({_S.ADDRESS_CONFIRMED, _S.WITHDRAWN}),
    _S.ADDRESS_CONFIRMED: frozenset({_S.STARTED, _S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.IN_REVIEW, _S.MORE_WANTED, _S.REFUSED, _S.WITHDRAWN}),
    _S.IN_REVIEW: frozenset({_S.AGREED, _S.MORE_WANTED, _S.REFUSED, _S.WITHDRAWN}),
    _S.MORE_WANTED: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.AGREED: frozenset({_S.APPROVED, _S.IN_REVIEW, _S.WITHDRAWN}),
    _S.APPROVED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""What may follow what. Nothing follows an end."""
BEING_WRITTEN = frozenset({_S.STARTED, _S.ADDRESS_CONFIRMED, _S.MORE_WANTED})
"""States in which the applicant may change what they wrote."""
OPEN = frozenset({_S.SUBMITTED, _S.IN_REVIEW})
"""States in which vetters decide."""

REASONS: dict[Choice, frozenset[Reason]] = {
    Choice.APPROVE: frozenset({Reason.CONFIRMED}),
    Choice.ASK: frozenset({Reason.UNREACHABLE, Reason.UNIT_UNCLEAR, Reason.OTHER_WAY, Reason.DOCUMENT}),
    Choice.REFUSE: frozenset({Reason.NOT_CONFIRMED, Reason.NOT_FOR}),
}
"""Which reasons a decision may have."""


class RuleError(Exception):
    """What was asked for is against a rule of the community. Nothing was changed."""


def check_roles(roles: Collection[Role]) -> None:
    """Raise RuleError if nobody may have these roles together."""
    for apart in _APART:
        if apart <= frozenset(roles):
            raise RuleError("Nobody is vetter and administrator at the same time")


def check_step(present: ApplicationState, following: ApplicationState) -> None:
    """Raise RuleError if an application in one state cannot come to another."""
    if following not in STEPS[present]:
        raise RuleError(f"An application that is {present} cannot become {following}")


def suppress_small_cells(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """Return counts with None instead of what might be about one person.

    What is below SMALLEST_CELL goes, and where that is one number only the next smallest goes with it: else it could be
    computed from a sum that is known elsewhere.
    """
    small = [key for key, number in counts.items() if 0 < number < SMALLEST_CELL]
    if len(small) == 1:
        others = [key for key, number in counts.items() if number >= SMALLEST_CELL]
        small += sorted(others, key=lambda key: counts[key])[:1]
    return {key: None if key in small else number for key, number in counts.items()}


def is_proved(classes: Iterable[EvidenceClass]) -> bool:
    """Say whether evidence is enough: two different classes, one of them a live contact."""
    held = frozenset(classes)
    return len(held) >= CLASSES_NEEDED and not held.isdisjoint(LIVE_CONTACT)


def outcome(choices: Collection[Choice], *, third_review: bool) -> ApplicationState:
    """Return where an application stands after these decisions of different vetters.

    Asking for more ends a round at once. Two who agree decide; who disagree, and an application drawn by lot, need a third.
    """
    if Choice.ASK in choices:
        return ApplicationState.MORE_WANTED
    approvals, refusals = (
        sum(one == choice for one in choices) for choice in (Choice.APPROVE, Choice.REFUSE)
    )
    if refusals >= 2:
        return ApplicationState.REFUSED
    if approvals >= (3 if third_review and not refusals else 2):
        return ApplicationState.AGREED
    return ApplicationState.IN_REVIEW
