"""Neither the data folder nor the database alone gives a document away (security items 56, 58)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as hub_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from hub.core.crypto import decrypt
from hub.core.documents.vault import Sealed, VaultError, destroy, destroy_strays, open_sealed, seal
from tests.factories.documents import jpeg

PAGES = [jpeg(), jpeg(quality=30), b"a page"]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "evidence"


@hypothesis_settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30
)
@given(st.lists(st.binary(max_size=200), max_size=12))
def test_what_was_sealed_is_opened_again(pages: list[bytes]) -> None:
    assert open_sealed(seal(pages)) == pages


def test_nothing_readable_is_on_the_disk(folder: Path) -> None:
    sealed = seal(PAGES)
    (path,) = folder.iterdir()
    assert path.name == sealed.name
    for part in (b"JFIF", PAGES[0][:40], PAGES[2], decrypt(sealed.key, purpose="evidence")):
        assert part not in path.read_bytes()
    assert decrypt(sealed.key, purpose="evidence") not in sealed.key


def test_only_the_hub_may_look_into_the_folder(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        sealed = seal(PAGES)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / sealed.name).stat().st_mode) == 0o600


def test_no_address_of_the_hub_leads_to_the_folder(folder: Path) -> None:
    for public in (hub_settings.MEDIA_ROOT, hub_settings.STATIC_ROOT):
        assert not folder.is_relative_to(public)
        assert not Path(hub_settings.DATA_DIR, "evidence").is_relative_to(public)


def test_each_document_has_a_name_and_a_key_of_its_own() -> None:
    one, other = seal(PAGES), seal(PAGES)
    assert one.name != other.name
    assert decrypt(one.key, purpose="evidence") != decrypt(other.key, purpose="evidence")
    with pytest.raises(VaultError, match="not its key"):
        open_sealed(Sealed(one.name, other.key))
    assert open_sealed(other) == PAGES


def test_another_secret_key_opens_nothing(settings: Settings) -> None:
    sealed = seal(PAGES)
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(VaultError, match="not its key"):
        open_sealed(sealed)


@pytest.mark.parametrize("position", [0, 1, 30, 1_000, -1_000, -3])
def test_a_forged_file_is_refused(folder: Path, position: int) -> None:
    sealed = seal(PAGES)
    content = bytearray((folder / sealed.name).read_bytes())
    content[position] = ord("A") if content[position] != ord("A") else ord("B")
    (folder / sealed.name).write_bytes(content)
    with pytest.raises(VaultError, match="damaged"):
        open_sealed(sealed)


@pytest.mark.parametrize("length", [0, 1, 50, -1, -4, -500])
def test_a_cut_file_is_refused(folder: Path, length: int) -> None:
    sealed = seal(PAGES)
    path = folder / sealed.name
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(VaultError, match="damaged"):
        open_sealed(sealed)


def test_a_file_under_another_key_is_refused(folder: Path) -> None:
    sealed = seal(PAGES)
    (folder / sealed.name).write_bytes(Fernet(Fernet.generate_key()).encrypt(b"\x00\x00\x00\x01x"))
    with pytest.raises(VaultError, match="damaged"):
        open_sealed(sealed)


@pytest.mark.parametrize("key", [b"", b"x", b"\xff" * 100])
def test_a_key_that_is_none_opens_nothing(key: bytes) -> None:
    with pytest.raises(VaultError, match="not its key"):
        open_sealed(Sealed(seal(PAGES).name, key))


def test_what_is_destroyed_is_gone_and_the_rest_stays(folder: Path) -> None:
    gone, kept = seal(PAGES), seal(PAGES)
    destroy(gone.name)
    destroy(gone.name)
    with pytest.raises(VaultError, match="no document"):
        open_sealed(gone)
    assert open_sealed(kept) == PAGES
    assert [path.name for path in folder.iterdir()] == [kept.name]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../hub.sqlite3", "/etc/hostname", "A" * 32, "a" * 31, "a" * 32 + "\n"]
)
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    sealed = seal(PAGES)
    (folder.parent / "hub.sqlite3").write_bytes(b"x")
    with pytest.raises(VaultError, match="not the name"):
        open_sealed(Sealed(name, sealed.key))
    with pytest.raises(VaultError, match="not the name"):
        destroy(name)
    assert (folder.parent / "hub.sqlite3").exists()


def test_a_full_disk_leaves_no_half_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            seal(PAGES)
    assert list(folder.iterdir()) == []
    assert open_sealed(seal(PAGES)) == PAGES


def test_files_that_no_row_names_are_destroyed_when_they_are_old(folder: Path) -> None:
    kept, stray, young = seal(PAGES), seal(PAGES), seal(PAGES)
    (folder / f"{'a' * 32}.new").write_bytes(b"half")
    for name in (kept.name, stray.name, f"{'a' * 32}.new"):
        os.utime(folder / name, (1, 1))
    assert destroy_strays({kept.name}) == 2
    assert {path.name for path in folder.iterdir()} == {kept.name, young.name}
    assert destroy_strays(set(), older_than=-1) == 2
