"""Translated columns: English stays English, in whichever language somebody works."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.models import Capability, Tool
from hub.core.languages import LANGUAGE_CODES
from hub.core.translation import column_of, text_hash, text_in
from tests.factories.catalogue import ToolFactory

ENGLISH = "Finds faces in images."
ARABIC = "يجد الوجوه في الصور."


def base_column(tool: Tool) -> str:
    """Return what stands in the column without a language, which searches of Wagtail and plain SQL read."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT summary FROM catalogue_tool WHERE id = %s", [tool.pk])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGE_CODES)
class TestSaving:
    def test_the_base_column_holds_english(self, language: str) -> None:
        tool = ToolFactory(summary=ENGLISH, summary_ar=ARABIC)
        with override(language):
            loaded = Tool.objects.get(pk=tool.pk)
            loaded.summary_fr = "Trouve des visages."
            loaded.save()
        assert base_column(tool) == ENGLISH
        stored = Tool.objects.get(pk=tool.pk)
        assert (stored.summary_en, stored.summary_ar) == (ENGLISH, ARABIC)
        assert stored.summary_fr == "Trouve des visages."

    def test_a_revision_holds_and_publishes_english(self, language: str) -> None:
        tool = ToolFactory(summary=ENGLISH, summary_ar=ARABIC)
        with override(language):
            loaded = Tool.objects.get(pk=tool.pk)
            loaded.summary_en = "Finds faces in videos."
            revision = loaded.save_revision()
            assert revision.content["summary"] == "Finds faces in videos."
            assert revision.content["summary_ar"] == ARABIC
            revision.publish()
        assert base_column(tool) == "Finds faces in videos."
        stored = Tool.objects.get(pk=tool.pk)
        assert (stored.summary_en, stored.summary_ar) == ("Finds faces in videos.", ARABIC)

    def test_a_draft_is_read_as_it_was_written(self, language: str) -> None:
        tool = ToolFactory(summary=ENGLISH, summary_ar=ARABIC)
        tool.save_revision()
        with override(language):
            draft = Tool.objects.get(pk=tool.pk).get_latest_revision_as_object()
        assert (draft.summary_en, draft.summary_ar, draft.summary_fr or "") == (ENGLISH, ARABIC, "")


class TestReading:
    TOOL = Tool(summary_en=ENGLISH, summary_ar=ARABIC, summary_zh_hans="查找人脸。")

    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("ar", (ARABIC, "ar")),
            ("zh-hans", ("查找人脸。", "zh-hans")),
            ("en", (ENGLISH, "en")),
            ("fr", (ENGLISH, "en")),
            ("xx", (ENGLISH, "en")),
        ],
    )
    def test_a_text_comes_with_the_language_it_is_in(self, language: str, expected: tuple[str, str]) -> None:
        assert text_in(self.TOOL, "summary", language) == expected

    def test_the_page_decides_where_nobody_asks(self) -> None:
        with override("ar"):
            assert text_in(self.TOOL, "summary") == (ARABIC, "ar")
        with override(None):
            assert text_in(self.TOOL, "summary") == (ENGLISH, "en")

    def test_a_missing_text_is_empty_english(self) -> None:
        assert text_in(Tool(), "summary", "ru") == ("", "en")
        assert text_in(Tool(summary_ru=""), "summary", "ru") == ("", "en")

    def test_a_concept_is_read_the_same_way(self) -> None:
        with override("ar"):
            assert str(Capability(code="ocr", label_en="Reading text", label_ar="قراءة النص")) == "قراءة النص"
            assert str(Capability(code="ocr")) == "ocr"

    def test_a_column_is_named_after_its_language(self) -> None:
        assert column_of("summary", "zh-hans") == "summary_zh_hans"


class TestHash:
    @settings(deadline=None)
    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(" \n\t", max_size=4))
    def test_space_around_a_text_changes_nothing(self, text: str, space: str) -> None:
        assert text_hash(space + text + space) == text_hash(text)

    def test_anything_else_does(self) -> None:
        assert len({text_hash(text) for text in ("", "a", "A", "a b", "a  b", "ä")}) == 6
        assert len(text_hash(ENGLISH)) == 64
