"""Supplements, vendors and words at the desk: written through their models, so that the index learns of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Capability, Caution, Implementation, Vendor
from catalogue.models.vocabulary import EVERY_TOOL, INDEX_TOPIC
from hub.core.models import AuditEntry, OutboxEntry, User
from tests.factories.catalogue import (
    CapabilityFactory,
    CautionFactory,
    DataFlowFactory,
    ErrorMeasureFactory,
    ImplementationFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
    VocabularyValueFactory,
)
from tests.forms import form_of

pytestmark = pytest.mark.django_db


def told_index() -> set[str]:
    return set(OutboxEntry.objects.filter(topic=INDEX_TOPIC).values_list("key", flat=True))


def test_a_new_caution_reaches_tool_index_and_audit(desk: Client, editor: User) -> None:
    tool = ToolFactory()
    OutboxEntry.objects.all().delete()
    url = reverse("caution:add")
    form = form_of(desk.get(url)) | {
        "tool": str(tool.pk),
        "kind": "bias",
        "text_en": "Tested on adults only.",
        "text_ar": "اختُبر على البالغين فقط.",
        "source_url": "https://example.org/report",
        "checked_on": "2026-11",
    }
    response = desk.post(url, form)
    assert response.status_code == 302, response.context["form"].errors
    caution = Caution.objects.get()
    assert (caution.tool, caution.text_ar) == (tool, "اختُبر على البالغين فقط.")
    assert told_index() == {str(tool.pk)}
    assert AuditEntry.objects.filter(action="caution.saved").latest("number").actor == editor


def test_a_tool_has_one_implementation(desk: Client) -> None:
    made = ImplementationFactory()
    url = reverse("implementation:add")
    response = desk.post(url, form_of(desk.get(url)) | {"tool": str(made.tool.pk)})
    assert "tool" in response.context["form"].errors
    assert Implementation.objects.count() == 1


@pytest.mark.parametrize(
    ("factory", "namespace"),
    [
        (ImplementationFactory, "implementation"),
        (DataFlowFactory, "dataflow"),
        (ErrorMeasureFactory, "errormeasure"),
        (CautionFactory, "caution"),
    ],
)
def test_what_is_saved_unchanged_stays_as_it_was(desk: Client, factory: type, namespace: str) -> None:
    record = factory()
    before = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    url = reverse(f"{namespace}:edit", args=[record.pk])
    response = desk.post(url, form_of(desk.get(url)))
    assert response.status_code == 302, response.context["form"].errors
    fresh = type(record).objects.get(pk=record.pk)
    after = {field.attname: getattr(fresh, field.attname) for field in record._meta.concrete_fields}
    changed = {name for name, value in after.items() if (value or "") != (before[name] or "")}
    assert changed <= {"value"}
    assert float(after.get("value", 0)) == float(before.get("value", 0))


def test_deleting_a_caution_tells_the_index(desk: Client) -> None:
    caution = CautionFactory()
    OutboxEntry.objects.all().delete()
    assert desk.post(reverse("caution:delete", args=[caution.pk])).status_code == 302
    assert told_index() == {str(caution.tool.pk)}


def test_new_words_concern_every_tool(desk: Client) -> None:
    capability = CapabilityFactory()
    OutboxEntry.objects.all().delete()
    url = reverse("capability:edit", args=[capability.pk])
    assert desk.post(url, form_of(desk.get(url)) | {"label_en": "Other"}).status_code == 302
    assert told_index() == {EVERY_TOOL}


def test_a_capability_that_tools_have_is_not_deleted(desk: Client) -> None:
    tool = ToolFactory(capabilities=["face-recognition"])
    capability = tool.capabilities.get()
    url = reverse("capability:delete", args=[capability.pk])
    desk.post(url)
    assert Capability.objects.filter(pk=capability.pk).exists()
    measured = ErrorMeasureFactory().capability
    assert desk.post(reverse("capability:delete", args=[measured.pk])).status_code == 302
    assert Capability.objects.filter(pk=measured.pk).exists()
    free = CapabilityFactory()
    desk.post(reverse("capability:delete", args=[free.pk]))
    assert not Capability.objects.filter(pk=free.pk).exists()


def test_closed_lists_grow_and_shrink_for_nobody(desk: Client) -> None:
    stage, value = StageFactory(), VocabularyValueFactory()
    for namespace, record in (("stage", stage), ("vocabularyvalue", value)):
        assert desk.get(reverse(f"{namespace}:add")).status_code == 302
        desk.post(reverse(f"{namespace}:delete", args=[record.pk]))
        assert type(record).objects.filter(pk=record.pk).exists()


def test_a_vendor_with_tools_is_not_deleted(desk: Client) -> None:
    tool = ToolFactory()
    desk.post(reverse("wagtailsnippets_catalogue_vendor:delete", args=[tool.vendor.pk]))
    assert Vendor.objects.filter(pk=tool.vendor.pk).exists()


def test_a_vendor_is_found_by_name_and_made_in_the_dialogue(desk: Client) -> None:
    VendorFactory(name="Example Works")
    VendorFactory(name="Other")
    dialogue = "wagtailsnippetchoosers_catalogue_vendor"
    found = desk.get(reverse(f"{dialogue}:choose_results"), {"q": "works"}).content.decode()
    assert "Example Works" in found
    assert "Other" not in found
    made = desk.post(
        reverse(f"{dialogue}:create"),
        {"chooser-form-name": "New", "name": "New", "country": "NL", "url": ""},
    )
    assert made.status_code == 200
    assert Vendor.objects.get(name="New").country == "NL"


def test_a_tool_is_not_made_in_the_dialogue(desk: Client) -> None:
    dialogue = reverse("wagtailsnippetchoosers_catalogue_tool:create")
    assert desk.post(dialogue, {"name": "New"}).status_code == 404


def test_a_translator_has_none_of_it(translator: User, desk_of: Callable[[User], Client]) -> None:
    client = desk_of(translator)
    caution, capability = CautionFactory(), CapabilityFactory()
    for url in (
        reverse("caution:index"),
        reverse("caution:edit", args=[caution.pk]),
        reverse("capability:edit", args=[capability.pk]),
        reverse("wagtailsnippetchoosers_catalogue_vendor:choose"),
    ):
        assert client.get(url).status_code == 302, url
    client.post(reverse("capability:edit", args=[capability.pk]), {"label_en": "Forged"})
    capability.refresh_from_db()
    assert capability.label_en != "Forged"
