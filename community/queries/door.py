"""What the door asks of a person at each request, in the one query that reads the person."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from community.queries.applications import speaking
from community.queries.terms import with_terms
from hub.core.models import User


def people_at_the_door() -> QuerySet[User]:
    """Return people with what they have accepted (`newest_terms`, `has_accepted`) and the country that they speak for."""
    country = speaking(OuterRef("pk")).values("country")[:1]
    return with_terms(User.objects.all()).annotate(speaks_for=Subquery(country))
