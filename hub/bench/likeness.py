"""Whether a stranger can tell from the time of an answer that an address is known. On data that is thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import erfc, sqrt
from secrets import token_urlsafe
from statistics import median

from django.contrib.auth.hashers import make_password
from django.test import Client

from hub.bench.door import made_up_address, make_account, new_browser, timed
from hub.bench.pages import BenchError
from hub.core import outbox

_LOG_IN, _JOIN = "/en/account/login/", "/en/join/"
_EMAIL, _CODE = f"{_JOIN}email/", f"{_JOIN}code/"
_WARM_UP = 3
_FIRST_PLACE = 10_000
"""Network addresses before it are those of log-ins that are measured."""

Ask = Callable[[Client, str], tuple[int, float]]
"""Sends what a stranger sends about an address; returns the status of the answer and its seconds."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How long a form takes for addresses that are known and for others; milliseconds, medians."""

    form: str
    pairs: int
    known: float
    unknown: float
    p: float
    """How often chance alone gives times that differ as much (`p_of_chance`)."""


def measure_likeness(pairs: int) -> list[Likeness]:
    """Send each form a stranger can send about an address, for known and unknown addresses by turns.

    Nobody sends two forms from one network address, so that no limit is met. Raises BenchError where the answers differ.
    """
    encoded = make_password(token_urlsafe())
    members = [make_account(encoded).email for _ in range(pairs + _WARM_UP)]
    invited = [make_account().email for _ in range(pairs + _WARM_UP)]
    # Asked about as often as the known ones: what a limit has counted before costs less to count again.
    nobodys = [made_up_address() for _ in members]
    places = count(_FIRST_PLACE)
    return [
        _compare("log-in of a member, with a wrong password", members, nobodys, _log_in, places),
        _compare("log-in of somebody who has no password yet", invited, nobodys, _log_in, places),
        _compare("joining with the address of a member", members, nobodys, _join, places),
        _compare("another code for that address", members, nobodys, _ask_for_code, places),
        _compare("a wrong code for that address", members, nobodys, _enter_code, places),
    ]


def p_of_chance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how likely two samples of one kind differ at least as much: Mann-Whitney's test, two-sided.

    By the normal distribution with a correction for ties and for continuity, which is exact enough from 20 values on.

    >>> round(p_of_chance([19, 22, 16, 29, 24], [20, 11, 17, 12]), 4)
    0.1113
    """
    together = sorted([*one, *other])
    ranks: dict[float, float] = {}
    for at, value in enumerate(together, start=1):
        ranks.setdefault(value, at)
    ties = Counter(together)
    rank_of = {value: first + (ties[value] - 1) / 2 for value, first in ranks.items()}
    n, m = len(one), len(other)
    total = n + m
    u = sum(rank_of[value] for value in one) - n * (n + 1) / 2
    tied = sum(times**3 - times for times in ties.values())
    spread = sqrt(n * m / 12 * (total + 1 - tied / (total * (total - 1))))
    if not spread:
        return 1.0
    return erfc(max(abs(u - n * m / 2) - 0.5, 0) / spread / sqrt(2))


def _compare(
    form: str, known: Sequence[str], unknown: Sequence[str], ask: Ask, places: Iterator[int]
) -> Likeness:
    """Ask about each known address and about one that nobody has, the other one first every second time."""
    times: dict[bool, list[float]] = {True: [], False: []}
    statuses: set[int] = set()
    for turn, (somebodys, nobodys) in enumerate(zip(known, unknown, strict=True)):
        for is_known in (True, False) if turn % 2 else (False, True):
            status, seconds = ask(new_browser(next(places)), somebodys if is_known else nobodys)
            statuses.add(status)
            if turn >= _WARM_UP:
                times[is_known].append(seconds * 1000)
    if len(statuses) != 1 or statuses & {403, 404, 429, 500}:
        raise BenchError(f"{form}: answered with {', '.join(map(str, sorted(statuses)))}.")
    return Likeness(
        form,
        len(times[True]),
        median(times[True]),
        median(times[False]),
        p_of_chance(times[True], times[False]),
    )


def _log_in(client: Client, address: str) -> tuple[int, float]:
    return _send(client, _LOG_IN, {"login": address, "password": token_urlsafe()})


def _join(client: Client, address: str) -> tuple[int, float]:
    client.post(_JOIN)
    return _send(client, _EMAIL, {"email": address})


def _ask_for_code(client: Client, address: str) -> tuple[int, float]:
    _join(client, address)
    return _send(client, _CODE, {"again": "1"})


def _enter_code(client: Client, address: str) -> tuple[int, float]:
    _join(client, address)
    while outbox.drain():
        pass
    return _send(client, _CODE, {"code": "000000"})


def _send(client: Client, path: str, typed: dict[str, str]) -> tuple[int, float]:
    answer, seconds = timed(client.post, path, typed)
    return answer.status_code, seconds
