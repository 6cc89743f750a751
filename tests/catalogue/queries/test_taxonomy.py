"""The words of the taxonomy: read once, and new as soon as an editor has changed one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from catalogue.enums import CODES, Vocabulary
from catalogue.queries.taxonomy import CAPABILITY, STAGE, current_taxonomy
from tests.factories.catalogue import CapabilityFactory, StageFactory, VocabularyValueFactory

pytestmark = pytest.mark.django_db


def test_words_stand_in_the_language_of_the_page_or_in_english() -> None:
    CapabilityFactory(
        code="ocr", label="Reading text", label_ar="قراءة النص", definition="Reads.", definition_ru="Читает."
    )
    taxonomy = current_taxonomy()
    assert taxonomy.label(CAPABILITY, "ocr") == "Reading text"
    assert taxonomy.label(CAPABILITY, "ocr", "ar") == "قراءة النص"
    assert taxonomy.definition(CAPABILITY, "ocr", "ru") == "Читает."
    assert taxonomy.definition(CAPABILITY, "ocr", "zh-hans") == "Reads."
    with override("ar"):
        assert taxonomy.label(CAPABILITY, "ocr") == "قراءة النص"
        assert taxonomy.definition(CAPABILITY, "ocr") == "Reads."


def test_a_narrow_place_takes_the_short_label_if_there_is_one() -> None:
    StageFactory(code="analysis", label="Analysis of material", short_label="Analysis")
    StageFactory(code="intake", label="Intake and triage")
    taxonomy = current_taxonomy()
    assert taxonomy.short_label(STAGE, "analysis") == "Analysis"
    assert taxonomy.short_label(STAGE, "intake") == "Intake and triage"


def test_what_does_not_exist_stands_for_itself() -> None:
    taxonomy = current_taxonomy()
    assert taxonomy.get(CAPABILITY, "none") is None
    assert taxonomy.label(CAPABILITY, "none") == "none"
    assert taxonomy.definition(CAPABILITY, "none") == ""
    assert taxonomy.concepts("no-such-kind") == ()


def test_codes_stand_in_the_order_of_the_editors() -> None:
    for position, code in ((2, "b"), (1, "c"), (3, "a")):
        StageFactory(code=code, position=position)
    assert current_taxonomy().codes(STAGE) == ("c", "b", "a")


def test_a_vocabulary_without_words_has_its_codes_still() -> None:
    assert current_taxonomy().codes(Vocabulary.COST_MODEL) == CODES[Vocabulary.COST_MODEL]
    VocabularyValueFactory(code="free")
    assert current_taxonomy().codes(Vocabulary.COST_MODEL) == ("free",)


def test_nothing_is_read_twice_while_nothing_changes() -> None:
    capability = CapabilityFactory(code="ocr")
    kept = current_taxonomy()
    with CaptureQueriesContext(connection) as queries:
        assert current_taxonomy() is kept
    assert len(queries) == 1
    capability.label_en = "Reading text"
    capability.save()
    with CaptureQueriesContext(connection) as queries:
        assert current_taxonomy().label(CAPABILITY, "ocr") == "Reading text"
    assert len(queries) == 4


@pytest.mark.parametrize("factory", [CapabilityFactory, StageFactory, VocabularyValueFactory])
def test_a_deleted_concept_is_gone(factory: type[CapabilityFactory]) -> None:
    concept = factory(code="free")
    kind = getattr(concept, "vocabulary", concept._meta.model_name)
    assert current_taxonomy().get(kind, "free")
    concept.delete()
    assert current_taxonomy().get(kind, "free") is None
