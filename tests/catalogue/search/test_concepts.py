"""Concepts: the words by which people call the values of facets."""

from __future__ import annotations

import pytest

from catalogue.enums import Vocabulary
from catalogue.models import Capability
from catalogue.queries.taxonomy import current_taxonomy
from catalogue.search.concepts import concept_table, concepts_of
from hub.core.search import Concept
from tests.factories.catalogue import CapabilityFactory, StageFactory, VocabularyValueFactory

pytestmark = pytest.mark.django_db


def by_value() -> dict[tuple[str, str], Concept]:
    return {(concept.facet, concept.value): concept for concept in concepts_of(current_taxonomy())}


def test_a_capability_is_called_by_its_label_and_synonyms_in_each_language() -> None:
    CapabilityFactory(
        code="face-recognition",
        label="Face recognition",
        synonyms="face matching\n\n  facial recognition \nFace recognition",
        label_ar="التعرف على الوجوه",
        synonyms_zh_hans="人脸识别",
    )
    assert by_value()["capability", "face-recognition"].names == {
        "en": ("Face recognition", "face matching", "facial recognition"),
        "ar": ("التعرف على الوجوه",),
        "zh-hans": ("人脸识别",),
    }


def test_stages_and_the_vocabularies_that_people_name_are_concepts() -> None:
    StageFactory(code="analysis")
    for vocabulary, code in (
        (Vocabulary.DATA_TYPE, "image"),
        (Vocabulary.COST_MODEL, "free"),
        (Vocabulary.DEPLOYMENT, "desktop"),
        (Vocabulary.OPERATING_SYSTEM, "linux"),
        (Vocabulary.ACCESS, "public"),
        (Vocabulary.READINESS, "turnkey"),
    ):
        VocabularyValueFactory(vocabulary=str(vocabulary), code=code)
    assert set(by_value()) == {
        ("stage", "analysis"),
        ("data", "image"),
        ("cost", "free"),
        ("deployment", "desktop"),
        ("system", "linux"),
        ("access", "public"),
        ("readiness", "turnkey"),
    }


@pytest.mark.parametrize(
    "vocabulary",
    [Vocabulary.AI_ROLE, Vocabulary.FRESHNESS, Vocabulary.HAS_CAUTIONS, Vocabulary.LICENCE_FAMILY],
)
def test_what_nobody_searches_by_name_is_none(vocabulary: Vocabulary) -> None:
    VocabularyValueFactory(vocabulary=str(vocabulary), code="yes", label="Yes", synonyms="indeed")
    assert by_value() == {}


def test_yes_names_nothing_but_offline_does() -> None:
    VocabularyValueFactory(
        vocabulary="offline_capable", code="yes", label="Yes", synonyms="offline\nair-gapped"
    )
    VocabularyValueFactory(vocabulary="offline_capable", code="no", label="No")
    assert by_value().keys() == {("offline", "yes")}
    assert by_value()["offline", "yes"].names == {"en": ("offline", "air-gapped")}


def test_the_table_is_kept_until_a_word_changes() -> None:
    CapabilityFactory(code="ocr", label="Reading text")
    kept = concept_table()
    assert concept_table() is kept
    capability = Capability.objects.get(code="ocr")
    capability.synonyms_en = "text recognition"
    capability.save()
    renewed = concept_table()
    assert renewed is not kept
    assert [concept.names["en"] for concept in renewed.concepts] == [("Reading text", "text recognition")]
