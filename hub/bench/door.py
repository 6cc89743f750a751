"""The door: what a log-in costs, and how the vetting desk bears a long queue. On data that is thrown away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex, token_urlsafe
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import api as community
from community.bench import fill_desk
from hub.bench.pages import BenchError, in_turns
from hub.core.models import User

Found = TypeVar("Found")
OWASP = "m=19456,t=2,p=1"
"""What OWASP's password storage cheat sheet asks of Argon2id: 19 MiB, two passes, one lane."""
_HOST = "localhost"
_ANONYMOUS = "/en/account/login/"
_CODE = "/en/account/2fa/authenticate/"
_DESK = "/en/vetting/"
_AFTERWARDS = "/en/account/"
_PERIOD, _TOO_LATE = 30, 26
"""Seconds for which a code counts, and after which none is begun with."""
_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class LogIn:
    """What one log-in costs beside an anonymous page; milliseconds, medians.

    `parameters` are those with which the password was really hashed.
    """

    parameters: str
    page: float
    hashing: float
    password: float
    factor: float

    @property
    def whole(self) -> float:
        """Password and second factor together."""
        return self.password + self.factor


@dataclass(frozen=True, slots=True)
class Desk:
    """The vetting desk while so many applications wait; milliseconds, medians, and queries."""

    waiting: int
    queries: int
    queries_last: int
    queries_case: int
    page: float
    first: float
    last: float
    case: float


def measure_log_in(rounds: int) -> LogIn:
    """Sign new members in through the whole stack, password then code, each from an address of their own.

    An anonymous page and the bare hash take turns with them, so that a busy machine disturbs all alike.
    """
    password = token_urlsafe()
    encoded = make_password(password)
    kept: list[tuple[float, ...]] = []
    for turn in range(rounds + 1):
        email, seed = _member(encoded)
        visitor, person = new_browser(turn), new_browser(turn)
        typed = {"login": email, "password": password, "next": _AFTERWARDS}
        page, seconds_of_page = timed(visitor.get, _ANONYMOUS)
        fits, seconds_of_hash = timed(check_password, password, encoded)
        _wait_for_a_whole_code()
        first, seconds_of_password = timed(person.post, _ANONYMOUS, typed)
        second, seconds_of_code = timed(person.post, _CODE, {"code": _code_of(seed)})
        places = first.headers.get("Location"), second.headers.get("Location")
        if page.status_code != 200 or not fits or places != (_CODE, _AFTERWARDS):
            raise BenchError(f"A log-in leads astray: to {places[0]}, then to {places[1]}.")
        if turn:  # the first one warms up
            kept.append((seconds_of_page, seconds_of_hash, seconds_of_password, seconds_of_code))
    return LogIn(_parameters(encoded), *(median(times) * 1000 for times in zip(*kept, strict=True)))


def timed(act: Callable[..., Found], *arguments: Any) -> tuple[Found, float]:
    """Do something; return what it gave and the seconds that it took."""
    started = perf_counter()
    found = act(*arguments)
    return found, perf_counter() - started


def made_up_address() -> str:
    """Return an address that nobody has."""
    return f"officer-{token_hex(6)}@police.example"


def make_account(encoded: str = "") -> User:
    """Make somebody up, with the hash of a password or, as before the enrolment, without."""
    user = community.create_account(made_up_address(), by=None, name="Made up for measuring", language="en")
    if encoded:
        user.password = encoded
        user.save(update_fields=["password"])
    return user


def _member(encoded: str) -> tuple[str, str]:
    """Make somebody with a password and an authenticator app; return the address and the key of the app."""
    user = make_account(encoded)
    seed = generate_totp_secret()
    TOTP.activate(user, seed)
    return user.email, seed


def _code_of(seed: str) -> str:
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // _PERIOD)))


def _parameters(encoded: str) -> str:
    """Return what a hash says of itself, such as "m=19456,t=2,p=1". Raises BenchError if it is not Argon2id's."""
    kind, _, rest = encoded.removeprefix("argon2$").partition("$")
    if kind != "argon2id":
        raise BenchError(f"Passwords are hashed with {kind}, not with Argon2id.")
    return next(part for part in rest.split("$") if part.startswith("m="))


def _wait_for_a_whole_code() -> None:
    into = time.time() % _PERIOD
    if into > _TOO_LATE:
        time.sleep(_PERIOD - into)


def new_browser(number: int = 0) -> Client:
    """Return a new browser; those with another number come from another address."""
    client = Client(HTTP_HOST=_HOST, REMOTE_ADDR=f"198.18.{number // 250}.{number % 250 + 1}")
    client.handler.load_middleware()  # else its first request would: a server does so once, before any
    return client


def _ask_as_a_stranger(visitor: Client) -> None:
    visitor.cookies.clear()
    visitor.get(_ANONYMOUS)


def measure_desk(sizes: Sequence[int], rounds: int) -> list[Desk]:
    """Fill the desk to each size and ask for its first and last page and for a case, by turns with an anonymous page."""
    client = Client(HTTP_HOST=_HOST)
    client.post("/en/demo/", {"role": "vetter"})
    vetter = User.objects.filter(pk=client.session.get(SESSION_KEY, 0)).first()
    if vetter is None:
        raise BenchError("The demonstration signs no vetter in.")
    other = community.create_account(
        f"vetter-{token_hex(6)}@desk.example", by=None, name="Made up for measuring", language="en"
    )
    return [_desk(client, fill_desk(size, vetter=vetter, other=other), rounds) for size in sorted(sizes)]


def _desk(client: Client, waiting: list[str], rounds: int) -> Desk:
    first = _DESK
    last = f"{_DESK}?page={-(-len(waiting) // _A_PAGE)}"
    case = f"{_DESK}{waiting[0]}/"
    visitor = new_browser()
    times = in_turns(
        [
            lambda: _ask_as_a_stranger(visitor),
            lambda: client.get(first),
            lambda: client.get(last),
            lambda: client.get(case),
        ],
        rounds,
    )
    return Desk(len(waiting), _queries(client, first), _queries(client, last), _queries(client, case), *times)


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        status = client.get(address).status_code
    if status != 200:
        raise BenchError(f"{address} is answered to a vetter with status {status}.")
    return len(captured)
