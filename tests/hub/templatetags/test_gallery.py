"""The gallery as HTML: it renders in every language, and its markup keeps the rules."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from hub.core.languages import LANGUAGES
from hub.views.styleguide import styleguide


def gallery(query: str = "") -> str:
    """Return the gallery's HTML."""
    response = styleguide(RequestFactory().get(f"/styleguide/?{query}"))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_gallery_speaks_every_language(language) -> None:
    html = gallery(f"language={language.code}")
    assert f'<html lang="{language.html_lang}" dir="{language.direction}">' in html
    bar = re.search(r'<nav class="langs".*?</nav>', html, re.DOTALL)
    assert bar is not None
    names = re.findall(r">([^<]+)</a>", bar[0])
    assert names == [other.native_name for other in LANGUAGES]
    assert re.findall(r'lang="([\w-]+)" hreflang="[\w-]+" dir="\w+" aria-current="true"', bar[0]) == [
        language.html_lang
    ]


@pytest.mark.parametrize(("query", "attribute"), [("theme=dark", ' data-theme="dark"'), ("theme=pink", "")])
def test_the_theme_is_set_by_the_server(query: str, attribute: str) -> None:
    assert f'<html lang="en" dir="ltr"{attribute}>' in gallery(f"{query}&language=en")


def test_ids_are_unique_and_labels_and_links_lead_to_them() -> None:
    html = gallery("language=en")
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert [name for name, count in ids.items() if count > 1] == []
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for value in re.findall(rf'\s{attribute}="([^"]+)"', html):
            assert set(value.split()) <= set(ids), value
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_the_page_allows_a_strict_policy() -> None:
    html = gallery("language=en")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)
    assert '"allowEval":false' in html
    assert '"includeIndicatorStyles":false' in html


def test_filters_narrow_the_results_without_a_script() -> None:
    html = gallery("language=en&stage=acquisition")
    assert re.search(r'data-announce>1 tool <span class="soft">of 4', html)
    assert 'value="acquisition" checked' in html


def test_members_pages_are_not_for_search_engines() -> None:
    html = gallery("language=en")
    assert '<meta name="robots" content="noindex, nofollow">' in html
    assert 'rel="alternate"' not in html


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("", ["حدث خطأ", "出了错", "went wrong", "Une erreur", "Произошла ошибка", "Se ha producido"]),
        ("ru", ["Произошла ошибка"]),
    ],
)
def test_the_last_page_needs_neither_request_nor_database(language: str, headings: list[str]) -> None:
    html = render_to_string("500.html", {"error_language": language})
    assert html.count("<h2>") == len(headings)
    assert all(heading in html for heading in headings)
