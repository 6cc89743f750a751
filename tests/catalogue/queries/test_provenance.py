"""Where texts come from."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Tool
from catalogue.queries.provenance import text_states
from hub.core.enums import TextOrigin
from hub.core.models import TextProvenance
from hub.core.translation import text_hash
from tests.factories.catalogue import ToolFactory

pytestmark = pytest.mark.django_db

ENGLISH = "Finds faces in images."


def note(
    tool: Tool, origin: TextOrigin, *, made_from: str = ENGLISH, field: str = "summary", language: str = "fr"
) -> None:
    TextProvenance.objects.create(
        content_type=ContentType.objects.get_for_model(Tool),
        object_id=tool.pk,
        field=field,
        language=language,
        origin=origin,
        source_hash=text_hash(made_from) if made_from else "",
    )


def french(tool: Tool) -> str:
    return text_states([tool], ["summary"], "fr")[tool.pk, "summary"]


@pytest.fixture
def tool() -> Tool:
    return ToolFactory(summary=ENGLISH, summary_fr="Trouve des visages.")


@pytest.mark.parametrize(
    ("origin", "state"),
    [
        (TextOrigin.REVIEWED, "reviewed"),
        (TextOrigin.MACHINE, "draft"),
        (TextOrigin.SOURCE, "source"),
    ],
)
def test_a_translation_says_where_it_comes_from(tool: Tool, origin: TextOrigin, state: str) -> None:
    note(tool, origin)
    assert french(tool) == state


@pytest.mark.parametrize("origin", [TextOrigin.REVIEWED, TextOrigin.MACHINE])
def test_a_translation_of_an_older_text_says_so(tool: Tool, origin: TextOrigin) -> None:
    note(tool, origin, made_from="Found faces once.")
    assert french(tool) == "changed"


def test_a_translation_that_nobody_vouches_for_is_a_draft(tool: Tool) -> None:
    assert french(tool) == "draft"


def test_a_record_without_a_hash_is_believed(tool: Tool) -> None:
    note(tool, TextOrigin.REVIEWED, made_from="")
    assert french(tool) == "reviewed"


def test_a_record_of_another_language_or_field_says_nothing(tool: Tool) -> None:
    note(tool, TextOrigin.REVIEWED, language="ru")
    note(tool, TextOrigin.REVIEWED, field="cost_note")
    assert french(tool) == "draft"


def test_a_missing_text_is_not_translated_whatever_is_on_record() -> None:
    tool = ToolFactory(summary=ENGLISH)
    note(tool, TextOrigin.REVIEWED)
    assert french(tool) == "untranslated"


def test_english_is_the_source_and_nothing_is_asked(tool: Tool) -> None:
    with CaptureQueriesContext(connection) as queries:
        states = text_states([tool], ["summary", "cost_note"], "en")
    assert states == {(tool.pk, "summary"): "source", (tool.pk, "cost_note"): "source"}
    assert len(queries) == 0


def test_chinese_has_a_column_with_another_name() -> None:
    tool = ToolFactory(summary=ENGLISH, summary_zh_hans="在图像中查找人脸。")
    note(tool, TextOrigin.REVIEWED, language="zh-hans")
    assert text_states([tool], ["summary"], "zh-hans") == {(tool.pk, "summary"): "reviewed"}


def test_many_records_take_one_query(tool: Tool) -> None:
    note(tool, TextOrigin.REVIEWED)
    tools = [tool, *(ToolFactory() for _ in range(3))]
    with CaptureQueriesContext(connection) as queries:
        states = text_states(tools, ["summary", "readiness_note"], "fr")
    assert len(states) == 8
    assert len(queries) == 1


def test_no_records_have_no_states() -> None:
    assert text_states([], ["summary"], "fr") == {}
