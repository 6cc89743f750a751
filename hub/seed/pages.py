"""The page trees: six languages, linked as translations, with the first text of home and plain pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import (
    LocaleSynchronization,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue, extract_strings
from wagtail_localize.synctree import synchronize_tree

from hub.core.languages import DEFAULT_LANGUAGE, LANGUAGE_CODES
from hub.models import HomePage, StandardPage
from hub.seed.content import CONTENT_DIR, STANDARD_PAGES, PageText, content_file, read_content
from hub.seed.marks import fingerprint, is_marked, leave_mark, mark_of

_HOME_SLUG = "hub"  # never seen: the home page's address is the language
_MARK = "pages"


def seed_pages(progress: Callable[[int, int], None] | None = None, *, folder: Path = CONTENT_DIR) -> int:
    """Make what is missing of locales, page trees and site, and return how many pages were written.

    Pages belong to editors: one that exists is never written, and one that they deleted does not come back. A language without a file gets the English pages as aliases, which a translation
    replaces later. All or nothing. Raises ContentError for a file that is not as it must be.
    """
    files = [path for code in LANGUAGE_CODES if (path := content_file(code, folder)).exists()]
    mark = fingerprint(files)
    _point_site_at_base_url()
    if is_marked(_MARK, mark) and Locale.objects.count() >= len(LANGUAGE_CODES):
        return 0
    texts = {code: pages for code in LANGUAGE_CODES if (pages := read_content(code, folder))}
    total = len(LANGUAGE_CODES) * (1 + len(STANDARD_PAGES))
    written = 0
    with transaction.atomic():
        for written, _ in enumerate(_write(texts), start=1):
            if progress:
                progress(written, total)
        leave_mark(_MARK, mark)
    return written


def _write(texts: dict[str, dict[str, PageText]]) -> Iterator[Page]:
    """Make what is missing, yielding each page made."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGE_CODES}
    english = locales[DEFAULT_LANGUAGE]
    known = set(Page.objects.filter(locale__in=locales.values()).values_list("pk", flat=True))
    home = HomePage.objects.filter(locale=english).first()
    if home is None:
        home = _make_home(texts[DEFAULT_LANGUAGE]["home"], english)
        yield home
    _replace_welcome_page(home)
    pages: dict[str, Page] = {"home": home}
    for slug in STANDARD_PAGES:
        # Editors may have given the page another address, or deleted it: it is known by its key.
        key = mark_of(f"{_MARK}-{slug}")
        page = StandardPage.objects.filter(locale=english, translation_key=key).first() if key else None
        if not key:
            page = _make_standard(slug, texts[DEFAULT_LANGUAGE][slug], home)
            leave_mark(f"{_MARK}-{slug}", str(page.translation_key))
            yield page
        if page is not None:
            pages[slug] = page
    for code, locale in locales.items():
        if locale == english:
            continue
        # From now on a new English page appears in every tree at once, as an alias that says it is English.
        LocaleSynchronization.objects.get_or_create(locale=locale, defaults={"sync_from": english})
        synchronize_tree(english, locale)
        for slug, page in pages.items():
            target = page.get_translation(locale).specific
            if code in texts and target.alias_of_id is not None:
                own_slug = f"{_HOME_SLUG}-{code}" if slug == "home" else slug
                _translate(page, locale, _pairs(texts[DEFAULT_LANGUAGE][slug], texts[code][slug]), own_slug)
                yield target
            elif target.pk not in known:
                yield target


def _make_home(text: PageText, locale: Locale) -> HomePage:
    home = HomePage(
        title=text.title,
        slug=_HOME_SLUG,
        locale=locale,
        heading=text.heading,
        lead=text.lead,
        joining=text.joining,
        rules=[("rule", {"heading": heading, "text": meaning}) for heading, meaning in text.rules],
    )
    root = Page.get_first_root_node() or Page.add_root(
        title="Root", slug="root", locale=locale, content_type=ContentType.objects.get_for_model(Page)
    )
    root.add_child(instance=home)
    home.save_revision().publish()
    return home


def _make_standard(slug: str, text: PageText, home: HomePage) -> StandardPage:
    blocks = StandardPage._meta.get_field("body").stream_block.child_blocks
    page = StandardPage(
        title=text.title,
        slug=slug,
        locale=home.locale,
        lead=text.lead,
        body=[(kind, blocks[kind].to_python(value)) for kind, value in text.body],
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    return page


def _replace_welcome_page(home: HomePage) -> None:
    """Let the site begin at the hub's home page, and remove the page that Wagtail's migrations make."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(hostname="localhost", is_default_site=True)
    if site.pk is None or site.root_page.specific_class is Page:
        site.root_page = home
        site.site_name = settings.WAGTAIL_SITE_NAME
        site.save()
        _point_site_at_base_url()
    for page in Page.objects.filter(depth=2, slug="home", numchild=0):
        if page.specific_class is Page and not page.sites_rooted_here.exists():
            page.delete()


def _point_site_at_base_url() -> None:
    """Keep the address of the default site what the environment says, for links that leave the hub by mail."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    hostname = address.hostname or "localhost"
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first()
    if site is not None and (site.hostname, site.port) != (hostname, port):
        site.hostname, site.port = hostname, port
        site.save()


def _pairs(english: PageText, other: PageText) -> dict[str, str]:
    """Return the translation of every string of a page, as wagtail-localize cuts and writes them."""
    plain = [
        (english.title, other.title),
        (english.lead, other.lead),
        (english.heading, other.heading),
        (english.joining, other.joining),
    ]
    rich: list[tuple[str, str]] = []
    for (kind, source), (_, target) in zip(english.body, other.body, strict=True):
        (rich if kind == "paragraph" else plain).append((source, target))
    for source_rule, target_rule in zip(english.rules, other.rules, strict=True):
        plain += zip(source_rule, target_rule, strict=True)
    pairs = {
        StringValue.from_plaintext(source).data: StringValue.from_plaintext(target).data
        for source, target in plain
    }
    for source, target in rich:
        strings = zip(extract_strings(source)[1], extract_strings(target)[1], strict=True)
        pairs |= {
            source_string.data: target_string.data for (source_string, _), (target_string, _) in strings
        }
    return pairs


def _translate(page: Page, locale: Locale, pairs: dict[str, str], slug: str) -> None:
    """Turn the alias of a page into a published translation. Nobody has reviewed it, and it says so."""
    source, _ = TranslationSource.update_or_create_from_instance(page)
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    for segment in source.stringsegment_set.select_related("string", "context"):
        text = slug if segment.context.path == "slug" else pairs.get(segment.string.data)
        if text is not None:
            StringTranslation.objects.get_or_create(
                translation_of=segment.string,
                locale=locale,
                context=segment.context,
                defaults={"data": text, "translation_type": StringTranslation.TRANSLATION_TYPE_MACHINE},
            )
    translation.save_target(publish=False)
    # Published here and not when the transaction ends: the seed is all or nothing.
    translation.get_target_instance().get_latest_revision().publish()
