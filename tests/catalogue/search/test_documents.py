"""A tool as the index holds it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Tool
from catalogue.queries.taxonomy import current_taxonomy
from catalogue.queries.tools import published
from catalogue.search.documents import BATCH, SCHEMA, documents, every_document
from catalogue.search.facets import values_of
from hub.core.languages import LANGUAGE_CODES
from hub.core.search import NEUTRAL, Document
from tests.factories.catalogue import (
    CapabilityFactory,
    FactSourceFactory,
    StageFactory,
    ToolAliasFactory,
    ToolFactory,
    VendorFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


def document(tool: Tool) -> Document:
    [found] = documents(published().filter(pk=tool.pk), current_taxonomy(), TODAY)
    return found


def test_names_are_in_no_language_and_texts_in_their_own() -> None:
    tool = ToolFactory(
        name="Griffeye",
        vendor=VendorFactory(name="Magnet Forensics"),
        summary="Sorts images.",
        summary_ar="يفرز الصور.",
        functionality_fr="Trie des images.",
        capabilities=[CapabilityFactory(code="triage", label="Triage", label_ru="Сортировка")],
        stages=[StageFactory(code="analysis", label="Analysis", label_zh_hans="分析")],
    )
    ToolAliasFactory(tool=tool, name="Analyze DI")
    ToolAliasFactory(tool=tool, name="غريفاي", language="ar")
    texts = document(tool).texts
    assert texts[NEUTRAL] == {"name": "Griffeye", "alias": "Analyze DI\nغريفاي", "vendor": "Magnet Forensics"}
    assert set(texts) == {NEUTRAL, *LANGUAGE_CODES}
    assert texts["en"] == {"summary": "Sorts images.", "functionality": "", "concepts": "Triage\nAnalysis"}
    assert texts["ar"] == {"summary": "يفرز الصور.", "functionality": "", "concepts": ""}
    assert texts["fr"] == {"summary": "", "functionality": "Trie des images.", "concepts": ""}
    assert texts["ru"]["concepts"] == "Сортировка"
    assert texts["zh-hans"]["concepts"] == "分析"


def test_facets_sorts_and_priority_are_those_of_the_facts() -> None:
    tool = ToolFactory(name="Éclair", ai_role="no-ai", readiness="turnkey")
    FactSourceFactory(tool=tool, checked_on="2026-11")
    found = document(tool)
    assert found.key == str(tool.pk)
    assert found.facets == values_of(tool, TODAY)
    assert found.sorts == {"name": tool.name_sort, "newest": date(2026, 11, 1).toordinal()}
    assert found.priority == 2
    assert set(found.facets) == set(SCHEMA.facets)
    assert set(found.sorts) == set(SCHEMA.sort_keys)


def test_what_is_not_known_is_no_error() -> None:
    found = document(ToolFactory(unknown=True))
    assert found.texts[NEUTRAL]["vendor"] == ""
    assert found.sorts["newest"] == 0
    assert found.priority == 3


def test_an_unpublished_tool_has_no_document() -> None:
    ToolFactory(draft=True)
    shown = ToolFactory()
    assert [one.key for one in every_document(current_taxonomy(), TODAY)] == [str(shown.pk)]


def test_a_draft_of_a_published_tool_is_in_no_document() -> None:
    tool = ToolFactory(changed=True, summary="What members read.")
    assert document(tool).texts["en"]["summary"] == "What members read."


def test_equal_facts_make_equal_documents() -> None:
    tool = ToolFactory(capabilities=["ocr", "triage"], licence="CPL-1.0 AND MIT AND GPL-2.0-or-later")
    before = document(tool).content_hash()
    assert document(Tool.objects.get(pk=tool.pk)).content_hash() == before
    tool.summary_en = "Another text."
    tool.save()
    assert document(tool).content_hash() != before


@pytest.mark.parametrize("number", [1, 3])
def test_documents_take_a_fixed_number_of_queries(number: int) -> None:
    for _ in range(number):
        ToolFactory(
            with_sources=True, with_alias=True, with_caution=True, stages=["analysis"], capabilities=["ocr"]
        )
    taxonomy = current_taxonomy()
    with CaptureQueriesContext(connection) as queries:
        assert len(list(every_document(taxonomy, TODAY))) == number
    assert (
        len(queries) == 7
    )  # tools, stages, capabilities, sources, cautions, aliases, and that no batch follows


def test_every_tool_has_a_document_beyond_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BATCH >= 100
    monkeypatch.setattr("catalogue.search.documents.BATCH", 2)
    keys = {str(ToolFactory().pk) for _ in range(5)}
    found = [one.key for one in every_document(current_taxonomy(), TODAY)]
    assert set(found) == keys
    assert len(found) == 5
