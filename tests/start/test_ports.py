"""The port to serve on."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from launcher.failures import RefusalError
from launcher.ports import choose_port, is_free
from tests.start.conftest import Start


def test_a_wanted_port_that_is_free_is_taken(closed_port: int) -> None:
    assert choose_port(closed_port) == closed_port


def test_a_wanted_port_that_is_in_use_is_refused(taken_port: int) -> None:
    with pytest.raises(RefusalError, match=f"Port {taken_port} is in use: name another"):
        choose_port(taken_port)


def test_a_server_on_ipv6_loopback_counts_because_browsers_ask_it_first() -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        assert not is_free(server.getsockname()[1])


def test_without_a_wish_the_first_free_port_from_8000_is_taken() -> None:
    port = choose_port(None)
    assert 8000 <= port < 8100
    with socket.create_server(("127.0.0.1", port)):
        assert choose_port(None) > port


@pytest.mark.parametrize("port", [-1, 0, 65_536, 10**9])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(RefusalError, match=f"There is no port {port}"):
        choose_port(port)


def test_a_taken_port_ends_start_with_one_sentence_before_anything_is_made(
    start: Start, taken_port: int, tmp_path: Path
) -> None:
    done = start("--port", str(taken_port), "--data", str(tmp_path / "new"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"start.py: Port {taken_port} is in use: name another, or leave --port out to get a free one.\n"
    )
    assert not (tmp_path / "new").exists()
