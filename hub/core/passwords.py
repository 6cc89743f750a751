"""Which passwords are too easy to guess.

Length alone does not help against lists: people reach fifteen characters by doubling a common password, running over
the keyboard, or adding a year to their own name. Two estimates look for such pieces, and the lower one counts: zxcvbn
knows English words, names and dates; `guesses_by_pieces` knows keyboards of other scripts, the words of this hub, and
the person.
"""

from __future__ import annotations

import gzip
import math
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from zxcvbn import zxcvbn

if TYPE_CHECKING:
    from hub.core.models import User

MAX_LENGTH = 256
"""Characters that a form accepts; all of them count."""
ENOUGH = 8.0
"""Decimal logarithm of the guesses that a password must stand (zxcvbn's score 3)."""
PLENTY = 12.0
"""The same, for one that is called very hard to guess."""
_ZXCVBN_READS = 32
"""Characters that zxcvbn is given: its time grows fast with the length of what looks like letters."""

_OWN_WORDS = frozenset(
    {
        "hub",
        "thehub",
        "police",
        "policia",
        "polizei",
        "politie",
        "polis",
        "полиция",
        "شرطة",
        "警察",
        "interpol",
        "europol",
        "unicri",
        "officer",
        "investigator",
        "detective",
        "safer",
        "children",
        "member",
        "admin",
        "administrator",
        "editor",
        "trainer",
        "vetter",
        "translator",
    }
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "01234567890",
    "`1234567890-=",
    "!@#$%^&*()_+",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn,;:!",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "ضصثقفغعهخحجد",
    "شسيبلاتنمكط",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaqxswcdevfrbgtnhymjukilop",
    "qweasdzxc",
)
_RUN_PIECES = frozenset(
    run[start:end]
    for line in _RUNS
    for run in (line, line[::-1])
    for start in range(len(run))
    for end in range(start + 3, len(run) + 1)
)
_LOOKALIKES = str.maketrans("4@3€1!|0$5798", "aaeeiiiosstgb")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST_WORD, _LONGEST_WORD = 3, 24


@cache
def _common_passwords() -> dict[str, int]:
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {word.strip(): rank for rank, word in enumerate(lines, start=1)}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def guesses(password: str, known_words: Collection[str] = ()) -> float:
    """Return the decimal logarithm of how many guesses the password stands, by the estimate that finds fewer.

    `known_words` are tried first by anybody who knows whose password it is: name, address, agency.

    >>> guesses("passwordpassword") < 2, guesses("plum-trolley-9-anvil") > 8
    (True, True)
    """
    read, rest = password[:_ZXCVBN_READS], password[_ZXCVBN_READS:MAX_LENGTH]
    # What zxcvbn is told about a person stays in its memory and counts for the next one, so it is told nothing.
    by_zxcvbn = float(zxcvbn(read)["guesses_log10"]) + len(rest) if read else 0.0
    return min(by_zxcvbn, guesses_by_pieces(password, known_words))


def guesses_by_pieces(password: str, known_words: Collection[str] = ()) -> float:
    """Return the cheapest way to put the password together from words, runs, years, repetitions and single characters."""
    text = _folded(password)[:MAX_LENGTH]
    plain = text.translate(_LOOKALIKES)
    words = {_folded(word) for word in known_words if len(word) >= _SHORTEST_WORD} | _OWN_WORDS
    best = [0.0] + [math.inf] * len(text)
    for end in range(1, len(text) + 1):
        best[end] = best[end - 1] + 1.0
        for start in range(max(0, end - _LONGEST_WORD), end - _SHORTEST_WORD + 1):
            best[end] = min(best[end], best[start] + _piece(text[start:end], plain[start:end], words))
        best[end] = min(best[end], _repeated(text, end, best))
    return best[-1]


def _piece(text: str, plain: str, words: Collection[str]) -> float:
    """Return the cost of a piece as one word, run or year; as single characters if it is none."""
    cost = float(len(text))
    common = _common_passwords()
    for spelling, extra in ((text, 0.0), (plain, 0.3)):
        if spelling in words:
            cost = min(cost, 0.5 + extra)
        if spelling in common:
            cost = min(cost, math.log10(common[spelling] + 1) + extra)
    if text in _RUN_PIECES:
        cost = min(cost, 1.0 + math.log10(len(text)))
    if len(text) == 4 and _YEAR.fullmatch(text):
        cost = min(cost, 2.0)
    return cost


def _repeated(text: str, end: int, best: list[float]) -> float:
    """Return the cost of ending here with a repetition of what stands before."""
    cost = math.inf
    for size in range(1, end // 2 + 1):
        unit = text[end - size : end]
        times = 1
        while text[end - size * (times + 1) : end - size * times] == unit:
            times += 1
        if times > 1:
            cost = min(cost, best[end - size * (times - 1)] + math.log10(times))
    return cost


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of a password that somebody is choosing."""

    is_accepted: bool
    sentences: list[str]
    """Why it is refused, or how hard it is to guess, in the language of the page."""


def judge(password: str, user: User) -> Judgement:
    """Say in words how strong a password is for this person, by the rules that decide when it is saved."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as refusal:
        return Judgement(is_accepted=False, sentences=refusal.messages)
    if guesses(password, _words_about(user)) < PLENTY:
        return Judgement(is_accepted=True, sentences=[gettext("This password is hard to guess.")])
    return Judgement(is_accepted=True, sentences=[gettext("This password is very hard to guess.")])


class LengthValidator(password_validation.MinimumLengthValidator):
    """Refuses short passwords, in words that exist in all languages of the hub: Django's lack some."""

    def get_error_message(self) -> str:
        """Return how long a password must be."""
        return ngettext(
            "This password is too short: write at least %(number)d character.",
            "This password is too short: write at least %(number)d characters.",
            self.min_length,
        ) % {"number": self.min_length}


class OwnerValidator(password_validation.UserAttributeSimilarityValidator):
    """Refuses what resembles its owner's name or address; Django's words name the column."""

    def get_error_message(self) -> str:
        """Return what the password resembles."""
        return gettext("This password is too similar to your name or your address.")


class GuessableValidator:
    """Refuses passwords that lists and knowledge of the person find."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that stands too few guesses."""
        if guesses(password, _words_about(user)) < ENOUGH:
            raise ValidationError(
                gettext(
                    "This password is easy to guess: it is made of common words, runs on the keyboard, "
                    "repetitions, or your own name. Use several words that have nothing to do with each other."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return gettext(
            "Several words that have nothing to do with each other are easy to remember and hard to guess."
        )


def _words_about(user: User | None) -> set[str]:
    words = {getattr(settings, "WAGTAIL_SITE_NAME", "")}
    if user is not None:
        local, _, domain = user.email.partition("@")
        for text in (user.name, local, domain):
            words |= {text, *re.split(r"[\W_]+", text)}
    words |= {"".join(word.split()) for word in words}
    return words - {""}
