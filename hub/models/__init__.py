"""Pages that belong to no room, written by editors in six language trees, and figures for the home page."""

from hub.models.case_facts import CaseFact
from hub.models.pages import HomePage, StandardPage

__all__ = ["CaseFact", "HomePage", "StandardPage"]
