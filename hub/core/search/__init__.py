"""Search: one planner, and engines behind one protocol.

`SearchService` is what pages use; engines are made once a process and shared by its threads.
"""

from hub.core.search.failover import Failover
from hub.core.search.protocol import Engine, EngineRequest, EngineResult, Progress, Reader
from hub.core.search.records import (
    NEUTRAL,
    RELEVANCE,
    Concept,
    Correction,
    Document,
    Health,
    Hit,
    IndexUnavailable,
    QuestionRefused,
    Schema,
    SearchError,
    SearchRequest,
    SearchResult,
    Suggestion,
    TextField,
    WriterBusy,
)
from hub.core.search.service import Relaxation, SearchService
from hub.core.search.tantivy_engine import TantivyEngine

__all__ = [
    "NEUTRAL",
    "RELEVANCE",
    "Concept",
    "Correction",
    "Document",
    "Engine",
    "EngineRequest",
    "EngineResult",
    "Failover",
    "Health",
    "Hit",
    "IndexUnavailable",
    "Progress",
    "QuestionRefused",
    "Reader",
    "Relaxation",
    "Schema",
    "SearchError",
    "SearchRequest",
    "SearchResult",
    "SearchService",
    "Suggestion",
    "TantivyEngine",
    "TextField",
    "WriterBusy",
]
