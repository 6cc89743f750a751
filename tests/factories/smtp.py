"""A mail relay of our own on loopback, which fails as relays do."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from types import TracebackType

FAULTS = ("refuses", "hangs", "defers", "rejects", "cut after data")
"""No connection; no word; 4xx; 5xx; the line goes dead before the answer to the text."""


class SmtpServer(socketserver.ThreadingTCPServer):
    """Keeps the recipients of what it takes. An address that begins with "refused" is refused."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port = int(self.server_address[1])
        self.fault = ""
        self.received: list[str] = []
        self.going_on = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> SmtpServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.going_on.set()
        self.shutdown()
        self.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        fault = self.server.fault
        if fault == "refuses":
            return
        if fault == "hangs":
            self.server.going_on.wait(5)
            return
        with contextlib.suppress(OSError):
            self._talk(fault)

    def _talk(self, fault: str) -> None:
        recipient = ""
        self._say("220 relay.example")
        while line := self.rfile.readline().decode().strip():
            command = line.upper()
            if command.startswith("RCPT"):
                recipient = line.partition("<")[2].partition(">")[0]
                answer = {"defers": "451 later", "rejects": "550 no"}.get(fault, "250 ok")
                self._say("550 no" if recipient.startswith("refused") else answer)
            elif command == "DATA":
                self._say("354 go on")
                while self.rfile.readline().rstrip(b"\r\n") != b".":
                    pass
                if fault == "cut after data":
                    return
                self.server.received.append(recipient)
                self._say("250 taken")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
