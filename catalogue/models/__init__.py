"""The catalogue's records, one aggregate a file."""

from catalogue.models.imports import ImportConflict, ImportedCell
from catalogue.models.reports import FactReport
from catalogue.models.supplements import Caution, DataFlow, ErrorMeasure, Implementation
from catalogue.models.tool import FactSource, FormerSlug, Tool, ToolAlias
from catalogue.models.vendor import Vendor
from catalogue.models.vocabulary import Capability, Concept, Stage, VocabularyValue

__all__ = [
    "Capability",
    "Caution",
    "Concept",
    "DataFlow",
    "ErrorMeasure",
    "FactReport",
    "FactSource",
    "FormerSlug",
    "Implementation",
    "ImportConflict",
    "ImportedCell",
    "Stage",
    "Tool",
    "ToolAlias",
    "Vendor",
    "VocabularyValue",
]
