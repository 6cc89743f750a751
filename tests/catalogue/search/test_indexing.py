"""The index follows the database: through the outbox, by rebuilding, and by comparison of both."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from catalogue.models import Tool, ToolAlias
from catalogue.models.vocabulary import EVERY_TOOL, INDEX_TOPIC
from catalogue.search import indexing
from catalogue.tasks import verify_index
from hub.core import outbox, worker
from hub.core.models import OutboxEntry
from hub.core.search import IndexUnavailable, SearchError
from tests.catalogue.actions.tables import import_changed, write_all
from tests.catalogue.search.finding import damage, found
from tests.factories.catalogue import (
    CapabilityFactory,
    CautionFactory,
    FactSourceFactory,
    StageFactory,
    ToolFactory,
    VendorFactory,
    forget_index,
)

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]


class TestNews:
    def test_a_saved_tool_is_found_once_the_news_is_delivered(self, index: Deliver) -> None:
        ToolFactory(code="griffeye", name="Griffeye")
        assert found("griffeye") == set()
        index()
        assert found("griffeye") == {"griffeye"}

    def test_a_changed_tool_is_found_by_its_new_words_only(self, index: Deliver) -> None:
        tool = ToolFactory(
            code="one", summary="Sorts seized pictures.", summary_fr="Trie les images saisies."
        )
        index()
        tool.summary_en = "Transcribes interviews."
        tool.save()
        index()
        assert (found("seized pictures"), found("transcribes")) == (set(), {"one"})
        assert found("saisies", "fr") == {"one"}

    def test_a_tool_that_is_withdrawn_is_not_found(self, index: Deliver) -> None:
        tool = ToolFactory(code="one")
        index()
        tool.unpublish()
        index()
        assert found() == set()
        tool.save_revision().publish()
        index()
        assert found() == {"one"}

    def test_a_deleted_tool_is_not_found(self, index: Deliver) -> None:
        tool = ToolFactory()
        index()
        assert found() != set()
        tool.delete()
        index()
        assert indexing.health().documents == 0

    def test_a_draft_is_never_found(self, index: Deliver) -> None:
        ToolFactory(draft=True, name="Nameless")
        ToolFactory(changed=True, code="shown")
        index()
        assert found() == {"shown"}
        assert found("nobody has published") == set()

    def test_a_renamed_vendor_is_found_under_the_new_name(self, index: Deliver) -> None:
        vendor = VendorFactory(name="Oldworks", country="NL")
        ToolFactory(code="one", vendor=vendor)
        ToolFactory(code="two", vendor=vendor)
        ToolFactory(code="three")
        index()
        vendor.name, vendor.country = "Newcraft", "CH"
        vendor.save()
        index()
        assert found("newcraft") == {"one", "two"}
        assert found("oldworks") == set()
        assert found(country="CH") == {"one", "two"}

    def test_a_renamed_capability_is_found_under_the_new_name_in_its_language(self, index: Deliver) -> None:
        capability = CapabilityFactory(code="voices", label="Voice comparison", label_ru="Сравнение голосов")
        ToolFactory(code="one", capabilities=[capability])
        ToolFactory(code="two")
        index()
        assert found("voice comparison") == {"one"}
        capability.label_en = "Speaker matching"
        capability.label_ru = "Распознавание диктора"
        capability.save()
        index()
        assert found("speaker matching") == {"one"}
        assert found("распознавание диктора", "ru") == {"one"}
        assert found("voice comparison") == set()

    def test_a_new_synonym_is_understood_at_once(self, index: Deliver) -> None:
        capability = CapabilityFactory(code="voices", label="Voice comparison")
        ToolFactory(code="one", capabilities=[capability])
        index()
        assert found("vocal kinship") == set()
        capability.synonyms_en = "vocal kinship"
        capability.save()
        assert found("vocal kinship") == {"one"}

    def test_another_name_is_found(self, index: Deliver) -> None:
        tool = ToolFactory(code="one", name="Analyze DI")
        index()
        tool.aliases.add(ToolAlias(name="格里菲", language="zh-hans"))
        tool.save()
        index()
        assert found("格里菲", "zh-hans") == {"one"}
        assert found("格里菲", "en") == {"one"}

    def test_cautions_change_their_facet(self, index: Deliver) -> None:
        tool = ToolFactory(code="one")
        index()
        assert (found(cautions="yes"), found(cautions="no")) == (set(), {"one"})
        caution = CautionFactory(tool=tool)
        index()
        assert (found(cautions="yes"), found(cautions="no")) == ({"one"}, set())
        caution.delete()
        index()
        assert found(cautions="yes") == set()

    def test_an_import_is_found_whole(self, index: Deliver, tmp_path: Path) -> None:
        StageFactory(code="analysis")
        StageFactory(code="victim-identification")
        import_changed(tmp_path, "capabilities")
        result = import_changed(
            tmp_path,
            "tools",
            *({"code": f"tool-{number}", "name": f"Imported {number}"} for number in range(120)),
            {"code": "face-finder"},
        )
        assert result.ok
        index()
        assert len(found("imported")) == 120
        assert found("face finder") >= {"face-finder"}
        assert indexing.compare().is_equal

    def test_all_seven_tables_leave_the_index_like_the_database(self, index: Deliver, tmp_path: Path) -> None:
        StageFactory(code="analysis")
        StageFactory(code="victim-identification")
        write_all(tmp_path)
        call_command("import_tools", *sorted(map(str, tmp_path.glob("*.csv"))), stdout=io.StringIO())
        index()
        assert indexing.compare().is_equal
        assert found("facefinder", cautions="yes") == {"face-finder"}

    def test_news_of_what_never_was_is_no_error(self, index: Deliver) -> None:
        ToolFactory(code="one")
        index()
        indexing.deliver(["999999", "0"])
        assert found() == {"one"}

    def test_news_of_every_tool_brings_everything_up_to_date(self, index: Deliver) -> None:
        first, second = ToolFactory(code="one"), ToolFactory(code="two")
        index()
        Tool.objects.filter(pk=first.pk).update(summary_en="Behind the back of the index.")
        Tool.objects.filter(pk=second.pk).update(live=False)
        indexing.deliver([str(first.pk), EVERY_TOOL])
        assert found("behind the back") == {"one"}
        assert found() == {"one"}


def test_the_worker_tells_the_index(committed: Path) -> None:
    indexing.rebuild()
    tool = ToolFactory(code="one", name="Griffeye")
    assert worker.work_once() > 0
    assert found("griffeye") == {"one"}
    tool.delete()
    worker.work_once()
    assert indexing.health().documents == 0


class TestWithoutAnIndex:
    def test_a_search_says_that_there_is_none(self) -> None:
        with pytest.raises(IndexUnavailable):
            found()
        assert not indexing.health().healthy
        assert indexing.health().reason
        assert indexing.needs_rebuild()

    def test_news_waits_for_it(self) -> None:
        with time_machine.travel(datetime(2026, 11, 25, tzinfo=UTC), tick=False) as clock:
            tool = ToolFactory(code="one")
            assert outbox.drain() == 0
            waiting = list(OutboxEntry.objects.filter(topic=INDEX_TOPIC, key=str(tool.pk)))
            assert waiting
            assert all(entry.attempts == 1 for entry in waiting)
            assert all(entry.available_at > timezone.now() for entry in waiting)
            assert all(entry.last_error.startswith("IndexUnavailable") for entry in waiting)
            indexing.rebuild()
            assert outbox.drain() == 0
            clock.shift(timedelta(seconds=2))
            assert outbox.drain() > 0
        assert not outbox.pending(INDEX_TOPIC)
        assert found() == {"one"}

    def test_news_of_every_tool_makes_one(self) -> None:
        ToolFactory(code="one")
        indexing.deliver([EVERY_TOOL])
        assert found() == {"one"}


class TestRebuilding:
    def test_it_holds_every_published_tool_and_says_how_far_it_is(self) -> None:
        for number in range(60):
            ToolFactory(code=f"tool-a{number}")
        ToolFactory(draft=True)
        told: list[tuple[int, int]] = []
        assert indexing.rebuild(lambda done, total: told.append((done, total))) == 60
        assert told[-1] == (60, 60)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert len(found()) == 60
        assert not indexing.needs_rebuild()

    def test_an_empty_catalogue_has_an_index_that_answers(self) -> None:
        assert indexing.rebuild() == 0
        assert found() == set()
        assert indexing.health().healthy
        assert not indexing.needs_rebuild()

    def test_the_old_index_answers_until_the_new_one_is_whole(self, index: Deliver) -> None:
        for number in range(60):
            ToolFactory(code=f"tool-b{number}")
        index()
        Tool.objects.exclude(code="tool-b1").update(live=False)
        seen: list[int] = []
        indexing.rebuild(lambda done, total: seen.append(indexing.health().documents))
        assert set(seen) == {60}
        assert found() == {"tool-b1"}

    def test_another_number_of_tools_asks_for_a_rebuild(self, index: Deliver) -> None:
        ToolFactory()
        assert indexing.needs_rebuild()
        index()
        assert not indexing.needs_rebuild()


class TestComparing:
    def test_it_finds_what_is_missing_too_much_and_different(self, index: Deliver) -> None:
        tools = {code: ToolFactory(code=code) for code in ("kept", "changed", "hidden", "removed")}
        index()
        new = ToolFactory(code="new")
        Tool.objects.filter(code="changed").update(summary_en="Another text.")
        Tool.objects.filter(code="hidden").update(live=False)
        removed = tools["removed"].pk
        tools["removed"].delete()
        comparison = indexing.compare()
        assert comparison.documents == 3
        assert comparison.missing == (str(new.pk),)
        assert comparison.different == (str(tools["changed"].pk),)
        assert set(comparison.surplus) == {str(tools["hidden"].pk), str(removed)}
        assert not comparison.is_equal
        assert indexing.repair() == comparison
        assert indexing.compare().is_equal
        assert found() == {"kept", "changed", "new"}

    def test_equal_is_equal(self, index: Deliver) -> None:
        ToolFactory(with_sources=True, with_alias=True, with_caution=True, stages=["analysis"])
        index()
        comparison = indexing.compare()
        assert comparison.is_equal
        assert comparison.documents == 1

    def test_it_says_how_far_it_is(self, index: Deliver) -> None:
        for _ in range(3):
            ToolFactory()
        index()
        told: list[tuple[int, int]] = []
        indexing.compare(lambda done, total: told.append((done, total)))
        assert told == [(3, 3)]

    def test_without_an_index_there_is_nothing_to_compare(self) -> None:
        with pytest.raises(IndexUnavailable):
            indexing.compare()

    @pytest.mark.parametrize("ending", ["store", "term", "idx", "fast"])
    def test_damage_is_found_and_repaired(self, index: Deliver, index_folder: Path, ending: str) -> None:
        for number in range(30):
            ToolFactory(code=f"tool-c{number}")
        index()
        damage(index_folder, ending)
        forget_index()
        if indexing.health().healthy:
            comparison = indexing.compare()
            assert comparison.damage
            assert not comparison.is_equal
        indexing.repair()
        assert indexing.compare().is_equal
        assert len(found()) == 30

    def test_a_lost_file_is_found_and_repaired(self, index: Deliver, index_folder: Path) -> None:
        ToolFactory(code="one")
        index()
        for path in index_folder.glob("*/meta.json"):
            path.unlink()
        with pytest.raises(IndexUnavailable):
            indexing.compare()
        indexing.repair()
        assert found() == {"one"}

    def test_facts_age_over_night(self, index: Deliver, caplog: pytest.LogCaptureFixture) -> None:
        with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC), tick=False) as clock:
            tool = ToolFactory(code="one")
            FactSourceFactory(tool=tool, checked_on="2026-08-27")
            tool.save()
            index()
            assert found(freshness="within-90-days") == {"one"}
            clock.shift(timedelta(days=1))
            with caplog.at_level(logging.INFO, logger="catalogue.tasks"):
                verify_index()
            assert found(freshness="within-90-days") == set()
            assert found(freshness="within-12-months") == {"one"}
        [record] = [record for record in caplog.records if record.message == "index verified"]
        assert (record.different, record.missing, record.damage) == (1, 0, "")  # type: ignore[attr-defined]

    def test_the_worker_does_that_every_day(self) -> None:
        [duty] = [duty for duty in worker._duties if duty.perform is verify_index]
        assert duty.every <= timedelta(hours=24)


def test_every_reason_for_not_answering_is_a_search_error() -> None:
    assert issubclass(IndexUnavailable, SearchError)
