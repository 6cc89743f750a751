"""What follows from facts."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.enums import CODES, Vocabulary
from catalogue.rules import first_day, freshness, licence_families, priority
from catalogue.validators import validate_licence
from hub.templatetags.ui import freshness_of

TODAY = date(2026, 11, 25)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


class TestLicences:
    @pytest.mark.parametrize(
        ("licence", "families"),
        [
            ("", ()),
            ("proprietary", ("proprietary",)),
            ("MIT", ("permissive",)),
            ("BSL-1.0", ("permissive",)),
            ("BUSL-1.1", ("own-terms",)),
            ("Apache-2.0 AND CC-BY-4.0", ("permissive",)),
            ("MIT OR CC0-1.0", ("permissive", "public-domain")),
            ("CC0-1.0 AND Apache-2.0", ("public-domain", "permissive")),
            ("CDDL-1.0 OR GPL-3.0-only", ("weak-copyleft", "strong-copyleft")),
            ("GPL-1.0-or-later OR Artistic-1.0-Perl", ("strong-copyleft", "permissive")),
            ("GPL-2.0-only WITH Classpath-exception-2.0", ("strong-copyleft",)),
            (
                "MIT OR (GPL-2.0-or-later WITH Classpath-exception-2.0 AND MPL-2.0)",
                ("permissive", "strong-copyleft", "weak-copyleft"),
            ),
            ("LGPL-2.1-or-later", ("weak-copyleft",)),
            ("AGPL-3.0-only", ("network-copyleft",)),
            ("CC-BY-SA-3.0", ("strong-copyleft",)),
            ("CC-BY-ND-4.0", ("own-terms",)),
            ("MIT AND CC-BY-NC-SA-4.0", ("permissive", "non-commercial")),
            ("LicenseRef-MiVOLO", ("own-terms",)),
            ("MIT AND LicenseRef-Llama-Community", ("permissive", "own-terms")),
            ("no licence at all (", ("own-terms",)),
            ("()", ("own-terms",)),
            ("( OR -", ("own-terms",)),
        ],
    )
    def test_a_licence_belongs_to_the_families_of_those_it_names(
        self, licence: str, families: tuple[str, ...]
    ) -> None:
        assert licence_families(licence) == families

    @settings(deadline=None)
    @given(
        st.text(max_size=60)
        | st.lists(
            st.sampled_from(
                [
                    "MIT",
                    "GPL-3.0-only",
                    "WITH",
                    "AND",
                    "OR",
                    "(",
                    ")",
                    "+",
                    "Classpath-exception-2.0",
                    "LicenseRef-X",
                ]
            ),
            max_size=9,
        ).map(" ".join)
    )
    def test_any_text_has_known_families_only(self, licence: str) -> None:
        families = licence_families(licence)
        assert set(families) <= set(CODES[Vocabulary.LICENCE_FAMILY])
        assert len(set(families)) == len(families)

    def test_a_licence_that_may_be_stored_has_a_family(self) -> None:
        for licence in (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "(MIT OR Zlib) AND 0BSD",
            "LicenseRef-1",
        ):
            validate_licence(licence)
            assert licence_families(licence)

    def test_the_order_of_families_is_that_of_the_expression_in_every_process(self) -> None:
        program = (
            "from catalogue.rules import licence_families as f;"
            "print(f('CPL-1.0 AND GPL-2.0-or-later AND MIT'), f('CC0-1.0 AND Apache-2.0'))"
        )
        printed = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "hub.settings.test"},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2", "3", "4")
        }
        assert len(printed) == 1


class TestFreshness:
    @pytest.mark.parametrize(
        ("checked_on", "expected"),
        [
            ("", "not-known"),
            ("2026-11-25", "within-90-days"),
            ("2026-12-24", "within-90-days"),
            ("2026-08-27", "within-90-days"),
            ("2026-08-26", "within-12-months"),
            ("2025-11-26", "within-12-months"),
            ("2025-11-25", "overdue"),
            ("2025-11-24", "overdue"),
            ("2026-09", "within-90-days"),
            ("2026-08", "within-12-months"),
            ("2025-12", "within-12-months"),
            ("2025-11", "overdue"),
            ("2026", "within-12-months"),
            ("2025", "overdue"),
        ],
    )
    def test_a_check_ages_at_its_borders(self, checked_on: str, expected: str) -> None:
        assert freshness(checked_on, TODAY) == expected

    def test_a_year_is_a_year_in_leap_years_too(self) -> None:
        assert freshness("2024-02-28", date(2025, 2, 27)) == "within-12-months"
        assert freshness("2024-02-28", date(2025, 2, 28)) == "overdue"
        assert freshness("2024-02-29", date(2025, 2, 28)) == "within-12-months"
        assert freshness("2024-02-29", date(2025, 3, 1)) == "overdue"

    @settings(deadline=None)
    @given(checked=DAYS, age=st.integers(min_value=-10, max_value=800), digits=st.sampled_from([4, 7, 10]))
    def test_the_facet_says_what_the_sign_beside_the_date_says(
        self, checked: date, age: int, digits: int
    ) -> None:
        today = checked + timedelta(days=age)
        text = checked.isoformat()[:digits]
        names = {"within-90-days": "fresh", "within-12-months": "ageing", "overdue": "overdue"}
        assert names[freshness(text, today)] == freshness_of(text, today).state

    @settings(deadline=None)
    @given(DAYS)
    def test_a_reduced_date_begins_with_its_first_day(self, day: date) -> None:
        assert first_day(day.isoformat()) == day
        assert first_day(day.isoformat()[:7]) == day.replace(day=1)
        assert first_day(day.isoformat()[:4]) == day.replace(month=1, day=1)


def test_ai_comes_before_the_rest_and_ready_before_unready() -> None:
    order = [
        priority(role, readiness)
        for role, readiness in (
            ("core-ai", "turnkey"),
            ("ai-assisted", "developer"),
            ("no-ai", "administrator"),
            ("no-ai", "research"),
        )
    ]
    assert order == [0, 1, 2, 3]


@pytest.mark.parametrize("role", ["core-ai", "ai-assisted", "about-ai"])
def test_whatever_uses_tests_or_governs_ai_comes_first(role: str) -> None:
    assert priority(role, "administrator") == 0


def test_what_is_not_known_is_promoted_by_nothing() -> None:
    assert priority("", "") == 3
