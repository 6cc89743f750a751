"""Text analysis in six languages: what the index holds, what a query asks for, and where both meet.

Every engine indexes these terms, so that a query finds the same on a laptop and on a cluster.
"""

from hub.core.text.analysis import (
    generic_terms,
    highlight,
    is_listed,
    matches,
    near_terms,
    query_groups,
    tokens,
)
from hub.core.text.folding import QUERY_LIMIT, clean_query, fold
from hub.core.text.records import Group, Token
from hub.core.text.scripts import detect_languages
from hub.core.text.sorting import sort_key
from hub.core.text.tables import analysis_version

ANALYSIS_VERSION: str = analysis_version()
"""Changes whenever the output may have changed: an index of another version must be rebuilt."""

__all__ = [
    "ANALYSIS_VERSION",
    "QUERY_LIMIT",
    "Group",
    "Token",
    "clean_query",
    "detect_languages",
    "fold",
    "generic_terms",
    "highlight",
    "is_listed",
    "matches",
    "near_terms",
    "query_groups",
    "sort_key",
    "tokens",
]
