"""Bytes on the wire: HTTP/1.1 with keep-alive, TLS, and the faults a network has."""

import socket
import ssl
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from simulators.betty24 import faults
from simulators.betty24.answers import Answer, Refusal, Request
from simulators.betty24.faults import Fault

LONGEST_BODY = 20_000_000
REBIND_SECONDS = 30


@dataclass
class Outcome:
    answer: Answer
    fault: Fault | None = None
    # Nobody answers for so long after this answer.
    down_seconds: float = 0


Responder = Callable[[Request], Outcome]


class PortalServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], respond: Responder, tls: ssl.SSLContext | None) -> None:
        self.respond = respond
        self.tls = tls
        self.down_seconds = 0.0
        self.is_closed = threading.Event()
        self.connections: set[socket.socket] = set()
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without asking for the name of the machine, which may take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def go_down(self, seconds: float) -> None:
        """Returns when the listening socket is closed: from then on callers are refused."""
        self.down_seconds = seconds
        self.shutdown()
        self.is_closed.wait()

    def sever_connections(self) -> None:
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up or do not trust our certificate are nothing to report."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 300

    def setup(self) -> None:
        server = self.portal
        if server.tls:
            self.request.settimeout(10)
            self.request = server.tls.wrap_socket(self.request, server_side=True)
        super().setup()
        server.connections.add(self.connection)

    def finish(self) -> None:
        self.portal.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()
        if self.portal.tls:
            # wrap_socket took the connection over: the server no longer closes it.
            self.connection.close()

    @property
    def portal(self) -> PortalServer:
        return cast(PortalServer, self.server)

    def answer_call(self) -> None:
        body = self._body()
        if body is None:
            return
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        outcome = self._outcome(Request(self.command, address.path, query, headers, body))
        if outcome.down_seconds:
            self.portal.connections.discard(self.connection)
            self.portal.go_down(outcome.down_seconds)
            self.close_connection = True
        self._send(outcome.answer, outcome.fault)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer_call

    def log_message(self, format: str, *args: Any) -> None:
        """The log of calls is kept in the store."""

    def _body(self) -> bytes | None:
        """None when the request was already answered."""
        word = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (word.isascii() and word.isdecimal()):
            refusal = Refusal(411, "length_required", "the body needs a Content-Length")
        elif int(word) > LONGEST_BODY:
            refusal = Refusal(413, "too_long", "the body is too long")
        else:
            return self.rfile.read(int(word))
        self.close_connection = True
        self._send(refusal.answer(), None)
        return None

    def _outcome(self, request: Request) -> Outcome:
        try:
            return self.portal.respond(request)
        except Refusal as refusal:
            return Outcome(refusal.answer())
        except Exception:
            traceback.print_exc()
            return Outcome(Refusal(500, "internal_error", "internal error").answer())

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        kind = fault.kind if fault else None
        if fault and kind == faults.SLOW:
            time.sleep(fault.seconds)
        if kind in (faults.RESET, faults.LOST):
            self._reset()
            return
        hour = faults.WRONG_BY.total_seconds() if kind == "clock" else 0
        head, body = self._head(answer, hour), b"" if self.command == "HEAD" else answer.body
        if kind == faults.HALF:
            self.close_connection = True
            self.wfile.write(head + body[: len(body) // 2] if body else head[: len(head) // 2])
            return
        self.wfile.write(head + body)

    def _head(self, answer: Answer, hour: float) -> bytes:
        status = HTTPStatus(answer.status)
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Date: {self.date_time_string(int(time.time() + hour))}"]
        if answer.status != HTTPStatus.NO_CONTENT:
            lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _reset(self) -> None:
        """Closing a socket that may not linger sends a TCP reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The readers hold the socket open as well; nothing of it may be said goodbye to politely.
        self.rfile.close()
        self.connection.close()


def serve(respond: Responder, address: tuple[str, int], tls: ssl.SSLContext | None) -> None:
    """Until the process ends; in between as often down as the fault script says."""
    while True:
        server = _listening(respond, address, tls)
        server.serve_forever(poll_interval=0.1)
        server.server_close()
        server.sever_connections()
        server.is_closed.set()
        time.sleep(server.down_seconds)


def _listening(respond: Responder, address: tuple[str, int], tls: ssl.SSLContext | None) -> PortalServer:
    deadline = time.monotonic() + REBIND_SECONDS
    while True:
        try:
            return PortalServer(address, respond, tls)
        except OSError:
            # Somebody may hold the port for a moment while we are down.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
