"""The editors' desk in Chromium: no script is stopped by the policy, and everything that needs one works under it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from wagtail_localize.models import StringTranslation

from catalogue.actions.report_fact import report_fact
from catalogue.enums import FactGroup
from catalogue.models import (
    Capability,
    Caution,
    DataFlow,
    ErrorMeasure,
    FactReport,
    Implementation,
    ImportConflict,
    Stage,
    Tool,
    Vendor,
    VocabularyValue,
)
from hub.core.enums import Role
from hub.core.models import User
from hub.models import CaseFact, HomePage, StandardPage
from hub.seed import seed_case_facts, seed_rights
from tests.factories.browsers import IN_BROWSER, follow

pytestmark = [
    *IN_BROWSER,
    # The list of translations of wagtail-localize.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

ADDRESSES_OF_A_TOOL = ("edit", "history", "usage", "unpublish")
SUPPLEMENTS = (Implementation, DataFlow, ErrorMeasure, Caution)


@pytest.fixture(autouse=True)
def _questions_to_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test ask the database while a browser runs: the driver's loop in this thread waits meanwhile."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def desk_of_hub(hub: str) -> str:
    """The served hub with the rights of editors, a report and a conflict."""
    seed_rights()
    seed_case_facts()
    investigator = User.objects.get(email__startswith="investigator")
    tool = Tool.objects.get(code="insightface")
    report_fact(tool, by=investigator, group=FactGroup.LICENCE, text="The licence has changed since.")
    ImportConflict.objects.create(
        table="tools",
        row_key="insightface",
        column="readiness",
        present_value=tool.readiness,
        imported_value="research",
    )
    return hub


class Watch:
    """Collects what the browser complains of: errors of scripts, and what a policy has stopped."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                self.found.append(f"{page.url}: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )


def enter(browser: Browser, hub: str, role: str, *, language: str = "en", scripts: bool = True) -> Page:
    """Sign somebody of the demonstration in, whose desk then has a language."""
    User.objects.filter(email__startswith=role).update(language=language)
    page = browser.new_context(
        java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
    ).new_page()
    page.goto(f"{hub}/en/demo/")
    follow(page.locator(f"button[name=role][value={role}]"))
    assert page.url == f"{hub}/en/"
    return page


def edit_tool(code: str) -> str:
    return reverse("wagtailsnippets_catalogue_tool:edit", args=[Tool.objects.get(code=code).pk])


def addresses() -> Iterator[str]:
    """Yield every kind of page that an editor opens."""
    tool = Tool.objects.get(code="insightface")
    about = StandardPage.objects.get(slug="about", locale__language_code="en")
    about_fr = StandardPage.objects.get(slug="about", locale__language_code="fr")
    yield from ("/cms/", "/cms/account/", "/cms/pages/", "/cms/localize/reports/translations/")
    yield from (f"/cms/reports/{name}/" for name in ("locked", "workflow", "site-history", "aging-pages"))
    for name in ("tool", "vendor"):
        yield from (reverse(f"wagtailsnippets_catalogue_{name}:{view}") for view in ("list", "add"))
    yield from (
        reverse(f"wagtailsnippets_catalogue_tool:{view}", args=[tool.pk]) for view in ADDRESSES_OF_A_TOOL
    )
    withdrawn = Tool.objects.get(code="vosk")
    withdrawn.unpublish()
    yield reverse("wagtailsnippets_catalogue_tool:delete", args=[withdrawn.pk])
    revisions = tool.revisions.order_by("pk")
    yield reverse(
        "wagtailsnippets_catalogue_tool:revisions_compare",
        args=[tool.pk, revisions.first().pk, revisions.last().pk],
    )
    vendor = Vendor.objects.first()
    assert vendor is not None
    yield reverse("wagtailsnippets_catalogue_vendor:edit", args=[vendor.pk])
    for model in (Capability, Stage, VocabularyValue, *SUPPLEMENTS, FactReport, ImportConflict, CaseFact):
        name = model._meta.model_name
        record = model.objects.first()
        assert record is not None
        yield reverse(f"{name}:index")
        yield reverse(f"{name}:edit", args=[record.pk])
        yield reverse(f"{name}:history", args=[record.pk])
    for view in ("edit", "history", "copy", "move", "delete", "unpublish"):
        yield reverse(f"wagtailadmin_pages:{view}", args=[about.pk])
    yield reverse("wagtailadmin_pages:add", args=["hub", "standardpage", about.get_parent().pk])
    yield reverse("wagtailadmin_pages:edit", args=[about_fr.pk])
    yield reverse("wagtail_localize:submit_page_translation", args=[about.pk])


def test_no_page_of_the_desk_needs_what_its_policy_forbids(browser: Browser, desk_of_hub: str) -> None:
    Tool.objects.get(code="insightface").save_revision()
    page = enter(browser, desk_of_hub, "editor")
    watch = Watch(page)
    for path in addresses():
        response = page.goto(desk_of_hub + path)
        assert response is not None
        assert response.status == 200, path
        assert page.url.startswith(desk_of_hub + path), path
        policy = response.headers["content-security-policy"]
        assert "script-src 'self';" in f"{policy};", path
        expect(page.locator("body")).to_contain_class("ready")
    choose_a_date(page, desk_of_hub)
    assert watch.found == []
    is_mirrored_in_arabic(page, desk_of_hub)
    assert watch.found == []


def choose_a_date(page: Page, hub: str) -> None:
    """Open the calendar of a filter: Wagtail starts it by inline code, the hub does not."""
    tool = Tool.objects.get(code="insightface")
    page.goto(hub + reverse("wagtailsnippets_catalogue_tool:history", args=[tool.pk]))
    page.get_by_role("button", name="Show filters").or_(
        page.get_by_role("button", name="Filters")
    ).first.click()
    page.get_by_role("button", name="Date").first.click()
    page.locator("#id_timestamp_0").click()
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)


def is_mirrored_in_arabic(page: Page, hub: str) -> None:
    """See the desk of somebody whose account is in Arabic, and texts in the direction of their language."""
    User.objects.filter(email__startswith="editor").update(language="ar")
    for path in ("/cms/", reverse("factreport:index"), edit_tool("insightface")):
        page.goto(hub + path)
        expect(page.locator("body")).to_contain_class("ready")
        assert page.locator("html").get_attribute("dir") == "rtl"
        sidebar, main = (page.locator(part).bounding_box() for part in ("#wagtail-sidebar .sidebar", "#main"))
        assert sidebar is not None
        assert main is not None
        assert sidebar["x"] > main["x"]
    for language, direction in (("ar", "rtl"), ("fr", "ltr")):
        assert page.locator(f"#id_summary_{language}").get_attribute("dir") == direction


def test_an_editor_adds_a_row_chooses_a_vendor_sees_the_draft_in_a_frame_and_publishes(
    browser: Browser, desk_of_hub: str
) -> None:
    Vendor.objects.create(name="Chosen Works")
    page = enter(browser, desk_of_hub, "editor")
    watch = Watch(page)
    page.goto(desk_of_hub + edit_tool("insightface"))
    names = page.locator("input[id^=id_aliases-][id$=-name]")
    before = names.count()
    page.locator("#id_aliases-ADD").click()
    expect(names).to_have_count(before + 1)
    names.last.fill("InsightFace suite")

    page.locator("#id_vendor-chooser button.w-dropdown__toggle").click()
    page.locator("[data-chooser-action-choose]:visible").last.click()
    page.locator(".modal-body input[name=q]").fill("Chosen")
    page.locator(".modal-body a", has_text="Chosen Works").click()
    expect(page.locator("#id_vendor-title")).to_have_text("Chosen Works")

    page.get_by_role("tab", name="Français").click()
    page.locator("#id_summary_fr").fill("Trouve des visages.")
    page.get_by_role("tab", name="عربي").click()
    page.locator("#id_summary_ar").fill("يبحث عن الوجوه في الصور.")
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("iframe").last
    # A mode that is chosen while a preview is loading is not heard: the old frame goes when the new one is there.
    expect(frame.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("iframe")).to_have_count(1)
    page.get_by_label("Preview mode").select_option("ar")
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(frame.locator("html")).to_have_attribute("lang", "ar")
    expect(frame.locator("main")).to_contain_text("يبحث عن الوجوه في الصور.")
    expect(frame.locator("main")).to_contain_text("Chosen Works")
    assert not Tool.objects.get(code="insightface").summary_ar

    page.locator(".footer .w-dropdown__toggle").click()
    follow(page.get_by_role("button", name="Publish"))
    expect(page.locator(".messages")).to_contain_text("InsightFace")
    tool = Tool.objects.get(code="insightface")
    assert tool.vendor is not None
    assert (tool.vendor.name, tool.summary_fr) == ("Chosen Works", "Trouve des visages.")
    assert "InsightFace suite" in {alias.name for alias in tool.aliases.all()}
    assert not tool.has_unpublished_changes
    assert watch.found == []


def test_a_plain_form_is_taken_without_a_script(browser: Browser, desk_of_hub: str) -> None:
    page = enter(browser, desk_of_hub, "editor", scripts=False)
    response = page.goto(desk_of_hub + reverse("factreport:edit", args=[FactReport.objects.get().pk]))
    assert response is not None
    assert response.headers["referrer-policy"] == "same-origin"
    page.locator("#id_answer").fill("Compared with the repository.")
    page.locator("input[name=state][value=corrected]").check()
    follow(page.locator("button[type=submit]", has_text="Save"))
    assert page.url == desk_of_hub + reverse("factreport:index")
    report = FactReport.objects.get()
    assert (report.state, report.answer) == ("corrected", "Compared with the repository.")


def test_a_translator_writes_in_their_language(browser: Browser, desk_of_hub: str) -> None:
    page = enter(browser, desk_of_hub, "translator")
    watch = Watch(page)
    french = HomePage.objects.get(locale__language_code="fr")
    page.goto(desk_of_hub + reverse("wagtailadmin_pages:edit", args=[french.pk]))
    segment = page.locator(".js-translation-editor button", has_text="Edit").first
    segment.click()
    page.locator(".js-translation-editor textarea").first.fill("Une nouvelle phrase.")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".js-translation-editor")).to_contain_text("Une nouvelle phrase.")
    # The editor shows the text at once, and has it kept afterwards.
    deadline = time.monotonic() + 30
    while not StringTranslation.objects.filter(data="Une nouvelle phrase.").exists():
        assert time.monotonic() < deadline, "the translation is not kept"
        page.wait_for_timeout(100)
    written = StringTranslation.objects.get(data="Une nouvelle phrase.")
    assert written.last_translated_by == User.objects.get(role_grants__role=Role.TRANSLATOR)
    assert watch.found == []
