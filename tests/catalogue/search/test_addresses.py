"""Addresses: what is understood of them, what is named as ignored, and that they lead back to what they came from."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.data import CatalogueQuery, Ignored
from catalogue.enums import CODES, NOT_KNOWN, Vocabulary
from catalogue.search.addresses import (
    LAST_PAGE,
    LONGEST_SHOWN,
    MOST_IGNORED,
    SORTS,
    including_unknown,
    parse,
    query_string,
    without,
)
from catalogue.search.facets import COUNTRY, FACETS, FACETS_BY_NAME, LANGUAGE, Facet
from catalogue.search.values import is_value_of
from hub.core.text import clean_query

NOTHING = CatalogueQuery()


def of(address: str) -> CatalogueQuery:
    return parse(QueryDict(address.removeprefix("?")))


def values_for(facet: Facet) -> st.SearchStrategy[str]:
    if facet.kind == COUNTRY:
        known = st.sampled_from(["NL", "AE", "CN", "GB", "US"])
    elif facet.kind == LANGUAGE:
        known = st.sampled_from(["en", "ar", "zh-hans", "pt-BR", "sr-Latn-RS"])
    elif facet.kind in set(map(str, Vocabulary)):
        known = st.sampled_from(CODES[Vocabulary(facet.kind)])
    else:
        known = st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True)
    return known | st.just(NOT_KNOWN) if facet.has_unknown else known


@st.composite
def queries(draw: st.DrawFn) -> CatalogueQuery:
    chosen = draw(st.lists(st.sampled_from(FACETS), unique_by=lambda facet: facet.name))
    return CatalogueQuery(
        text=clean_query(draw(st.text(max_size=300))),
        filters={
            facet.name: tuple(draw(st.lists(values_for(facet), min_size=1, max_size=4, unique=True)))
            for facet in chosen
        },
        sort=draw(st.sampled_from(["", *SORTS])),
        page=draw(st.integers(min_value=1, max_value=LAST_PAGE)),
        exact=draw(st.booleans()),
    )


ANY_TEXT = st.text(max_size=80) | st.text(
    alphabet="\x00\x01\x1f\u202e\u2066\u200b\ud800\ufeff<>'\"%&=;+*?()[]{}~^:\\/ "
)
NAMES = st.sampled_from([*FACETS_BY_NAME, "q", "sort", "page", "exact"]) | ANY_TEXT


class TestTheWayBack:
    @settings(deadline=None)
    @given(queries())
    def test_an_address_leads_back_to_its_query(self, query: CatalogueQuery) -> None:
        assert of(query_string(query, page=query.page)) == query

    @settings(deadline=None)
    @given(queries())
    def test_another_list_begins_at_its_first_page(self, query: CatalogueQuery) -> None:
        assert of(query_string(query)).page == 1

    @settings(deadline=None)
    @given(st.lists(st.tuples(NAMES, ANY_TEXT), max_size=8))
    def test_what_was_understood_is_understood_again_and_nothing_is_ignored_then(
        self, pairs: list[tuple[str, str]]
    ) -> None:
        parameters = QueryDict(mutable=True)
        for name, value in pairs:
            parameters.appendlist(name, value)
        query = parse(parameters)
        again = of(query_string(query, page=query.page))
        assert again.ignored == ()
        assert (again.text, again.filters, again.sort, again.page, again.exact) == (
            query.text,
            query.filters,
            query.sort,
            query.page,
            query.exact,
        )

    def test_the_whole_catalogue_has_no_parameters(self) -> None:
        assert query_string(NOTHING) == "?"
        assert of("") == of("?") == NOTHING


class TestWhatIsUnderstood:
    @settings(deadline=None)
    @given(queries(), st.lists(st.tuples(NAMES, ANY_TEXT), max_size=5))
    def test_only_values_of_a_facet_are_filters(
        self, query: CatalogueQuery, pairs: list[tuple[str, str]]
    ) -> None:
        parameters = QueryDict(query_string(query)[1:], mutable=True)
        for name, value in pairs:
            parameters.appendlist(name, value)
        for name, values in parse(parameters).filters.items():
            assert values
            assert len(set(values)) == len(values)
            assert all(is_value_of(FACETS_BY_NAME[name], value) for value in values)

    @settings(deadline=None)
    @given(queries(), st.sampled_from(FACETS), ANY_TEXT)
    def test_a_hostile_value_beside_good_ones_changes_nothing(
        self, query: CatalogueQuery, facet: Facet, value: str
    ) -> None:
        parameters = QueryDict(query_string(query)[1:], mutable=True)
        parameters.appendlist(facet.name, value)
        if not is_value_of(facet, value):
            assert parse(parameters).filters == query.filters

    @settings(deadline=None)
    @given(ANY_TEXT | st.text(min_size=4_000, max_size=5_000))
    def test_a_text_is_short_and_visible(self, text: str) -> None:
        parameters = QueryDict(mutable=True)
        parameters["q"] = text
        understood = parse(parameters).text
        assert understood == clean_query(understood)
        assert len(understood) <= 200

    def test_facets_stand_in_their_own_order(self) -> None:
        query = of("cautions=yes&cost=free&stage=analysis&cost=commercial")
        assert list(query.filters.items()) == [
            ("stage", ("analysis",)),
            ("cost", ("free", "commercial")),
            ("cautions", ("yes",)),
        ]

    def test_a_repeated_value_stands_once(self) -> None:
        assert of("cost=free&cost=free&cost=").filters == {"cost": ("free",)}
        assert of("cost=free&cost=free").ignored == ()

    def test_the_first_of_a_repeated_parameter_counts_and_the_others_are_named(self) -> None:
        query = of("q=a&q=b&sort=newest&sort=name&page=2&page=4&exact=1&exact=1")
        assert (query.text, query.sort, query.page, query.exact) == ("a", "newest", 2, True)
        assert set(query.ignored) == {Ignored("q", "b"), Ignored("sort", "name"), Ignored("page", "4")}

    @pytest.mark.parametrize("nothing", ["", "%20", "%E2%80%8B", "%0A"])
    def test_what_says_nothing_neither_counts_nor_undoes_what_does(self, nothing: str) -> None:
        for address in (f"q={nothing}&q=face", f"q=face&q={nothing}"):
            assert of(address) == CatalogueQuery(text="face")


class TestPages:
    @pytest.mark.parametrize(
        ("page", "understood", "is_named"),
        [
            ("", 1, False),
            ("1", 1, False),
            ("7", 7, False),
            ("1000000000", LAST_PAGE, False),
            ("99999999999", LAST_PAGE, False),
            ("1" + "0" * 500, 1, True),
            ("0", 1, True),
            ("-1", 1, True),
            ("1.5", 1, True),
            ("٣", 1, True),
            ("²", 1, True),
            ("1\n", 1, True),
            ("two", 1, True),
        ],
    )
    def test_a_page_is_a_number_from_one(self, page: str, understood: int, is_named: bool) -> None:
        parameters = QueryDict(mutable=True)
        parameters["page"] = page
        query = parse(parameters)
        assert query.page == understood
        assert bool(query.ignored) is is_named


class TestWhatIsIgnored:
    def test_each_part_is_named(self) -> None:
        query = of(
            "stage=Not+a+code&cost=gratis&country=XX1&utm_source=x&sort=price&exact=yes&page=x&offline=yes"
        )
        assert query.filters == {"offline": ("yes",)}
        assert set(query.ignored) == {
            Ignored("stage", "Not a code"),
            Ignored("cost", "gratis"),
            Ignored("country", "XX1"),
            Ignored("utm_source", ""),
            Ignored("sort", "price"),
            Ignored("exact", "yes"),
            Ignored("page", "x"),
        }

    @pytest.mark.parametrize("value", ["not-known", "maybe", "YES"])
    def test_cautions_are_always_known(self, value: str) -> None:
        assert of(f"cautions={value}").ignored == (Ignored("cautions", value),)

    def test_the_end_of_a_text_that_was_cut_is_named(self) -> None:
        query = of(f"q={'a' * 200}bcd")
        assert query.text == "a" * 200
        assert query.ignored == (Ignored("q", "bcd"),)

    @pytest.mark.parametrize("text", ["a" * 200, "  a  " * 30, "\u200b" * 900 + "face"])
    def test_a_text_that_was_not_cut_is_not(self, text: str) -> None:
        parameters = QueryDict(mutable=True)
        parameters["q"] = text
        assert parse(parameters).ignored == ()

    @settings(deadline=None)
    @given(st.lists(st.tuples(NAMES, st.text(max_size=200)), max_size=30))
    def test_what_is_named_can_be_shown(self, pairs: list[tuple[str, str]]) -> None:
        parameters = QueryDict(mutable=True)
        for name, value in pairs:
            parameters.appendlist(name, value)
        ignored = parse(parameters).ignored
        assert len(ignored) <= MOST_IGNORED
        for part in ignored:
            for text in (part.parameter, part.value):
                assert len(text) <= LONGEST_SHOWN
                assert text == clean_query(text)

    @pytest.mark.parametrize("address", ["", "q=", "sort=", "page=", "exact=", "stage=", "=x", "&&&"])
    def test_what_is_empty_is_not_worth_a_word(self, address: str) -> None:
        assert of(address) == NOTHING


class TestChanges:
    QUERY = CatalogueQuery(
        text="face", filters={"cost": ("free", "commercial"), "offline": ("yes",)}, sort="name", page=3
    )

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, "?q=face&offline=yes&cost=free&cost=commercial&sort=name"),
            ({"page": 4}, "?q=face&offline=yes&cost=free&cost=commercial&sort=name&page=4"),
            ({"text": ""}, "?offline=yes&cost=free&cost=commercial&sort=name"),
            ({"filters": {}}, "?q=face&sort=name"),
            ({"exact": True, "filters": {}}, "?q=face&sort=name&exact=1"),
        ],
    )
    def test_an_address_says_what_is_changed(self, changes: dict[str, Any], expected: str) -> None:
        assert query_string(self.QUERY, **changes) == expected

    def test_leaving_one_value_out_keeps_the_others(self) -> None:
        assert without(self.QUERY, "cost", "free") == {"cost": ("commercial",), "offline": ("yes",)}
        assert without(self.QUERY, "offline", "yes") == {"cost": ("free", "commercial")}
        assert without(self.QUERY, "cost") == {"offline": ("yes",)}
        assert without(self.QUERY, "stage", "analysis") == self.QUERY.filters

    def test_unknown_is_let_in_beside_what_was_chosen(self) -> None:
        assert including_unknown(self.QUERY, "cost")["cost"] == ("free", "commercial", NOT_KNOWN)
        assert including_unknown(self.QUERY, "access") == {**self.QUERY.filters, "access": (NOT_KNOWN,)}
