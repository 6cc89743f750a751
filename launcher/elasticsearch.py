"""Elasticsearch servers for one test run: the real server, from its publisher's own artefact."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from launcher.failures import StepError
from launcher.ports import free_port
from launcher.processes import Log, Process, clean_environment, output_of, run, spawn, stop

VERSION = "8.19.8"
_ARTEFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_JAVA_VERSIONS = range(17, 25)
_HEAP = "512m"
_SECONDS_TO_ANSWER = 120


class Source(NamedTuple):
    """What it takes to run Elasticsearch: a Java, and the archive or the Maven that gets it."""

    java: Path
    archive: Path
    maven: str


class Distribution(NamedTuple):
    """An unpacked Elasticsearch, its Java, and whom its servers run as."""

    home: Path
    java: Path
    owner: str


def find_elasticsearch() -> Source | None:
    """Return what is there to run Elasticsearch, or None if Java is missing, or the archive and Maven both are."""
    java = _find_java()
    repository = Path(os.environ.get("MAVEN_REPOSITORY") or Path.home() / ".m2" / "repository")
    folder = repository / "org/elasticsearch/distribution/integ-test-zip/elasticsearch" / VERSION
    archive = folder / f"elasticsearch-{VERSION}.zip"
    maven = shutil.which("mvn") or ""
    return Source(java, archive, maven) if java and (archive.exists() or maven) else None


def _find_java() -> Path | None:
    named = [os.environ[name] for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    homes = [*map(Path, named), *sorted(Path("/usr/lib/jvm").glob("*"))]
    return next((home for home in homes if _java_version(home) in _JAVA_VERSIONS), None)


def _java_version(home: Path) -> int:
    with contextlib.suppress(OSError):
        found = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"))
        if found and (home / "bin" / "java").exists():
            return int(found[1])
    return 0


@contextlib.contextmanager
def unpacked_elasticsearch(source: Source, log: Log) -> Iterator[Distribution]:
    """Get the archive if it is not there, and unpack it into a temporary folder. Raises StepError if it cannot be."""
    if not source.archive.exists():
        command = [source.maven, "-q", "dependency:get", f"-Dartifact={_ARTEFACT}", "-Dtransitive=false"]
        run("Getting Elasticsearch for the tests", command, clean_environment(), log)
    with tempfile.TemporaryDirectory(prefix="hub-elasticsearch-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with zipfile.ZipFile(source.archive) as archive:
            archive.extractall(folder)
        home = folder / f"elasticsearch-{VERSION}"
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
        owner = ""
        if os.name == "posix" and os.geteuid() == 0:
            # Elasticsearch refuses to run as root.
            owner = "elasticsearch" if output_of("id", "-u", "elasticsearch") else "nobody"
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, owner)
        yield Distribution(home, source.java, owner)


class Door(NamedTuple):
    """Whom a server lets in: over https, with the PEM files of its key and certificate, and with a password only.

    The user elastic has it and may do everything; the user hub has it, too, and the rights of a role in YAML.
    """

    key: Path
    certificate: Path
    password: str
    rights: str


class Node(NamedTuple):
    """A running server: its name, its address without user and password, and its process."""

    name: str
    address: str
    process: Process


@contextlib.contextmanager
def elasticsearch_node(distribution: Distribution, log: Log, *, door: Door | None = None) -> Iterator[Node]:
    """Run a server on a free port of loopback; with a door, it is open to those whom that lets in only.

    Raises StepError if it does not start.
    """
    chosen = {"discovery.type": "single-node"}
    with _started("node-1", free_port(), distribution, log, chosen, door) as node:
        _wait_until_ready([node])
        yield node


@contextlib.contextmanager
def elasticsearch_cluster(distribution: Distribution, log: Log, nodes: int = 3) -> Iterator[list[Node]]:
    """Run a cluster of several servers on loopback. Raises StepError if it does not start."""
    ports = {f"node-{number}": free_port() for number in range(1, nodes + 1)}
    chosen = {
        "cluster.name": f"hub-{next(iter(ports.values()))}",
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports.values()),
        "cluster.initial_master_nodes": ",".join(ports),
    }
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(_started(name, port, distribution, log, chosen))
            for name, port in ports.items()
        ]
        _wait_until_ready(started)
        yield started


@contextlib.contextmanager
def _started(
    name: str,
    transport_port: int,
    distribution: Distribution,
    log: Log,
    chosen: Mapping[str, str],
    door: Door | None = None,
) -> Iterator[Node]:
    with tempfile.TemporaryDirectory(prefix="hub-node-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        shutil.copytree(distribution.home / "config", folder / "config")
        for part in ("data", "logs", "tmp"):
            (folder / part).mkdir()
        port = free_port()
        settings = {
            "node.name": name,
            "http.port": str(port),
            "transport.port": str(transport_port),
            "network.host": "127.0.0.1",
            "path.data": str(folder / "data"),
            "path.logs": str(folder / "logs"),
            "xpack.security.enabled": "true" if door else "false",
            "xpack.security.autoconfiguration.enabled": "false",
            # A disk that is nearly full is no reason to refuse a test's few documents.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **chosen,
        }
        if door:
            settings["xpack.security.http.ssl.enabled"] = "true"
            for part, source in (("key", door.key), ("certificate", door.certificate)):
                shutil.copy(source, folder / "config" / f"{part}.pem")
                settings[f"xpack.security.http.ssl.{part}"] = f"{part}.pem"
            (folder / "config" / "roles.yml").write_text(door.rights, encoding="utf-8")
        options: dict[str, Any] = {"cwd": folder}
        if distribution.owner:
            options.update(user=distribution.owner, extra_groups=[])
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, distribution.owner)
        environment = clean_environment(
            ES_JAVA_HOME=str(distribution.java),
            ES_JAVA_OPTS=f"-Xms{_HEAP} -Xmx{_HEAP}",
            ES_PATH_CONF=str(folder / "config"),
            ES_TMPDIR=str(folder / "tmp"),
            HOME=place,
        )
        if door:
            _keep_password(distribution, door.password, environment, options)
        command = [str(distribution.home / "bin" / "elasticsearch")]
        command += [part for key, value in settings.items() for part in ("-E", f"{key}={value}")]
        with log.append() as output:
            server = spawn(command, environment, stdout=output, stderr=output, **options)
        try:
            yield Node(name, f"{'https' if door else 'http'}://127.0.0.1:{port}", server)
        finally:
            stop(server)


def _keep_password(
    distribution: Distribution, password: str, environment: dict[str, str], options: dict[str, Any]
) -> None:
    programs = distribution.home / "bin"
    keystore, users = str(programs / "elasticsearch-keystore"), str(programs / "elasticsearch-users")
    for command, text in (
        ([keystore, "create"], ""),
        ([keystore, "add", "-x", "bootstrap.password"], password),
        ([users, "useradd", "hub", "-p", password, "-r", "hub"], ""),
    ):
        done = subprocess.run(
            command, env=environment, input=text.encode(), capture_output=True, check=False, **options
        )
        if done.returncode:
            raise StepError("Keeping a password for Elasticsearch", done.stderr.decode("utf-8", "replace"))


def _wait_until_ready(nodes: Sequence[Node]) -> None:
    """Return when all have found each other. Raises StepError if one ends, or if it takes too long."""
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while not all(_answers(node.address, len(nodes)) for node in nodes):
        if any(node.process.poll() is not None for node in nodes) or time.monotonic() > deadline:
            raise StepError("Starting an Elasticsearch for the tests", "it does not answer")
        time.sleep(0.25)


def _answers(address: str, nodes: int) -> bool:
    # Whether it is the right server is for the test to ask: this one has just been started here.
    context = ssl._create_unverified_context() if address.startswith("https") else None
    question = f"{address}/_cluster/health?timeout=1s&wait_for_nodes={nodes}"
    try:
        with urllib.request.urlopen(question, timeout=2, context=context):
            return True
    except urllib.error.HTTPError as error:
        # It asks for a password: it is there.
        return error.code == 401
    except OSError:
        return False
