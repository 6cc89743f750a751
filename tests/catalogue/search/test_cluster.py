"""The catalogue with a cluster: its index is told of every change, and whatever happens to it, pages answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from elasticsearch import Elasticsearch
from pytest_django.fixtures import Settings

from catalogue import api
from catalogue.models import Tool
from catalogue.models.vocabulary import INDEX_TOPIC
from catalogue.search import indexing
from catalogue.tasks import deliver_to_cluster, verify_index
from hub.core import outbox
from hub.core.models import Counter, OutboxEntry
from hub.core.search import Document, Failover, SearchError
from hub.core.search.elastic_engine import ElasticEngine, connect
from tests.factories.catalogue import ToolFactory
from tests.factories.faulty_server import FaultyServer, faulty_server
from tests.factories.servers import ELASTICSEARCH_URL, needs_elasticsearch

pytestmark = [pytest.mark.django_db, *needs_elasticsearch]

CHANNEL = f"{INDEX_TOPIC}@elasticsearch"


@pytest.fixture
def administrator() -> Elasticsearch:
    """Somebody who looks after the cluster, beside the hub."""
    return Elasticsearch([ELASTICSEARCH_URL], request_timeout=30)


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(6)}-"


@pytest.fixture
def cluster(
    settings: Settings, prefix: str, administrator: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultyServer]:
    """The cluster of this hub, and a way to make it fail; both indexes hold what is published now."""
    with faulty_server(behind=urlsplit(ELASTICSEARCH_URL).netloc) as server:
        settings.ELASTICSEARCH = {"addresses": [server.url], "api_key": "", "ca_file": "", "prefix": prefix}
        indexing.cluster.cache_clear()
        indexing.service.cache_clear()
        monkeypatch.setitem(outbox._deliveries, CHANNEL, deliver_to_cluster)
        monkeypatch.setattr(outbox, "_in_order", {*outbox._in_order, CHANNEL})
        assert api.rebuild_index() == []
        yield server
    indexing.cluster.cache_clear()
    indexing.service.cache_clear()
    administrator.indices.delete(index=list(administrator.indices.get(index=f"{prefix}*")) or ["none"])


@pytest.fixture
def engine(cluster: FaultyServer) -> ElasticEngine:
    found = indexing.cluster()
    assert isinstance(found, ElasticEngine)
    return found


def drain() -> None:
    """Deliver all that can be delivered, whatever pause it is in."""
    OutboxEntry.objects.update(available_at="2026-01-01T00:00:00Z")
    while outbox.drain():
        pass


def held(engine: ElasticEngine) -> set[str]:
    return set(engine.keys_with_hashes())


def breaker() -> Failover:
    found = indexing.service().engine
    assert isinstance(found, Failover)
    return found


def names(client: Client, text: str = "") -> list[str]:
    """The tools on the page of the catalogue."""
    response = client.get("/en/catalogue/", {"q": text} if text else {})
    assert response.status_code == 200
    return [tool.name for tool in response.context["found"].tools]


class TestNews:
    def test_both_indexes_are_told_of_every_change(self, engine: ElasticEngine) -> None:
        kept, withdrawn = ToolFactory(), ToolFactory()
        drain()
        assert held(engine) == set(indexing.engine().keys_with_hashes()) == {str(kept.pk), str(withdrawn.pk)}
        withdrawn.unpublish()
        drain()
        assert held(engine) == set(indexing.engine().keys_with_hashes()) == {str(kept.pk)}

    def test_what_could_not_be_told_waits_and_is_told_in_order(
        self, cluster: FaultyServer, engine: ElasticEngine
    ) -> None:
        cluster.fault = "broken"
        first = ToolFactory()
        assert outbox.drain()
        later = ToolFactory()
        # The one behind is due, and waits for the one before it.
        assert outbox.drain()
        assert outbox.waiting() == {CHANNEL: 2}
        assert "elasticsearch" not in {entry.last_error for entry in OutboxEntry.objects.all()}
        assert set(indexing.engine().keys_with_hashes()) == {str(first.pk), str(later.pk)}
        cluster.fault = ""
        assert held(engine) == set()
        drain()
        assert held(engine) == {str(first.pk), str(later.pk)}
        assert outbox.waiting() == {}

    @pytest.mark.parametrize("fault", ["hangs up", "too many", "away", "another page"])
    def test_nothing_is_lost_whatever_fails(
        self, cluster: FaultyServer, engine: ElasticEngine, fault: str
    ) -> None:
        cluster.fault = fault
        tool = ToolFactory()
        outbox.drain()
        assert outbox.waiting() == {CHANNEL: 1}
        cluster.fault = ""
        drain()
        assert held(engine) == {str(tool.pk)}

    def test_an_older_write_never_wins(self, engine: ElasticEngine) -> None:
        def document(name: str) -> Document:
            return Document("7", {"en": {"name": name}}, {}, {"name": name, "newest": 1})

        older, newer = indexing.next_version(), indexing.next_version()
        engine.index([document("new")], version=newer)
        engine.index([document("old")], version=older)
        assert engine.suggest("new", 1) == (("new", "7"),)
        engine.remove(["7"], version=older)
        assert held(engine) == {"7"}
        engine.remove(["7"], version=indexing.next_version())
        engine.index([document("old")], version=newer)
        assert held(engine) == set()

    def test_a_full_disk_stops_writing_and_not_reading(
        self, engine: ElasticEngine, administrator: Elasticsearch, prefix: str, member_client: Client
    ) -> None:
        ToolFactory(name="Griffeye")
        drain()
        administrator.indices.put_settings(
            index=f"{prefix}tools-*", settings={"index.blocks.read_only_allow_delete": True}
        )
        ToolFactory(name="Vosk")
        outbox.drain()
        assert outbox.waiting() == {CHANNEL: 1}
        assert names(member_client, "Griffeye") == ["Griffeye"]
        assert breaker().breaker.state.is_closed
        administrator.indices.put_settings(
            index=f"{prefix}tools-*", settings={"index.blocks.read_only_allow_delete": None}
        )
        drain()
        assert names(member_client, "Vosk") == ["Vosk"]


class TestPages:
    @pytest.mark.parametrize("fault", ["hangs", "broken", "empty"])
    def test_a_page_answers_and_health_says_why(
        self, cluster: FaultyServer, client: Client, member_client: Client, fault: str
    ) -> None:
        ToolFactory(name="Griffeye")
        draft = ToolFactory(name="Griffin", draft=True)
        drain()
        assert names(member_client, "grif") == ["Griffeye"]
        assert client.get("/healthz/").json()["search"]["engine"] == "elasticsearch"
        cluster.fault = fault
        assert names(member_client, "grif") == ["Griffeye"]
        assert names(member_client) == ["Griffeye"]
        assert draft.name not in names(member_client, "Griffin")
        search = client.get("/healthz/").json()["search"]
        assert (search["engine"], search["healthy"]) == ("tantivy", True)
        assert search["reason"]
        assert search["indexes"]["elasticsearch"]["healthy"] is False
        assert client.get("/readyz/").status_code == 200

    def test_an_index_that_is_gone_is_missed_by_nobody(
        self, engine: ElasticEngine, administrator: Elasticsearch, prefix: str, member_client: Client
    ) -> None:
        tool = ToolFactory(name="Griffeye")
        drain()
        administrator.indices.delete(index=list(administrator.indices.get(index=f"{prefix}tools-*")))
        assert names(member_client) == ["Griffeye"]
        tool.name = "Griffeye Analyze"
        tool.save()
        outbox.drain()
        # Elasticsearch must not make an index by itself: it would have no mapping.
        assert not administrator.indices.exists(index=f"{prefix}tools-*", allow_no_indices=False)
        assert outbox.waiting() == {CHANNEL: 1}
        verify_index()
        drain()
        assert held(engine) == {str(tool.pk)}

    def test_a_red_cluster_is_not_asked(
        self, engine: ElasticEngine, administrator: Elasticsearch, prefix: str, member_client: Client
    ) -> None:
        ToolFactory(name="Griffeye")
        drain()
        [index] = administrator.indices.get(index=f"{prefix}tools-*-*-*")
        # An index that no node may hold, in the place of the one that was there.
        administrator.indices.create(
            index=f"{index}-lost",
            settings={"index.routing.allocation.require._name": "nobody"},
            wait_for_active_shards=0,
        )
        administrator.indices.update_aliases(
            actions=[
                {"remove": {"index": index, "alias": engine._read_alias}},
                {"add": {"index": f"{index}-lost", "alias": engine._read_alias}},
            ]
        )
        assert not engine.healthy().healthy
        assert engine.healthy().reason
        assert names(member_client) == ["Griffeye"]
        assert api.search_health()["engine"] == "tantivy"

    def test_another_mapping_has_an_index_of_its_own(
        self, engine: ElasticEngine, cluster: FaultyServer, prefix: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tool = ToolFactory()
        drain()
        monkeypatch.setattr("hub.core.search.elastic_engine.ANALYSIS_VERSION", "another")
        renewed = ElasticEngine(indexing.SCHEMA, connect([cluster.url]), prefix=prefix)
        assert not renewed.healthy().healthy
        with pytest.raises(SearchError):
            renewed.index([])
        indexing.rebuild(of=renewed)
        assert held(renewed) == held(engine) == {str(tool.pk)}


class TestCommands:
    def test_both_indexes_are_rebuilt_and_compared(
        self, engine: ElasticEngine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        tool = ToolFactory()
        with pytest.raises(CommandError, match="differs"):
            call_command("search_verify")
        call_command("search_rebuild")
        call_command("search_verify")
        said = capsys.readouterr().out
        assert "The index in elasticsearch and the database agree on 1 tools." in said
        assert "The index in tantivy and the database agree on 1 tools." in said
        engine.remove([str(tool.pk)])
        call_command("search_verify", "--repair", "--engine", "elasticsearch")
        assert held(engine) == {str(tool.pk)}

    def test_one_that_fails_keeps_no_other_from_being_written(
        self, cluster: FaultyServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ToolFactory()
        cluster.fault = "broken"
        with pytest.raises(CommandError, match="elasticsearch was not written"):
            call_command("search_rebuild")
        assert "The index in tantivy holds 1 tools." in capsys.readouterr().out
        assert len(api.rebuild_index()) == 1

    def test_an_engine_that_there_is_not_is_named(self, cluster: FaultyServer) -> None:
        with pytest.raises(CommandError, match="no index in solr"):
            call_command("search_rebuild", "--engine", "solr")

    def test_a_refused_document_is_named_and_holds_up_no_other(
        self, engine: ElasticEngine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tools = [ToolFactory() for _ in range(3)]
        made = ElasticEngine._writing_of

        def too_long(self: ElasticEngine, document: Document, version: int | None) -> dict[str, object]:
            action = made(self, document, version)
            if document.key == str(tools[1].pk):
                # Lucene holds no term as long as that.
                action["_source"]["browse"] = "x" * 40_000
            return action

        monkeypatch.setattr(ElasticEngine, "_writing_of", too_long)
        drain()
        assert held(engine) == {str(tools[0].pk), str(tools[2].pk)}
        [record] = [one for one in caplog.records if one.getMessage() == "document refused"]
        assert record.__dict__["document"] == str(tools[1].pk)
        with pytest.raises(SearchError, match=str(tools[1].pk)):
            indexing.rebuild(of=engine)
        assert held(engine) == {str(tools[0].pk), str(tools[2].pk)}
        assert Tool.objects.count() == 3
        assert Counter.read(indexing.VERSION_COUNTER) > 0
