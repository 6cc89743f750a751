"""Mails. A letter is composed by the worker at the moment it is sent: nothing secret and no address waits anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from hub.core import outbox

logger = logging.getLogger(__name__)

_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person: plain text, in paragraphs."""

    to: str
    subject: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Occasion:
    """Whom a letter is for, in which language, and how it is written once that language is active."""

    language: str
    compose: Callable[[], Letter]


class NotSentError(Exception):
    """The mail relay did not take a letter."""


Find = Callable[[str], Occasion | None]
"""Finds the occasion of a key; None if there is nothing to write about any more."""

_kinds: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Name who knows what a kind of letter says. The kind has 30 characters at most; to say so again changes nothing."""
    if _kinds.get(kind) is find:
        return

    def deliver(keys: Sequence[str]) -> None:
        for key in keys:
            _send(kind, find(key))

    outbox.register(_topic(kind), deliver, singly=True)
    _kinds[kind] = find


def post(kind: str, key: object) -> None:
    """Have a letter written and sent. Must run inside the transaction of the change that it tells of."""
    outbox.enqueue(_topic(kind), [key])


def _topic(kind: str) -> str:
    return f"letter:{kind}"


def _send(kind: str, occasion: Occasion | None) -> None:
    if occasion is None:
        logger.info("letter without occasion", extra={"kind": kind})
        return
    with override(occasion.language):
        letter = occasion.compose()
        closing = _("This mail was written by a program. Nobody reads an answer to it.")
        body = "\n\n".join((*letter.paragraphs, closing))
        # A subject is one line, whatever was put into it.
        subject = " ".join(letter.subject.split())
        message = EmailMessage(subject, f"{body}\n", to=[letter.to], headers=_HEADERS)
        try:
            message.send()
        except Exception as error:
            # What a relay says names the recipient, and would stand in the outbox and in logs.
            raise NotSentError(type(error).__name__) from None
    logger.info("letter sent", extra={"kind": kind})
