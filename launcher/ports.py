"""The port to serve on."""

from __future__ import annotations

import contextlib
import os
import socket

from launcher.failures import RefusalError

_FIRST, _LAST = 8000, 8099


def choose_port(wanted: int | None) -> int:
    """Return the wanted port, or the first free one. Raises RefusalError if there is none."""
    if wanted is None:
        for port in range(_FIRST, _LAST + 1):
            if is_free(port):
                return port
        raise RefusalError(f"No port from {_FIRST} to {_LAST} is free: name one with --port")
    if not 1 <= wanted <= 65_535:
        raise RefusalError(f"There is no port {wanted}: name one from 1024 to 65535 with --port")
    try:
        free = is_free(wanted)
    except PermissionError as error:
        raise RefusalError(f"Port {wanted} needs an administrator: name one from 1024 on") from error
    if not free:
        raise RefusalError(f"Port {wanted} is in use: name another, or leave --port out to get a free one")
    return wanted


def free_port() -> int:
    """Return a port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Return whether nothing answers at a port of this machine and a server may bind it.

    Raises PermissionError for a port that only an administrator may bind.
    """
    # Browsers try ::1 first for localhost: somebody else's server there would answer instead of the hub.
    return (
        not _answers(socket.AF_INET, "127.0.0.1", port)
        and not _answers(socket.AF_INET6, "::1", port)
        and _can_be_bound(port)
    )


def _answers(family: socket.AddressFamily, address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        return client.connect_ex((address, port)) == 0
    return False


def _can_be_bound(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        if os.name == "posix":
            # As the web server does; connections that have just ended are not in the way.
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True
