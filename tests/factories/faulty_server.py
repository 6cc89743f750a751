"""A server that fails as servers do: for what asks Elasticsearch, with a real one behind it or with none."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

_JSON = "application/vnd.elasticsearch+json;compatible-with=8"
_REFUSAL = b'{"error": {"type": "too_many_nested_clauses"}, "status": 400}'
_ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "too many": (429, _JSON, b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}'),
    "broken": (500, _JSON, b'{"error": {"type": "exception"}, "status": 500}'),
    "away": (503, "text/html", b"<h1>Service Unavailable</h1>"),
    "empty": (200, _JSON, b"{}"),
    "a list": (200, _JSON, b"[1, 2]"),
    "another page": (200, "text/html", b"<h1>Welcome to the wireless network</h1>"),
    "another age": (200, _JSON, b'{"nodes": {"a": {"version": "7.17.0"}}, "status": "green"}'),
    "no words": (200, _JSON, b'{"hits": '),
    "in part": (
        200,
        _JSON,
        json.dumps(
            {
                "timed_out": True,
                "_shards": {"total": 2, "successful": 1, "skipped": 0, "failed": 1},
                "hits": {"total": {"value": 0, "relation": "eq"}, "hits": []},
                "count": 0,
            }
        ).encode(),
    ),
}
FAULTS = ("refuses", "hangs", "hangs up", "not elasticsearch", *_ANSWERS)


class FaultyServer:
    """Listens on a free port of loopback. `fault` is one of FAULTS, or "too much", or empty to hand on to the server behind."""

    def __init__(self, behind: str = "") -> None:
        """Hand on to the server `behind`, host and port, as long as there is no fault."""
        self.behind = behind
        self.fault = ""
        self.asked: list[str] = []
        self.authorizations: list[str] = []
        self._going_on = threading.Event()
        server = self

        class Handler(_Handler):
            faulty = server

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Refuse connections from now on."""
        self._going_on.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_for_end(self) -> None:
        """Stand still until the server is closed."""
        self._going_on.wait(30)


class _Handler(BaseHTTPRequestHandler):
    faulty: ClassVar[FaultyServer]
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.faulty.asked.append(f"{self.command} {self.path}")
        self.faulty.authorizations.append(self.headers.get("Authorization", ""))
        fault = self.faulty.fault
        self.close_connection = True
        if fault == "hangs":
            self.faulty.wait_for_end()
        elif fault == "not elasticsearch":
            self._send(200, _JSON, b'{"count": 1}', product="")
        elif fault == "too much":
            self._send(400, _JSON, _REFUSAL)
        elif fault in _ANSWERS:
            self._send(*_ANSWERS[fault])
        elif not fault:
            self._hand_on(body)

    def _send(self, status: int, kind: str, body: bytes, product: str = "Elasticsearch") -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if product:
                self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def _hand_on(self, body: bytes) -> None:
        behind = http.client.HTTPConnection(self.faulty.behind, timeout=30)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("host", "connection", "content-length", "accept-encoding")
        }
        try:
            behind.request(self.command, self.path, body, headers)
            answer = behind.getresponse()
            self._send(answer.status, answer.headers.get("Content-Type", _JSON), answer.read())
        finally:
            behind.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - names of the base class

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def faulty_server(fault: str = "", behind: str = "") -> Iterator[FaultyServer]:
    """Serve with a fault."""
    server = FaultyServer(behind)
    server.fault = fault
    if fault == "refuses":
        server.close()
    try:
        yield server
    finally:
        server.close()
