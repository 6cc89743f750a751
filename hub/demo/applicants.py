"""Applicants of the demonstration: invented people whose applications are in each state that a vetter meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from community import api as community
from hub.core.enums import Role
from hub.core.models import User
from hub.demo.people import PARTS, person_of

_AGENCY = "Demonstration Police Service"
_DOMAIN = "police.example"
GRACE: dict[str, Any] = {
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
}
LUCIA: dict[str, Any] = {
    "email": "l.ortega@policia-nacional.example",
    "name": "Lucía Ortega",
    "country": "PE",
    "agency_name": "Policía Nacional de demostración",
    "unit": "División de delitos informáticos",
    "job": "forensic",
    "languages": ["es", "en"],
    "purpose": "Comparar herramientas para el análisis de dispositivos.",
    "how_to_verify": "La centralita de la división, o la página de su personal.",
}
DAVID: dict[str, Any] = {
    "email": "d.mwangi@po1ice.example",
    "name": "David Mwangi",
    "country": "KE",
    "agency_name": _AGENCY,
    "unit": "Child protection unit",
    "job": "analyst",
    "languages": ["en"],
    "purpose": "Access to tools.",
    "how_to_verify": "Ring me on 0700 000 000.",
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody invented: what they answered, in which language they wrote, and what became of it."""

    language: str
    answers: dict[str, Any]
    course: tuple[community.Step, ...] = ()


def applicants(first: User, second: User) -> list[Applicant]:
    """Return an application in each state, whose vetters are `first` and `second`."""
    approve, refuse = ("approve", "confirmed"), ("refuse", "not-confirmed")
    return [
        Applicant("en", GRACE),
        Applicant("es", LUCIA),
        Applicant("en", DAVID),
        Applicant(
            "en",
            {**GRACE, "email": "p.odhiambo@police.example", "name": "Peter Odhiambo", "job": "forensic"},
            (
                community.called(first, note="Switchboard; the head of the unit knows him."),
                community.decided(first, *approve),
            ),
        ),
        Applicant(
            "fr",
            {
                **LUCIA,
                "email": "m.diallo@police-nationale.example",
                "name": "Mariam Diallo",
                "country": "SN",
                "agency_name": "Police nationale de démonstration",
                "unit": "Division des affaires techniques",
                "languages": ["fr"],
                "purpose": "Traduire des conversations et trier des images.",
                "how_to_verify": "Le standard de la direction.",
            },
            (community.decided(first, "ask", "unreachable"),),
        ),
        Applicant(
            "en",
            {**GRACE, "email": "s.njoroge@police.example", "name": "Samuel Njoroge", "job": "analyst"},
            (
                community.called(second, note="Rang back by the unit."),
                community.decided(first, *approve),
                community.decided(second, *approve),
            ),
        ),
        Applicant(
            "en",
            {**DAVID, "email": "press@news.example", "name": "Alex Reporter", "agency_name": "News desk"},
            (community.decided(first, *refuse), community.decided(second, *refuse)),
        ),
        Applicant(
            "ru",
            {
                **LUCIA,
                "email": "a.kim@mvd.example",
                "name": "Алексей Ким",
                "country": "KZ",
                "agency_name": "Демонстрационная полиция",
                "unit": "Отдел по борьбе с киберпреступностью",
                "languages": ["ru"],
                "purpose": "Сравнить программы для исследования телефонов.",
                "how_to_verify": "Дежурная часть.",
            },
            (community.withdrawn(),),
        ),
    ]


def seed_applicants() -> int:
    """Make the applications that are not there yet, and return how many. A second run makes none."""
    community.list_agency_for_demonstration(_AGENCY, country="KE", domain=_DOMAIN)
    vetters = [person_of(part) for part in PARTS if part.role == Role.VETTER]
    return sum(
        community.apply_for_demonstration(one.language, one.answers, one.course)
        for one in applicants(vetters[0], vetters[1])
    )
