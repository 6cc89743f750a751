"""Sign-ups over HTTP, as applicants make them: many from addresses of their own, and many from one."""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import token_hex
from threading import Lock
from time import monotonic, perf_counter, sleep
from typing import TypeVar

from hub.bench.pages import BenchError
from launcher.checks import Answer, Browser
from launcher.processes import bound, spawn, stop

SIDE_BY_SIDE = 8
"""So many applicants are at it at the same time."""
_JOIN = "/en/join/"
_ANONYMOUS = "/en/account/login/"
_PAGES_AN_APPLICANT = 5
_SECONDS_FOR_A_LETTER = 60
_MOST_FROM_ONE_ADDRESS = 60
_TOO_MANY = 429
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CHECKBOX = re.compile(r'<input type="checkbox" name="([\w-]+)"')
_CODE = re.compile(r"\b\d{6}\b")
_SEPARATOR = b"-" * 79
Who = TypeVar("Who")
_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "country": {"country": "KE"},
    "agency": {"agency": "other", "agency_name": "Police of measurement"},
    "unit": {"unit": "Cybercrime unit"},
    "name": {"name": "Made up for measuring"},
    "job": {"job": "investigator"},
    "languages": {"languages": "en"},
    "purpose": {"purpose": "Sorting of seized media."},
    "verify": {"how_to_verify": "The staff page of the agency."},
    "listing": {"is_to_be_listed": "no"},
}
"""By question. What is not here may stay unanswered, but for the address."""


class StoppedError(Exception):
    """The hub did not take what an applicant has sent."""

    def __init__(self, status: int, path: str) -> None:
        super().__init__(f"{path} is answered with status {status}.")
        self.status = status


@dataclass(frozen=True, slots=True)
class Joining:
    """What sign-ups cost. `pages` and `joins` are whole ones a second, so many side by side."""

    applicants: int
    forms: int
    """That one applicant sends."""
    pages: float
    joins: float
    one_address: int
    """Whole sign-ups from one address before it is stopped."""
    stopped_after: int
    """Forms, of all its applicants together."""
    others_go_on: bool
    """Whether another address still gets through at that moment."""

    @property
    def ratio(self) -> float:
        """As many anonymous pages cost as much as one sign-up."""
        return self.pages / self.joins


class Letterbox:
    """Reads the codes in mails that the demonstration has written into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[Path, int] = {}
        self._codes: dict[str, str] = {}
        self._lock = Lock()

    def code_for(self, address: str) -> str:
        """Return the code that was mailed to an address, once it is there. Raises BenchError if none comes."""
        deadline = monotonic() + _SECONDS_FOR_A_LETTER
        while monotonic() < deadline:
            with self._lock:
                self._read()
                if address in self._codes:
                    return self._codes.pop(address)
            sleep(0.05)
        raise BenchError(f"No code came to {address}: does the worker run?")

    def _read(self) -> None:
        for path in self._folder.glob("*.log"):
            size = path.stat().st_size
            before = self._sizes.get(path, 0)
            if size == before:
                continue
            whole = path.read_bytes()
            end = whole.rfind(_SEPARATOR)
            # What stands behind the last line of dashes is still being written.
            for raw in whole[before:end].split(_SEPARATOR) if end > before else ():
                self._note(raw.strip())
            self._sizes[path] = max(before, min(size, end + len(_SEPARATOR) + 1))

    def _note(self, raw: bytes) -> None:
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        if found := _CODE.search(str(letter["Subject"])):
            self._codes[str(letter["To"])] = found[0]


class Applicant:
    """Somebody who joins, with a browser that comes from an address."""

    def __init__(self, port: int, address: str, letters: Letterbox) -> None:
        self.forms = 0
        self._browser = Browser(port, {"X-Forwarded-For": address})
        self._letters = letters
        self._email = f"officer-{token_hex(8)}@police.example"
        self._page = Answer(0, _JOIN, "")

    def answer(self) -> None:
        """Begin, answer every question, enter the code; raises StoppedError where the hub refuses."""
        self._page = _shown(self._browser, _JOIN)
        self._send({})
        while (slug := self._page.path.rstrip("/").rpartition("/")[2]) != "code":
            before = self._page.path
            self._send({"email": self._email} if slug == "email" else _ANSWERS.get(slug, {}))
            if self._page.path == before:
                raise BenchError(f"{before} asks again.")
        self._send({"code": self._letters.code_for(self._email)})

    def submit(self) -> None:
        """Agree to what there is to agree to, and submit; again if that was too fast for the hub."""
        for _ in range(5):
            self._send(dict.fromkeys(_CHECKBOX.findall(self._page.text), "on"))
            if self._page.path == f"{_JOIN}status/":
                return
            sleep(1)
        raise BenchError(f"An application is not taken: {self._page.path}.")

    def _send(self, fields: Mapping[str, str]) -> None:
        token = _TOKEN.search(self._page.text)
        form = {**fields, "csrfmiddlewaretoken": token[1] if token else ""}
        self.forms += 1
        self._page = _shown(self._browser, self._page.path, form)


def _shown(browser: Browser, path: str, form: dict[str, str] | None = None) -> Answer:
    answer = browser.ask(path, form)
    if answer.status != 200:
        raise StoppedError(answer.status, answer.path)
    return answer


def measure_joining(port: int, letters: Letterbox, applicants: int) -> Joining:
    """Have applicants join side by side, with anonymous pages before and after them; then all from one address.

    The hub must take the address of a browser from X-Forwarded-For, and a worker must run. Raises BenchError.
    """
    addresses = (f"198.18.{number // 250}.{number % 250 + 1}" for number in count())
    crowd = [Applicant(port, next(addresses), letters) for _ in range(applicants)]
    try:
        before = _seconds_of_pages(port, applicants)
        # By halves: whoever has answered everything need not wait until the hub believes that a person did.
        seconds = _side_by_side(Applicant.answer, crowd) + _side_by_side(Applicant.submit, crowd)
        after = _seconds_of_pages(port, applicants)
        one, forms = _from_one_address(port, next(addresses), letters)
        other = Applicant(port, next(addresses), letters)
        return Joining(
            applicants=applicants,
            forms=max(applicant.forms for applicant in crowd),
            pages=2 * applicants * _PAGES_AN_APPLICANT / (before + after),
            joins=applicants / seconds,
            one_address=one,
            stopped_after=forms,
            others_go_on=_gets_through(other),
        )
    except StoppedError as stopped:
        raise BenchError(f"A sign-up is stopped: {stopped}") from stopped


def _seconds_of_pages(port: int, applicants: int) -> float:
    def ask(browser: Browser) -> None:
        for _ in range(_PAGES_AN_APPLICANT):
            _shown(browser, _ANONYMOUS)

    return _side_by_side(ask, [Browser(port) for _ in range(applicants)])


def _side_by_side(do: Callable[[Who], None], crowd: list[Who]) -> float:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        started = perf_counter()
        list(threads.map(do, crowd))
        return perf_counter() - started


def _from_one_address(port: int, address: str, letters: Letterbox) -> tuple[int, int]:
    """Join again and again from an address; return how often that worked, and how many forms were taken."""
    forms = 0
    for whole in range(_MOST_FROM_ONE_ADDRESS):
        applicant = Applicant(port, address, letters)
        if not _gets_through(applicant):
            return whole, forms + applicant.forms - 1
        forms += applicant.forms
    raise BenchError(f"One address has joined {_MOST_FROM_ONE_ADDRESS} times, and nothing stops it.")


def _gets_through(applicant: Applicant) -> bool:
    try:
        applicant.answer()
        applicant.submit()
    except StoppedError as stopped:
        if stopped.status != _TOO_MANY:
            raise
        return False
    return True


@contextmanager
def working(environment: Mapping[str, str]) -> Iterator[None]:
    """Run the worker, which writes the letters."""
    command = bound([sys.executable, "manage.py", "work"])
    worker = spawn(command, dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        stop(worker)
