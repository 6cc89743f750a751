"""Forms of the desk: labels instead of codes, "not known" as a choice, codes that stay."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

from catalogue.admin.choices import language_choices, vocabulary_of
from catalogue.admin.supplements import CautionViewSet, DataFlowViewSet, ErrorMeasureViewSet
from catalogue.admin.taxonomy import CapabilityViewSet, VocabularyValueViewSet
from catalogue.admin.tools import TOOL_PANELS, VendorViewSet
from catalogue.enums import CODES, Vocabulary
from catalogue.models import FactSource, Tool, ToolAlias
from catalogue.validators import CodesValidator
from hub.core.countries import country_choices
from hub.core.languages import LANGUAGES
from hub.core.translation import column_of
from tests.factories.catalogue import (
    CapabilityFactory,
    CautionFactory,
    DataFlowFactory,
    ErrorMeasureFactory,
    ToolFactory,
    VendorFactory,
    VocabularyValueFactory,
)

pytestmark = pytest.mark.django_db

TOOL_FORM = TOOL_PANELS.bind_to_model(Tool).get_form_class()


def form_of(viewset: Any, instance: models.Model | None = None, **data: Any) -> Any:
    """Return the form of a desk, filled with what is there and `data`."""
    form_class = viewset().get_form_class()
    if instance is None:
        return form_class(data)
    blank = form_class(instance=instance)
    sent = {name: blank[name].value() for name in blank.fields if blank[name].value() is not None}
    return form_class({**sent, **data}, instance=instance)


def label(vocabulary: Vocabulary, code: str, **labels: str) -> None:
    VocabularyValueFactory(vocabulary=str(vocabulary), code=code, **labels)


def test_every_column_of_codes_knows_its_vocabulary() -> None:
    found = 0
    for model in apps.get_app_config("catalogue").get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.Field) or field.name in ("vocabulary", "group", "state"):
                continue
            has_codes = bool(field.choices) or any(
                isinstance(one, CodesValidator) for one in field.validators
            )
            vocabulary = vocabulary_of(field)
            assert (vocabulary is not None) == has_codes, field
            if field.choices and vocabulary:
                assert [code for code, _ in field.flatchoices] == list(CODES[vocabulary])
            found += has_codes
    assert found > 20


def test_codes_have_labels_in_the_language_of_the_desk() -> None:
    label(Vocabulary.READINESS, "turnkey", label="Ready to use", label_fr="Prêt à l’emploi")
    with override("fr"):
        choices = dict(TOOL_FORM(instance=ToolFactory()).fields["readiness"].choices)
    assert choices["turnkey"] == "Prêt à l’emploi"


def test_not_known_is_the_first_choice() -> None:
    form = TOOL_FORM(instance=ToolFactory())
    for name in ("ai_role", "readiness", "cost_model", "offline_capable", "access"):
        code, text = form.fields[name].choices[0]
        assert (code, str(text)) == ("", "Not known")
        assert not form.fields[name].required


def test_a_fact_can_be_made_unknown_again() -> None:
    flow = DataFlowFactory(data_leaves="yes")
    form = form_of(DataFlowViewSet, flow, data_leaves="")
    assert form.is_valid(), form.errors
    assert form.save().data_leaves == ""


def test_lists_of_codes_are_boxes_to_tick() -> None:
    tool = ToolFactory(data_types=["image", "video"])
    form = TOOL_FORM(instance=tool)
    assert form["data_types"].value() == ["image", "video"]
    assert 'type="checkbox" name="data_types" value="audio"' in str(form["data_types"])


def test_interface_languages_are_chosen_by_name_and_rare_ones_stay() -> None:
    form = TOOL_FORM(instance=ToolFactory(interface_languages=["en", "haw"]))
    choices = dict(form.fields["interface_languages"].choices)
    assert choices["zh-hans"] == "Simplified Chinese"
    assert choices["haw"] == "Hawaiian"


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [("en", "de", "German"), ("ar", "de", "الألمانية"), ("ru", "de", "немецкий")],
)
def test_languages_have_names_in_the_language_of_the_desk(language: str, code: str, name: str) -> None:
    with override(language):
        assert dict(language_choices())[code] == name


def test_countries_are_in_the_order_of_their_names() -> None:
    with override("fr"):
        names = [name for _, name in country_choices()]
    assert names.index("États-Unis") < names.index("Finlande")


def test_the_taxonomy_is_read_once_a_form_however_many_rows(
    django_assert_num_queries: Any,
) -> None:
    CapabilityFactory()
    TOOL_FORM(instance=ToolFactory(with_sources=True))
    with django_assert_num_queries(1):
        form = TOOL_FORM(instance=Tool(name="New"))
    with django_assert_num_queries(0):
        rows = form.formsets["fact_sources"]
        assert dict(rows.empty_form.fields["confidence"].choices)["source"]


def test_rows_have_labels_too() -> None:
    label(Vocabulary.CONFIDENCE, "known", label="Known, without a source")
    tool = ToolFactory()
    FactSource.objects.create(tool=tool, group="identity", url="https://example.org/")
    ToolAlias.objects.create(tool=tool, name="Alias", language="fr")
    form = TOOL_FORM(instance=Tool.objects.get(pk=tool.pk))
    [source] = form.formsets["fact_sources"].forms
    [alias] = form.formsets["aliases"].forms
    assert dict(source.fields["confidence"].choices)["known"] == "Known, without a source"
    assert dict(alias.fields["language"].choices)["fr"] == "French"


def test_a_code_stays_whatever_is_posted() -> None:
    capability = CapabilityFactory(code="face-recognition")
    form = form_of(CapabilityViewSet, capability, code="something-else", label_en="Faces")
    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.code, saved.label_en) == ("face-recognition", "Faces")


def test_a_code_of_a_vocabulary_is_not_in_the_form() -> None:
    value = VocabularyValueFactory(code="open-source")
    form = form_of(VocabularyValueViewSet, value, code="x", vocabulary="access", label_en="Open")
    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.vocabulary, saved.code, saved.label_en) == ("cost_model", "open-source", "Open")


@pytest.mark.parametrize("code", ["Face", "face_finder", "-face", "face--finder", "вид"])
def test_a_code_that_no_import_could_name_is_refused(code: str) -> None:
    form = form_of(CapabilityViewSet, code=code, label_en="Faces", position="1")
    assert "code" in form.errors


def test_a_supplement_stays_with_its_tool() -> None:
    caution = CautionFactory()
    form = form_of(CautionViewSet, caution, tool=ToolFactory().pk)
    assert form.is_valid(), form.errors
    assert form.save().tool == caution.tool


@pytest.mark.parametrize(("printed", "value"), [("99.50", "99.5"), ("-1", "-1"), ("0.000001", "0.000001")])
def test_a_figure_is_typed_as_it_was_printed(printed: str, value: str) -> None:
    form = form_of(ErrorMeasureViewSet, ErrorMeasureFactory(), printed_value=printed)
    assert form.is_valid(), form.errors
    measure = form.save()
    measure.refresh_from_db()
    assert (measure.printed_value, f"{measure.value.normalize():f}") == (printed, value)


@pytest.mark.parametrize("printed", ["about 5", "99,5", "1e9", "123456789", ""])
def test_what_is_no_figure_is_refused(printed: str) -> None:
    assert (
        "printed_value" in form_of(ErrorMeasureViewSet, ErrorMeasureFactory(), printed_value=printed).errors
    )


def test_a_vendor_has_a_country_by_name_or_none() -> None:
    vendor = VendorFactory(country="NL")
    form = form_of(VendorViewSet, vendor, country="")
    assert dict(form.fields["country"].choices)["NL"] == "Netherlands"
    assert form.is_valid(), form.errors
    assert form.save().country == ""


def test_addresses_and_codes_are_written_from_left_to_right_in_every_language() -> None:
    with override("ar"):
        form = TOOL_FORM(instance=ToolFactory())
        assert {form.fields[name].widget.attrs["dir"] for name in ("code", "slug", "url", "licence")} == {
            "ltr"
        }
        assert "dir" not in form.fields["name"].widget.attrs


def test_texts_are_written_in_the_direction_of_their_language() -> None:
    form = TOOL_FORM(instance=ToolFactory())
    for language in LANGUAGES:
        attributes = form.fields[column_of("summary", language.code)].widget.attrs
        assert (attributes["lang"], attributes["dir"]) == (language.html_lang, language.direction)
