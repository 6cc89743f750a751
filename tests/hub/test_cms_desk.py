"""The desk itself: its menu, its language, its account page, and doors that lead nowhere."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse
from PIL import Image
from wagtail.images import get_image_model
from wagtail.users.models import UserProfile

from hub.core.enums import Role
from hub.core.languages import LANGUAGES
from hub.core.models import User
from hub.models import CaseFact
from hub.seed import seed_rights
from tests.factories.people import PASSWORD, make_member, sign_in
from tests.forms import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    seed_rights()
    return make_member(Role.EDITOR, password=PASSWORD)


@pytest.fixture
def desk(editor: User) -> Client:
    client = Client()
    sign_in(client, editor)
    return client


def menu(client: Client) -> set[str]:
    """Return the names of all entries of the menu, those below others among them."""
    from wagtail.admin.menu import admin_menu

    request = client.get("/cms/").wsgi_request
    names = set()
    for item in admin_menu.menu_items_for_request(request):
        names.add(item.name)
        inner = getattr(item, "menu", None)
        if inner is not None:
            names |= {one.name for one in inner.menu_items_for_request(request)}
    return names


class TestMenu:
    def test_an_editor_finds_the_catalogue_and_the_figures(self, desk: Client) -> None:
        assert {"catalogue", "tools", "dated-figures"} <= menu(desk)

    def test_nobody_finds_people_sites_files_or_help(self, desk: Client) -> None:
        assert not menu(desk) & {
            "users",
            "groups",
            "sites",
            "locales",
            "collections",
            "redirects",
            "images",
            "documents",
            "help",
            "snippets",
            "settings",
        }

    def test_a_translator_finds_no_catalogue(self, editor: User) -> None:
        client = Client()
        sign_in(client, make_member(Role.TRANSLATOR))
        assert not menu(client) & {"catalogue", "dated-figures"}


class TestLanguage:
    @pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
    def test_the_desk_speaks_the_language_of_the_account(
        self, desk: Client, editor: User, language: str
    ) -> None:
        editor.language = language
        editor.save(update_fields=["language"])
        other = "ru" if language != "ru" else "fr"
        page = desk.get("/cms/", headers={"Accept-Language": other})
        direction = "rtl" if language == "ar" else "ltr"
        assert f'<html lang="{language}" dir="{direction}"' in page.content.decode()


class TestAccount:
    def test_it_changes_the_looks_of_the_desk(self, desk: Client, editor: User) -> None:
        form = form_of(desk.get("/cms/account/")) | {"theme-density": "snug"}
        assert desk.post("/cms/account/", form).status_code == 302
        assert UserProfile.objects.get(user=editor).density == "snug"

    def test_it_changes_neither_name_address_password_nor_language(self, desk: Client, editor: User) -> None:
        form = form_of(desk.get("/cms/account/"))
        assert not [name for name in form if name.startswith(("name_email", "password", "avatar", "locale"))]
        desk.post(
            "/cms/account/",
            {
                **form,
                "name_email-email": "other@police.example",
                "name_email-first_name": "Other",
                "password-old_password": PASSWORD,
                "password-new_password1": "another-plum-trolley-9",
                "password-new_password2": "another-plum-trolley-9",
                "locale-preferred_language": "ru",
            },
        )
        fresh = User.objects.get(pk=editor.pk)
        assert (fresh.email, fresh.name, fresh.password) == (editor.email, editor.name, editor.password)
        assert not UserProfile.objects.get(user=editor).preferred_language

    def test_it_takes_no_picture(self, desk: Client, editor: User) -> None:
        form = form_of(desk.get("/cms/account/"))
        desk.post("/cms/account/", {**form, "avatar-avatar": a_picture()})
        assert not UserProfile.objects.get(user=editor).avatar


def a_picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return SimpleUploadedFile("picture.png", content.getvalue(), content_type="image/png")


class TestClosedDoors:
    @pytest.mark.parametrize(
        "path",
        [
            "/cms/users/",
            "/cms/groups/",
            "/cms/sites/",
            "/cms/locales/",
            "/cms/images/",
            "/cms/images/add/",
            "/cms/documents/",
            "/cms/documents/multiple/add/",
            "/cms/redirects/",
            "/cms/collections/",
            "/cms/workflows/list/",
        ],
    )
    def test_an_editor_is_sent_back_to_the_first_page(self, desk: Client, path: str) -> None:
        response = desk.get(path)
        assert response.status_code in (302, 404)
        if response.status_code == 302:
            assert response.url in ("/cms/", "http://testserver/cms/")

    def test_no_image_can_be_uploaded(self, desk: Client) -> None:
        for url in ("/cms/images/add/", "/cms/images/multiple/add/", "/cms/images/chooser/create/"):
            desk.post(url, {"title": "x", "file": a_picture(), "files[]": a_picture()})
        assert not get_image_model().objects.exists()

    @pytest.mark.parametrize(
        "name",
        [
            "wagtailsimpletranslation:submit_page_translation",
            "wagtailforms:index",
            "wagtailimages_serve",
            "wagtailsearchpromotions:index",
            "admin:index",
            "wagtailapi:pages:listing",
        ],
    )
    def test_what_is_not_installed_has_no_address(self, name: str) -> None:
        for arguments in ([], ["x", 1, "width-100"], [1]):
            with pytest.raises(NoReverseMatch):
                reverse(name, args=arguments)


class TestFigures:
    def test_an_editor_corrects_a_figure(self, desk: Client) -> None:
        fact = CaseFact.objects.create(code="one", fact_en="Old.", figure="1", is_shown=False)
        url = reverse("casefact:edit", args=[fact.pk])
        form = form_of(desk.get(url)) | {"fact_en": "New.", "fact_ar": "جديد.", "is_shown": "on"}
        response = desk.post(url, form)
        assert response.status_code == 302, response.context["form"].errors
        fact.refresh_from_db()
        assert (fact.fact_en, fact.fact_ar, fact.is_shown) == ("New.", "جديد.", True)

    def test_a_figure_without_an_english_sentence_is_refused(self, desk: Client) -> None:
        url = reverse("casefact:add")
        response = desk.post(url, form_of(desk.get(url)) | {"code": "one", "fact_fr": "Oui."})
        assert "fact_en" in response.context["form"].errors
