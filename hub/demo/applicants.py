"""Applicants of the demonstration: invented people whose applications wait at the vetting desk."""

from __future__ import annotations

from typing import Any

from community import api as community

_AGENCY = "Demonstration Police Service"
_DOMAIN = "police.example"
APPLICANTS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "en",
        {
            "email": "g.wanjiru@police.example",
            "name": "Grace Wanjiru",
            "country": "KE",
            "agency_name": _AGENCY,
            "unit": "Cybercrime unit, Nairobi",
            "job": "investigator",
            "languages": ["en"],
            "purpose": "Sorting of seized media, and translation of chats.",
            "supervisor": "Inspector D. Otieno",
            "how_to_verify": "The page of the unit names me; the switchboard can put you through.",
        },
    ),
    (
        "es",
        {
            "email": "l.ortega@policia-nacional.example",
            "name": "Lucía Ortega",
            "country": "PE",
            "agency_name": "Policía Nacional de demostración",
            "unit": "División de delitos informáticos",
            "job": "forensic",
            "languages": ["es", "en"],
            "purpose": "Comparar herramientas para el análisis de dispositivos.",
            "how_to_verify": "La centralita de la división, o la página de su personal.",
        },
    ),
    (
        "en",
        {
            "email": "d.mwangi@po1ice.example",
            "name": "David Mwangi",
            "country": "KE",
            "agency_name": _AGENCY,
            "unit": "Child protection unit",
            "job": "analyst",
            "languages": ["en"],
            "purpose": "Access to tools.",
            "how_to_verify": "Ring me on 0700 000 000.",
        },
    ),
)


def seed_applicants() -> int:
    """Make the applications that are not there yet, and return how many. A second run makes none."""
    community.list_agency_for_demonstration(_AGENCY, country="KE", domain=_DOMAIN)
    return sum(community.apply_for_demonstration(language, answers) for language, answers in APPLICANTS)
