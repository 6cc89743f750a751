"""The environment is whole or not there. The packages are made here, so that no network is needed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from launcher.environment import available_ways, ensure_environment, python_of
from launcher.failures import RefusalError, StepError
from launcher.places import PROJECT, RUNTIME_LOCK, TEST_LOCK
from launcher.processes import Log, explain, output_of


class Site:
    """A project with two lock files, and a folder of packages instead of an index."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = folder / "project"
        self.packages = folder / "packages"
        self.environment = self.project / ".venv"
        self.log = Log(folder)
        self.project.mkdir()
        self.packages.mkdir()
        for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
            monkeypatch.delenv(name)
        settings = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.packages),
            "UV_NO_CONFIG": "1",
            "UV_NO_INDEX": "1",
            "UV_FIND_LINKS": str(self.packages),
            "UV_CACHE_DIR": str(folder / "uv-cache"),
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        self.lock(RUNTIME_LOCK, "first")
        self.lock(TEST_LOCK, "first", "second")

    def wheel(self, name: str) -> str:
        """Make a package with one module of its own name; return its hash."""
        path = self.packages / f"{name}-1.0-py3-none-any.whl"
        info = f"{name}-1.0.dist-info"
        files = {
            f"{name}.py": "PRESENT = True\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = ""
        for file, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{file},sha256={digest},{len(text)}\n"
        files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in files.items():
                archive.writestr(zipfile.ZipInfo(file), text)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def lock(self, lock: str, *names: str) -> None:
        """Write a lock file that names packages."""
        lines = [f"{name}==1.0 --hash=sha256:{self.wheel(name)}\n" for name in names]
        (self.project / lock).write_text("".join(lines), encoding="utf-8")

    def ensure(self, lock: str = RUNTIME_LOCK) -> None:
        """Make the environment have everything that a lock file names."""
        ensure_environment(lock, self.log, self.environment, self.project)

    def has(self, name: str) -> bool:
        """Return whether the environment has a package."""
        return bool(output_of(str(python_of(self.environment)), "-c", f"import {name}; print(1)"))

    def is_clean(self) -> bool:
        """Return whether the project holds its lock files and nothing else."""
        return {path.name for path in self.project.iterdir()} == {RUNTIME_LOCK, TEST_LOCK}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Return a project with packages."""
    return Site(tmp_path, monkeypatch)


def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the folders with uv from the path."""
    folders = os.environ["PATH"].split(os.pathsep)
    rest = [folder for folder in folders if shutil.which("uv", path=folder) is None]
    monkeypatch.setenv("PATH", os.pathsep.join(rest))


def test_an_environment_is_made_once(site: Site) -> None:
    site.ensure()
    assert site.has("first")
    inode = site.environment.stat().st_ino
    size = site.log.size()
    site.ensure()
    assert site.environment.stat().st_ino == inode
    assert site.log.size() == size


def test_the_environment_for_tests_serves_for_running_but_not_the_other_way_round(site: Site) -> None:
    site.ensure()
    site.ensure(TEST_LOCK)
    assert site.has("second")
    site.ensure()
    assert site.has("second")


def test_a_changed_lock_file_makes_a_new_environment(site: Site) -> None:
    site.ensure()
    site.lock(RUNTIME_LOCK, "third")
    site.ensure()
    assert site.has("third")
    assert not site.has("first")
    assert not site.environment.with_name(".venv.previous").exists()


def test_an_environment_without_stamp_was_interrupted_and_is_made_anew(site: Site) -> None:
    site.ensure()
    (site.environment / "hub-environment.json").unlink()
    (site.environment / "left-over").touch()
    site.ensure()
    assert site.has("first")
    assert not (site.environment / "left-over").exists()


def test_an_environment_of_another_python_is_made_anew(site: Site) -> None:
    site.ensure()
    stamp = site.environment / "hub-environment.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "python": "3.11.0"}), encoding="utf-8")
    (site.environment / "left-over").touch()
    site.ensure()
    assert not (site.environment / "left-over").exists()


def test_a_folder_that_is_no_environment_is_refused_and_kept(site: Site) -> None:
    site.environment.mkdir()
    (site.environment / "letter.txt").touch()
    with pytest.raises(RefusalError, match="is in the way and is no Python environment: move it away"):
        site.ensure()
    assert (site.environment / "letter.txt").exists()


def test_a_package_with_another_content_leaves_nothing_behind(site: Site) -> None:
    lock = site.project / RUNTIME_LOCK
    lock.write_text(f"first==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(StepError) as failure:
        site.ensure()
    assert explain(failure.value).startswith("A package is not the one that the lock file names")
    assert site.is_clean()


def test_a_failed_change_brings_the_environment_before_back(site: Site) -> None:
    site.ensure()
    lock = site.project / RUNTIME_LOCK
    lock.write_text(f"first==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(StepError):
        site.ensure()
    assert site.has("first")
    site.lock(RUNTIME_LOCK, "first")
    inode = site.environment.stat().st_ino
    site.ensure()
    assert site.environment.stat().st_ino == inode


def test_a_change_that_was_killed_in_the_middle_is_undone(site: Site) -> None:
    site.ensure()
    site.environment.rename(site.environment.with_name(".venv.previous"))
    (site.environment / "bin").mkdir(parents=True)
    site.ensure()
    assert site.has("first")
    assert not site.environment.with_name(".venv.previous").exists()


def test_no_network_is_said_in_one_sentence_and_leaves_nothing_behind(
    site: Site, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_NO_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    nowhere = f"http://127.0.0.1:{closed_port}/simple"
    monkeypatch.setenv("PIP_INDEX_URL", nowhere)
    monkeypatch.setenv("UV_DEFAULT_INDEX", nowhere)
    with pytest.raises(StepError) as failure:
        site.ensure()
    assert explain(failure.value) == (
        "The packages cannot be fetched: check the network connection or proxy and start again"
    )
    assert site.is_clean()


def test_without_any_way_the_package_to_install_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    without_uv(monkeypatch)
    for module in ("ensurepip", "pip"):  # as on Debian without python3-venv and python3-pip
        monkeypatch.setitem(sys.modules, module, None)
    assert available_ways() == []
    with pytest.raises(RefusalError, match="install the package python3-venv"):
        site.ensure()
    assert site.is_clean()


@pytest.mark.long
def test_without_uv_the_standard_library_makes_the_environment(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_uv(monkeypatch)
    assert [way.name for way in available_ways()] in (["venv"], ["pip"])
    site.ensure()
    assert site.has("first")


@pytest.mark.long
def test_when_uv_fails_the_standard_library_takes_over(
    site: Site, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if [way.name for way in available_ways()][:1] != ["uv"]:
        pytest.skip("no uv on this machine")
    monkeypatch.delenv("UV_FIND_LINKS")
    site.ensure()
    assert site.has("first")


@pytest.mark.long
def test_without_ensurepip_the_pip_of_the_machine_installs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_uv(monkeypatch)
    python = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    script = (
        "import sys; sys.modules['ensurepip'] = None\n"
        "from pathlib import Path\n"
        "from launcher.environment import available_ways, ensure_environment\n"
        "from launcher.processes import Log\n"
        "project = Path(sys.argv[1])\n"
        "print(*[way.name for way in available_ways()])\n"
        "if available_ways():\n"
        f"    ensure_environment({RUNTIME_LOCK!r}, Log(project.parent), project / '.venv', project)\n"
    )
    command = [python, "-c", script, str(site.project)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.stdout.split() == []:
        pytest.skip("this machine's Python has no pip of its own")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "pip"
    assert site.has("first")
    assert not site.has("pip")
