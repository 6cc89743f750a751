"""Which terms hold, what changed in them, and who has accepted them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from community.models import Terms, TermsAcceptance, TermsText
from community.rules import TERMS_HOLD
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import User


@dataclass(frozen=True, slots=True)
class TermsInWords:
    """A version in one language: `language` is English where it has no text in the language asked for."""

    number: int
    language: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in a comparison of two versions."""

    text: str
    is_new: bool = False
    is_gone: bool = False


def current_terms() -> Terms | None:
    """Return the version that holds now; None where none was published yet."""
    return Terms.objects.order_by("-number").first()


def terms_in_words(terms: Terms, language: str) -> TermsInWords:
    """Return a version in a language, or in English if it has none in that one."""
    texts = {one.language: one.text for one in terms.texts.filter(language__in=[language, DEFAULT_LANGUAGE])}
    shown = language if language in texts else DEFAULT_LANGUAGE
    return TermsInWords(terms.number, shown, split_rules(texts.get(shown, "")))


def split_rules(text: str) -> tuple[str, ...]:
    """Return the rules of a text: what stands between empty lines."""
    paragraphs = text.replace("\r\n", "\n").split("\n\n")
    return tuple(" ".join(one.split()) for one in paragraphs if one.strip())


def has_accepted_current_terms(user: User) -> bool:
    """Tell whether somebody has accepted the version that holds now, within the last year; so has everybody where there is none.

    One query, or none for a person that `people_at_the_door` has found.
    """
    if not hasattr(user, "newest_terms"):
        found = with_terms(User.objects.filter(pk=user.pk)).first()
        if found is None:
            return False
        user = found
    return user.newest_terms is None or bool(user.has_accepted)  # type: ignore[attr-defined]


def with_terms(people: QuerySet[User]) -> QuerySet[User]:
    """Add to people which version holds now, and whether they have accepted it within the last year."""
    accepted = TermsAcceptance.objects.filter(
        user=OuterRef("pk"), terms=OuterRef("newest_terms"), accepted_at__gt=timezone.now() - TERMS_HOLD
    )
    newest = Terms.objects.order_by("-number").values("pk")[:1]
    return people.annotate(newest_terms=Subquery(newest)).annotate(has_accepted=Exists(accepted))


def last_accepted_terms(user: User) -> Terms | None:
    """Return the newest version that somebody has ever accepted."""
    return Terms.objects.filter(acceptances__user=user.pk).order_by("-number").first()


def compare_rules(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Yield the rules of both versions in the order of reading, each marked as new, gone or the same."""
    for kind, from_, to, begin, end in difflib.SequenceMatcher(
        a=list(before), b=list(after), autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield from (Line(text) for text in after[begin:end])
            continue
        yield from (Line(text, is_gone=True) for text in before[from_:to])
        yield from (Line(text, is_new=True) for text in after[begin:end])


def versions_of_terms() -> QuerySet[Terms]:
    """Return all versions, the newest first, with whoever published them."""
    return Terms.objects.select_related("published_by").order_by("-number")


def texts_of(terms: Terms) -> dict[str, str]:
    """Return the text of a version by language."""
    return dict(TermsText.objects.filter(terms=terms).values_list("language", "text"))
