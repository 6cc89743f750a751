"""Figures of the vetting desk: how many wait, for how long, what became of the others, how often vetters disagree."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from community.enums import ApplicationState, Choice, Gender
from community.models import Application, Verdict
from community.queries.applications import queue_of
from community.rules import OPEN, suppress_small_cells
from hub.core.access import holders_of
from hub.core.enums import Role

_YEAR = timedelta(days=365)
_OUTCOMES = (ApplicationState.APPROVED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
AGES: tuple[tuple[int, int | None], ...] = ((0, 3), (3, 7), (7, 14), (14, 30), (30, None))
"""Ages in days, from and below."""


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """Counts of applications; ages in days. `decided_twice` are rounds with two decisions or more, none of which asks."""

    waiting: int
    short_of_vetters: int
    """Of those that wait."""
    more_wanted: int
    oldest_days: int
    median_days: float
    ages: tuple[int, ...]
    """By the steps of AGES."""
    outcomes: Mapping[ApplicationState, int]
    """Within a year."""
    decided_twice: int
    disagreed: int
    genders: Mapping[Gender, int | None]
    """Of the people let in; None where the number is not shown, so that it is about nobody in particular."""


def desk_figures(now: datetime | None = None) -> DeskFigures:
    """Count, with the same number of questions however many applications there are."""
    now = now or timezone.now()
    ages = [(now - moment).days for moment in _waiting().values_list("submitted_at", flat=True) if moment]
    ended = dict(
        Application.objects.filter(state__in=_OUTCOMES, closed_at__gt=now - _YEAR, submitted_at__isnull=False)
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    decided, disagreed = _agreement(now - _YEAR)
    genders = dict(
        Application.objects.filter(state=ApplicationState.APPROVED)
        .exclude(gender="")
        .values_list("gender")
        .annotate(number=Count("pk"))
    )
    return DeskFigures(
        waiting=len(ages),
        short_of_vetters=applications_short_of_vetters(),
        more_wanted=Application.objects.filter(state=ApplicationState.MORE_WANTED).count(),
        oldest_days=max(ages, default=0),
        median_days=statistics.median(ages) if ages else 0,
        ages=tuple(sum(start <= age and (end is None or age < end) for age in ages) for start, end in AGES),
        outcomes={state: ended.get(state.value, 0) for state in _OUTCOMES},
        decided_twice=decided,
        disagreed=disagreed,
        genders=suppress_small_cells({one: genders.get(one.value, 0) for one in Gender}),
    )


def applications_short_of_vetters() -> int:
    """Count the applications that wait and that fewer vetters can decide now than have to.

    Two decide together; where two have decided and more are wanted, one is asked for. Others sponsor the applicant, are of
    the same agency, or gave the case back. The lot that wants a third one is left out, so that nobody reads it here.

    Takes three questions for each vetter, of whom there are few: who may decide what is said in one place, and asked there.
    """
    free = Counter[int]()
    for vetter in holders_of(Role.VETTER):
        free.update(queue_of(vetter).values_list("pk", flat=True))
    in_round = Count("verdicts", filter=Q(verdicts__round=F("round")))
    waiting = _waiting().annotate(decided=in_round).values_list("pk", "decided")
    return sum(free[key] < max(1, 2 - decided) for key, decided in waiting)


def _waiting() -> QuerySet[Application]:
    return Application.objects.filter(state__in=OPEN, submitted_at__isnull=False)


def _agreement(since: datetime) -> tuple[int, int]:
    """Return in how many rounds two vetters decided, and in how many of these not both the same."""
    rounds: dict[tuple[int, int], set[str]] = {}
    counts: dict[tuple[int, int], int] = {}
    verdicts = Verdict.objects.filter(decided_at__gt=since).exclude(choice=Choice.ASK)
    for application, number, choice in verdicts.values_list("application", "round", "choice"):
        rounds.setdefault((application, number), set()).add(choice)
        counts[application, number] = counts.get((application, number), 0) + 1
    decided = [choices for key, choices in rounds.items() if counts[key] >= 2]
    return len(decided), sum(len(choices) > 1 for choices in decided)
