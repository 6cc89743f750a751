"""Documents as a last resort: sent when asked for, kept sealed, seen with a trace, destroyed in time (items 55, 56, 58)."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from community.actions.applications import submit_application, withdraw_application
from community.actions.documents import add_document, destroy_documents, show_page
from community.actions.vetting import decide_application
from community.enums import ApplicationState, Choice, EvidenceClass, Reason
from community.models import Application, Document
from community.queries.applications import SESSION_KEY, classes_held, hash_of_key
from community.rules import DOCUMENT_KEPT, DOCUMENTS_AT_MOST, RuleError
from hub.core.enums import Role
from hub.core.models import AuditEntry
from tests.factories.community import make_agency, make_application, make_vetter, place_in
from tests.factories.documents import jpeg, pdf, photograph, pixel_bomb
from tests.factories.people import make_member, sign_in

pytestmark = pytest.mark.django_db
SEND = "/en/join/document/"
KEY = "k" * 43


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """An evidence folder of the test's own."""
    cache.clear()
    settings.DATA_DIR = tmp_path
    return tmp_path / "evidence"


@pytest.fixture
def asked() -> Application:
    """An application whose applicant was asked for a document."""
    made = make_application()
    Application.objects.filter(pk=made.pk).update(key_hash=hash_of_key(KEY))
    decide_application(made, Choice.ASK, Reason.DOCUMENT, by=make_vetter())
    made.refresh_from_db()
    return made


@pytest.fixture
def applicant(client: Client, asked: Application) -> Client:
    client.get("/en/join/")
    session = client.session
    session[SESSION_KEY] = KEY
    session.save()
    return client


def file(content: bytes, name: str = "letter.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_document_goes_from_the_applicant_to_the_vetter(
    applicant: Client, asked: Application, folder: Path
) -> None:
    assert SEND in applicant.get("/en/join/status/").content.decode()
    assert applicant.get(SEND).status_code == 200
    assert applicant.post(SEND, {"document": file(pdf(pages=2))})["Location"] == "/en/join/check/"
    document = Document.objects.get()
    assert (document.pages, document.application) == (2, asked)
    assert [path.name for path in folder.iterdir()] == [document.file_name]
    assert "1 document has arrived" in applicant.get("/en/join/check/").content.decode()
    applicant.post("/en/join/check/")
    asked.refresh_from_db()
    assert asked.state == ApplicationState.SUBMITTED

    desk, vetter = Client(), make_vetter()
    sign_in(desk, vetter)
    case = f"/en/vetting/{asked.uuid}/"
    page = f"{case}documents/{document.uuid}/"
    assert page in desk.get(case).content.decode()
    assert desk.get(page).content.decode().count("<img") == 2
    picture = desk.get(f"{page}1/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert picture["Cache-Control"] == "no-store"
    assert Image.open(io.BytesIO(picture.content)).format == "JPEG"
    seen = AuditEntry.objects.get(action="document.viewed")
    assert (seen.actor, seen.details["page"]) == (vetter, 1)
    assert desk.post(f"{case}finding/", {"holds": "yes", "note": "Letter of the agency."}).status_code == 302
    assert EvidenceClass.DOCUMENT in classes_held(asked)
    assert "page of a document seen" in desk.get(case).content.decode()


def test_two_vetters_see_different_marks(asked: Application) -> None:
    document = add_document(asked, jpeg())
    submit_application(asked)
    assert show_page(document, 1, by=make_vetter()) != show_page(document, 1, by=make_vetter())


def test_nothing_is_taken_unasked(client: Client, folder: Path) -> None:
    """A stranger, an applicant who is not asked for one, a member: what they send is not even read."""
    other = make_application()
    Application.objects.filter(pk=other.pk).update(key_hash=hash_of_key(KEY))
    applicant, member = Client(), Client()
    applicant.get("/en/join/")
    session = applicant.session
    session[SESSION_KEY] = KEY
    session.save()
    sign_in(member, make_member())
    for one in (client, applicant, member):
        for sent in (file(pdf()), file(pixel_bomb()), file(b"<html>")):
            answer = one.post(SEND, {"document": sent})
            assert (answer.status_code, answer["Location"]) == (302, "/en/join/status/")
        assert one.get(SEND).status_code == 302
    assert not Document.objects.exists()
    assert not folder.exists()
    with pytest.raises(RuleError):
        add_document(other, pdf())


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.UNIT_UNCLEAR, Reason.OTHER_WAY])
def test_asking_for_something_else_asks_for_no_document(reason: Reason) -> None:
    application = make_application()
    decide_application(application, Choice.ASK, reason, by=make_vetter())
    with pytest.raises(RuleError):
        add_document(application, pdf())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "not a PDF, JPEG or PNG"),
        (b"GIF89a" + b"x" * 100, "not a PDF, JPEG or PNG"),
        (b"%PDF-1.7 broken", "damaged"),
        (pixel_bomb(), "too large"),
    ],
    ids=["empty", "html", "gif", "broken", "bomb"],
)
def test_what_cannot_be_read_is_refused_in_words(
    applicant: Client, folder: Path, content: bytes, words: str
) -> None:
    answer = applicant.post(SEND, {"document": file(content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Document.objects.exists()
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_that_is_too_large_is_refused(applicant: Client) -> None:
    just_above = file(b"%PDF" + b"x" * (5 * 1024 * 1024))
    answer = applicant.post(SEND, {"document": just_above})
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.content.decode()
    assert applicant.post(SEND, {"document": file(b"x" * (6 * 1024 * 1024))}).status_code == 400
    assert not Document.objects.exists()


def test_nothing_without_a_file(applicant: Client) -> None:
    assert applicant.post(SEND, {"document": "text"}).status_code == 422
    assert applicant.post(SEND, {}).status_code == 422


def test_there_are_so_many_documents_and_no_more(applicant: Client) -> None:
    for _ in range(DOCUMENTS_AT_MOST):
        assert applicant.post(SEND, {"document": file(jpeg())}).status_code == 302
    answer = applicant.post(SEND, {"document": file(jpeg())})
    assert answer.status_code == 422
    assert "enough documents" in answer.content.decode()
    assert Document.objects.count() == DOCUMENTS_AT_MOST


def test_what_a_camera_writes_into_a_photograph_is_gone(asked: Application) -> None:
    document = add_document(asked, photograph())
    submit_application(asked)
    page = Image.open(io.BytesIO(show_page(document, 1, by=make_vetter())))
    assert not page.getexif()
    assert set(page.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_whoever_may_not_vet_the_application_finds_no_document(asked: Application) -> None:
    document = add_document(asked, jpeg())
    agency = make_agency()
    Application.objects.filter(pk=asked.pk).update(agency=agency)
    colleague, editor = make_vetter(), make_member(Role.EDITOR)
    colleague.officer.delete()
    place_in(colleague, agency)
    missing = "6f1f6b9e-6a0e-4c58-9a4c-8f3f3a1c2b5d"
    for person in (colleague, editor, make_member(Role.ADMINISTRATOR)):
        browser = Client()
        sign_in(browser, person)
        answers = [
            browser.get(f"/en/vetting/{asked.uuid}/documents/{uuid}/{end}").status_code
            for uuid in (document.uuid, missing)
            for end in ("", "1/")
        ]
        assert answers == [404] * 4
    assert not AuditEntry.objects.filter(action="document.viewed").exists()


@pytest.mark.parametrize("number", [0, 2, 999])
def test_a_page_that_is_not_there_is_not_found(asked: Application, number: int) -> None:
    document = add_document(asked, jpeg())
    browser = Client()
    sign_in(browser, make_vetter())
    path = f"/en/vetting/{asked.uuid}/documents/{document.uuid}/"
    assert browser.get(f"{path}1/").status_code == 200
    assert browser.get(f"{path}{number}/").status_code == 404


def test_a_document_of_another_application_is_not_found_under_this_one(asked: Application) -> None:
    document, other = add_document(asked, jpeg()), make_application()
    browser = Client()
    sign_in(browser, make_vetter())
    assert browser.get(f"/en/vetting/{other.uuid}/documents/{document.uuid}/1/").status_code == 404


def test_thirty_days_after_the_decision_file_and_key_are_gone(asked: Application, folder: Path) -> None:
    document = add_document(asked, jpeg())
    withdraw_application(asked)
    with time_machine.travel(timezone.now() + DOCUMENT_KEPT - timedelta(hours=1)):
        assert destroy_documents(by=None) == 0
        assert len(list(folder.iterdir())) == 1
    with time_machine.travel(timezone.now() + DOCUMENT_KEPT + timedelta(hours=1)):
        assert destroy_documents(by=None) == 1
        assert destroy_documents(by=None) == 0
    document.refresh_from_db()
    assert (document.file_name, bytes(document.sealed_key)) == ("", b"")
    assert list(folder.iterdir()) == []
    assert AuditEntry.objects.filter(action="document.destroyed").count() == 1


def test_an_open_application_keeps_its_documents(asked: Application, folder: Path) -> None:
    add_document(asked, jpeg())
    with time_machine.travel(timezone.now() + 3 * DOCUMENT_KEPT):
        assert destroy_documents(by=None) == 0
    assert len(list(folder.iterdir())) == 1


def test_nothing_readable_lies_on_the_disk(asked: Application, folder: Path) -> None:
    add_document(asked, jpeg())
    content = next(folder.iterdir()).read_bytes()
    assert b"JFIF" not in content
    assert folder not in Path(django_settings.MEDIA_ROOT).parents


def test_no_other_page_of_an_applicant_or_member_takes_a_file() -> None:
    """Child protection: members have no upload."""
    member = Client()
    sign_in(member, make_member())
    for path in ("/en/join/unit/", "/en/join/check/", "/en/account/password/change/", "/en/account/terms/"):
        assert member.post(path, {"x": file(jpeg())}).status_code == 400, path
