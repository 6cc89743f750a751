"""Elasticsearch servers for one test run: the real server, from its publisher's own artefact."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
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


@contextlib.contextmanager
def elasticsearch_node(
    distribution: Distribution, log: Log, *, password: str = "", settings: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Process]]:
    """Run a server on a free port of loopback; yield its address and its process.

    With a password, the user elastic has it and nobody else is let in. Raises StepError if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="hub-node-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        shutil.copytree(distribution.home / "config", folder / "config")
        for part in ("data", "logs", "tmp"):
            (folder / part).mkdir()
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
            HOME=name,
        )
        if password:
            _keep_password(distribution, password, environment, options)
        port = free_port()
        chosen = {
            "http.port": str(port),
            "transport.port": str(free_port()),
            "network.host": "127.0.0.1",
            "path.data": str(folder / "data"),
            "path.logs": str(folder / "logs"),
            "xpack.security.enabled": "true" if password else "false",
            "xpack.security.autoconfiguration.enabled": "false",
            # A disk that is nearly full is no reason to refuse a test's few documents.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **({"discovery.type": "single-node"} if settings is None else settings),
        }
        command = [str(distribution.home / "bin" / "elasticsearch")]
        command += [part for key, value in chosen.items() for part in ("-E", f"{key}={value}")]
        with log.append() as output:
            server = spawn(command, environment, stdout=output, stderr=output, **options)
        try:
            _wait_until_ready(server, port)
            yield f"http://127.0.0.1:{port}", server
        finally:
            stop(server)


def _keep_password(
    distribution: Distribution, password: str, environment: dict[str, str], options: dict[str, Any]
) -> None:
    program = str(distribution.home / "bin" / "elasticsearch-keystore")
    for command, text in (
        ([program, "create"], ""),
        ([program, "add", "-x", "bootstrap.password"], password),
    ):
        done = subprocess.run(
            command, env=environment, input=text.encode(), capture_output=True, check=False, **options
        )
        if done.returncode:
            raise StepError("Keeping a password for Elasticsearch", done.stderr.decode("utf-8", "replace"))


def _wait_until_ready(server: Process, port: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise StepError("Starting an Elasticsearch for the tests", "it does not answer")
        time.sleep(0.25)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_cluster/health?timeout=1s", timeout=2):
            return True
    except urllib.error.HTTPError as error:
        # It asks for a password: it is there.
        return error.code == 401
    except OSError:
        return False
