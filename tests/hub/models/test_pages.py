"""Public pages: what editors cannot do by mistake, and what every page knows about its translations."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from wagtail.models import Locale

from hub.models import StandardPage
from hub.models.pages import RESERVED_SLUGS
from tests.hub.seed.reading import main_of, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_pages")]


def new_page(slug: str, **fields: object) -> StandardPage:
    return StandardPage(title="A page", slug=slug, locale=Locale.objects.get(language_code="en"), **fields)


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_no_page_takes_the_address_of_a_room(slug: str) -> None:
    with pytest.raises(ValidationError, match="belongs to a room"):
        page("home", "en").add_child(instance=new_page(slug))


def test_below_another_page_the_same_word_is_free() -> None:
    page("about", "en").add_child(instance=new_page("catalogue"))
    assert page("about", "en").get_children().get().url == "/en/about/catalogue/"


def test_the_language_bar_leads_to_the_same_page_by_its_address_there(client: Client) -> None:
    spanish = page("about", "es")
    spanish.slug = "acerca"
    spanish.save_revision().publish()
    page("about", "ru").unpublish()
    text = client.get("/fr/about/").content.decode()
    bar = text[text.index('<nav class="langs"') : text.index("</nav>", text.index('<nav class="langs"'))]
    for path in ("/ar/about/", "/zh-hans/about/", "/en/about/", "/fr/about/", "/es/acerca/", "/ru/"):
        assert f'href="{path}"' in bar
    assert "/ru/about/" not in bar


def test_public_pages_name_their_translations_and_describe_themselves(client: Client) -> None:
    text = client.get("/en/neutrality/?utm=1").content.decode()
    for path in ("ar", "zh-Hans", "en", "fr", "ru", "es"):
        address = f"http://testserver/{path.lower()}/neutrality/"
        assert f'<link rel="alternate" hreflang="{path}" href="{address}">' in text
    assert f'<meta name="description" content="{page("neutrality", "en").lead}">' in text
    assert "noindex" not in text


def test_a_long_page_has_contents_that_lead_to_its_headings(client: Client) -> None:
    answer = client.get("/zh-hans/about/")
    headings = [str(block.value) for block in page("about", "zh-hans").body if block.block_type == "heading"]
    assert len(headings) >= 3
    for heading in headings:
        anchor = main_of(answer).split(f'">{heading}</a>')[0].rsplit('href="#', 1)[1]
        assert f'<h2 id="{anchor}">{heading}</h2>' in main_of(answer)


def test_a_short_page_has_none_and_equal_headings_get_anchors_of_their_own(client: Client) -> None:
    short = new_page(
        "short", body=[("heading", "Twice"), ("paragraph", "<p>Text.</p>"), ("heading", "Twice")]
    )
    page("home", "en").add_child(instance=short)
    short.save_revision().publish()
    text = main_of(client.get("/en/short/"))
    assert 'class="toc"' not in text
    assert '<h2 id="twice">' in text
    assert '<h2 id="twice-2">' in text


def test_a_draft_is_translated_from_and_an_english_page_is_not(client: Client) -> None:
    assert 'class="prov' not in main_of(client.get("/en/about/"))
    text = main_of(client.get("/es/about/"))
    assert 'class="prov draft"' in text
    assert 'href="/en/about/"' in text


def test_what_an_editor_writes_is_text_and_not_markup(client: Client) -> None:
    about = page("about", "en")
    about.title = about.lead = '<script>alert("x")</script>'
    about.save_revision().publish()
    assert "<script>alert" not in client.get("/en/about/").content.decode()


def test_an_editor_sees_the_draft_of_the_home_page_with_figures() -> None:
    home = page("home", "en")
    home.heading = "Not published yet"
    request = RequestFactory().get("/en/")
    answer = home.make_preview_request(request, "")
    assert "Not published yet" in answer.content.decode()
    assert answer.status_code == 200
