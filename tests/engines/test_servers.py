"""Clusters as agencies run them: several nodes of which one dies, passwords, API keys, certificates."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from elasticsearch import Elasticsearch

from hub.core.search import Document, Failover, IndexUnavailable, Reader, SearchError, TantivyEngine
from hub.core.search.ast import All
from hub.core.search.elastic_engine import ElasticEngine, connect, state_of_cluster
from hub.core.search.protocol import EngineRequest
from launcher.elasticsearch import Door, Node, elasticsearch_cluster, elasticsearch_node
from launcher.processes import Log
from tests.factories.faulty_server import faulty_server
from tests.factories.servers import elasticsearch_distribution, needs_elasticsearch

from .corpus import SCHEMA, random_document

pytestmark = needs_elasticsearch

EVERYTHING = EngineRequest(All(), scored=False, size=100)
PASSWORD = "a password with: @/ in it"
RIGHTS = """
hub:
  cluster: [monitor]
  indices:
    - names: ["hub-*"]
      privileges: [all]
"""
ROUNDS = 121
"""About half a minute: longer than an election takes."""


def documents(*numbers: int) -> list[Document]:
    return [random_document(Random(number), f"{number}") for number in numbers]


def keys(engine: Reader) -> set[str]:
    return {hit.key for hit in engine.search(EVERYTHING).hits}


class TestAMasterDies:
    """Three nodes, of which the elected master is killed in the middle of questions and changes."""

    def test_nothing_asked_and_nothing_written_is_lost(self, tmp_path: Path) -> None:
        with elasticsearch_cluster(elasticsearch_distribution(), Log(tmp_path)) as nodes:
            first = ElasticEngine(SCHEMA, connect([node.address for node in nodes]))
            second = TantivyEngine(SCHEMA, tmp_path / "index")
            asked = Failover(first, second)
            for engine in (first, second):
                engine.rebuild(documents(*range(50)))
            self.wait_until_green(nodes)
            master = self.master(nodes)
            os.killpg(master.process.pid, signal.SIGKILL)

            waiting: list[int] = []
            written = 50
            by: list[str] = []
            for _ in range(ROUNDS):
                # Each round writes one more document, and asks for all that are there.
                waiting.append(written)
                second.index(documents(written), version=written)
                written += 1
                # As the outbox does: what could not be written comes again, with what has come since.
                if self.write(first, waiting):
                    waiting.clear()
                result = asked.search(EVERYTHING)
                by.append(result.engine)
                missing = len(waiting) if result.engine == first.name else 0
                assert result.total == written - missing

            # The cluster itself answers again, and has everything that was ever written.
            assert by[-1] == first.name
            assert not waiting
            assert first.search(EVERYTHING).total == written
            assert set(first.keys_with_hashes()) == {str(number) for number in range(written)}
            alive = [node for node in nodes if node is not master]
            assert self.master(alive) in alive

    def write(self, engine: ElasticEngine, numbers: list[int]) -> bool:
        try:
            return engine.index(documents(*numbers), version=numbers[-1]) == len(numbers)
        except SearchError:
            return False

    def administrator(self, nodes: list[Node]) -> Elasticsearch:
        return Elasticsearch([node.address for node in nodes], request_timeout=30)

    def wait_until_green(self, nodes: list[Node]) -> None:
        """Wait for the copies of the index on other nodes: before, killing one would lose what was never copied."""
        state = self.administrator(nodes).cluster.health(wait_for_status="green", timeout="60s")
        assert (state["status"], state["number_of_nodes"]) == ("green", len(nodes))

    def master(self, nodes: list[Node]) -> Node:
        elected = self.administrator(nodes).nodes.info(node_id="_master")["nodes"]
        [name] = [node["name"] for node in elected.values()]
        return next(node for node in nodes if node.name == name)


class Secured(NamedTuple):
    """A server that lets in who has the password, over https, and the files of the authority that vouches for it."""

    node: Node
    authority: Path
    other_authority: Path

    def url(self, password: str = PASSWORD, user: str = "elastic") -> str:
        return self.node.address.replace("://", f"://{user}:{quote(password, safe='')}@")


def make_authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certify(name, key.public_key(), name, key, is_authority=True)


def certify(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    authority_key, authority = make_authority("authority")
    _, other = make_authority("another authority")
    key = ec.generate_private_key(ec.SECP256R1())
    files = {
        "authority": authority.public_bytes(serialization.Encoding.PEM),
        "other": other.public_bytes(serialization.Encoding.PEM),
        "certificate": certify("node", key.public_key(), "authority", authority_key).public_bytes(
            serialization.Encoding.PEM
        ),
        "key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }
    for name, content in files.items():
        (folder / f"{name}.pem").write_bytes(content)
    door = Door(folder / "key.pem", folder / "certificate.pem", PASSWORD, RIGHTS)
    with elasticsearch_node(elasticsearch_distribution(), Log(folder), door=door) as node:
        yield Secured(node, folder / "authority.pem", folder / "other.pem")


class TestSecurity:
    """A server that asks who is there, over https."""

    @pytest.fixture
    def prefix(self) -> str:
        return f"test-{secrets.token_hex(6)}-"

    def test_the_password_of_the_address_lets_in(self, secured: Secured, prefix: str) -> None:
        client = connect([secured.url()], ca_file=str(secured.authority))
        assert state_of_cluster(client).status in ("green", "yellow")
        engine = ElasticEngine(SCHEMA, client, prefix=prefix)
        engine.rebuild(documents(1, 2))
        engine.index(documents(3), version=2)
        assert keys(engine) == {"1", "2", "3"}

    def test_who_has_no_password_or_a_wrong_one_learns_nothing(self, secured: Secured, prefix: str) -> None:
        for address in (secured.node.address, secured.url("wrong")):
            engine = ElasticEngine(SCHEMA, connect([address], ca_file=str(secured.authority)), prefix=prefix)
            with pytest.raises(IndexUnavailable, match="401") as refused:
                engine.search(EVERYTHING)
            with pytest.raises(SearchError) as unwritten:
                engine.rebuild(documents(1))
            assert not engine.healthy().healthy
            said = f"{refused.value} {unwritten.value} {engine.healthy().reason}"
            assert "wrong" not in said
            assert "elastic:" not in said

    def test_the_rights_that_operators_are_told_to_give_are_enough_and_reach_no_further(
        self, secured: Secured, prefix: str
    ) -> None:
        client = connect([secured.url(user="hub")], ca_file=str(secured.authority))
        assert state_of_cluster(client).versions
        own = ElasticEngine(SCHEMA, client, prefix=f"hub-{prefix}")
        own.rebuild(documents(1, 2))
        own.rebuild(documents(1, 2, 3))
        own.index(documents(4), version=2)
        own.remove(["2"], version=3)
        assert keys(own) == {"1", "3", "4"}
        assert own.healthy().healthy
        foreign = ElasticEngine(SCHEMA, client, prefix=prefix)
        with pytest.raises(SearchError):
            foreign.rebuild(documents(1))
        with pytest.raises(IndexUnavailable):
            foreign.search(EVERYTHING)

    def test_an_api_key_is_sent_as_elasticsearch_wants_it(self, prefix: str) -> None:
        # This build of Elasticsearch makes no API keys: it lacks the module that their own index needs.
        with faulty_server("broken") as server:
            engine = ElasticEngine(SCHEMA, connect([server.url], api_key="aHViOmtleQ=="), prefix=prefix)
            with pytest.raises(IndexUnavailable) as refused:
                engine.search(EVERYTHING)
            assert set(server.authorizations) == {"ApiKey aHViOmtleQ=="}
        assert "aHViOmtleQ" not in str(refused.value)

    def test_a_server_that_another_authority_vouches_for_is_not_believed(
        self, secured: Secured, prefix: str, tmp_path: Path
    ) -> None:
        embedded = TantivyEngine(SCHEMA, tmp_path / "index")
        embedded.rebuild(documents(1))
        for trusted in (str(secured.other_authority), ""):
            engine = ElasticEngine(SCHEMA, connect([secured.url()], ca_file=trusted), prefix=prefix)
            with pytest.raises(IndexUnavailable, match="TlsError"):
                engine.search(EVERYTHING)
            assert keys(Failover(engine, embedded)) == {"1"}
