"""Terms: published in all languages at once, accepted by each member."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.models import Terms, TermsAcceptance, TermsText
from community.queries.terms import current_terms, split_rules
from community.rules import RuleError
from hub.core import audit
from hub.core.access import has_role
from hub.core.enums import Role
from hub.core.languages import LANGUAGE_CODES
from hub.core.models import User


def add_terms(texts: Mapping[str, str], *, by: User | None) -> Terms:
    """Publish a new version, in all languages. From then on everybody is asked once.

    Raises RuleError if a language is missing, if two languages have a different number of rules, or if nothing changed.
    """
    if by is not None and not has_role(by, Role.ADMINISTRATOR):
        raise PermissionDenied
    rules = {code: split_rules(texts.get(code, "")) for code in LANGUAGE_CODES}
    if not all(rules.values()):
        raise RuleError("Terms are published in all languages at once")
    if len({len(one) for one in rules.values()}) > 1:
        raise RuleError("Every language has the same rules, in the same order")
    with transaction.atomic():
        newest = Terms.objects.select_for_update().order_by("-number").first()
        if (
            newest is not None
            and {one.language: split_rules(one.text) for one in newest.texts.all()} == rules
        ):
            raise RuleError("Nothing has changed")
        terms = Terms.objects.create(
            number=newest.number + 1 if newest else 1, published_at=timezone.now(), published_by=by
        )
        TermsText.objects.bulk_create(
            TermsText(terms=terms, language=code, text="\n\n".join(one)) for code, one in rules.items()
        )
        audit.record("terms.published", terms, by=by, number=terms.number)
    return terms


def accept_terms(terms: Terms, *, by: User) -> None:
    """Record that somebody agrees. Raises RuleError for a version that does not hold any more."""
    with transaction.atomic():
        newest = current_terms()
        if newest is None or newest.pk != terms.pk:
            raise RuleError("These terms do not hold any more")
        TermsAcceptance.objects.create(user=by, terms=terms, accepted_at=timezone.now())
        audit.record("terms.accepted", by, by=by, number=terms.number)
