"""What search engines may read: public pages in six languages, and nothing of the members'."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from hub.core.languages import LANGUAGES
from tests.factories.catalogue import ToolFactory
from tests.hub.seed.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_pages")]

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def entries(client: Client) -> dict[str, dict[str, str]]:
    """Return the addresses of the sitemap, each with its alternates by language."""
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/xml")
    root = ET.fromstring(answer.content)
    return {
        entry.findtext("s:loc", "", NAMES): {
            link.attrib["hreflang"]: link.attrib["href"] for link in entry.findall("x:link", NAMES)
        }
        for entry in root.findall("s:url", NAMES)
    }


def test_the_sitemap_names_each_public_page_with_its_translations(client: Client) -> None:
    found = entries(client)
    assert len(found) == 3 * len(LANGUAGES)
    for code in (language.code for language in LANGUAGES):
        links = found[f"http://testserver/{code}/about/"]
        assert set(links) == {*(language.html_lang for language in LANGUAGES), "x-default"}
        assert links["x-default"] == links["en"] == "http://testserver/en/about/"


def test_drafts_private_and_untranslated_pages_and_tools_stay_out(client: Client) -> None:
    tool = ToolFactory()
    page("about", "fr").unpublish()
    PageViewRestriction.objects.create(page=page("about", "ru"), restriction_type=PageViewRestriction.LOGIN)
    spanish = page("about", "es")
    spanish.alias_of = page("about", "en").page_ptr
    spanish.save(clean=False)
    found = entries(client)
    for code in ("fr", "ru", "es"):
        assert f"http://testserver/{code}/about/" not in found
        assert f"http://testserver/{code}/" in found
    assert set(found["http://testserver/en/about/"]) == {"ar", "zh-Hans", "en", "x-default"}
    assert tool.slug not in str(found)


def test_robots_are_sent_to_the_sitemap_and_kept_from_the_rooms(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    for path in ("/cms/", "/ar/catalogue/", "/zh-hans/account/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /en/about/" not in lines
