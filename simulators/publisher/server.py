"""Bytes on the wire. Control, on loopback only and without a key:

POST /sim/faults [{kind, path, times, after, piece, seconds}] (an empty list clears) · GET /sim/requests: what was asked
and how many bytes of body were sent · POST /sim/stale {"on": true|false} · POST /sim/reset
"""

import json
import socket
import struct
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from simulators.publisher.answers import Answer, answer, plain
from simulators.publisher.faults import KINDS, Fault, Faults
from simulators.publisher.shelf import Shelf

LONGEST_BODY = 100_000
MOST_REMEMBERED = 10_000


@dataclass
class Asked:
    path: str
    range: str
    status: int = 0
    sent: int = 0


class PublisherServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], shelf: Shelf) -> None:
        self.shelf, self.faults = shelf, Faults()
        self.lock = threading.Lock()
        self.asked: list[Asked] = []
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without asking for the name of the machine, which may take long."""
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers hang up in the middle: that is what this server is for."""

    def remember(self, one: Asked) -> None:
        with self.lock:
            self.asked = [*self.asked[-MOST_REMEMBERED:], one]

    def control(self, method: str, path: str, data: Any) -> Answer:
        if (method, path) == ("GET", "/sim/requests"):
            with self.lock:
                return _json([asdict(one) for one in self.asked])
        if (method, path) == ("POST", "/sim/faults"):
            return self._set_faults(data if isinstance(data, list) else [data])
        if (method, path) == ("POST", "/sim/stale"):
            self.shelf.freeze() if data.get("on") else self.shelf.thaw()
            return _json({})
        if (method, path) == ("POST", "/sim/reset"):
            self.faults.clear()
            self.shelf.thaw()
            with self.lock:
                self.asked = []
            return _json({})
        return _json({"error": "unknown"}, 404)

    def _set_faults(self, said: list[dict[str, Any]]) -> Answer:
        wanted = [Fault(**one) for one in said]
        unknown = [one.kind for one in wanted if one.kind not in KINDS]
        if unknown:
            return _json({"error": f"unknown: {unknown}"}, 400)
        if wanted:
            self.faults.add(wanted)
        else:
            self.faults.clear()
        return _json({"waiting": len(self.faults.waiting)})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PublisherServer

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY))
        path = unquote(urlsplit(self.path).path)
        with suppress(OSError):
            if path.startswith("/sim/"):
                self._send(self._control(path, body), Asked(path, ""))
            elif self.command == "GET":
                self._offer(path.removeprefix("/"))
            else:
                self._send(plain(405), Asked(path, ""))

    def _control(self, path: str, body: bytes) -> Answer:
        if self.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            return _json({"error": "this came from another page"}, 403)
        try:
            return self.server.control(self.command, path, json.loads(body or b"{}"))
        except (ValueError, TypeError, AttributeError):
            return _json({"error": "not readable"}, 400)

    def _offer(self, path: str) -> None:
        asked = Asked(path, self.headers.get("Range", ""))
        self.server.remember(asked)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(answer(self.server.shelf.read(path), headers, self.server.faults.take(path)), asked)

    def _send(self, reply: Answer, asked: Asked) -> None:
        asked.status = reply.status
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in reply.pieces:
            self.wfile.write(piece)
            asked.sent += len(piece)
        if reply.resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Closed under the feet of its files: only so the other side sees a reset.
            socket.close(self.connection.detach())
        if reply.resets or asked.sent < int(reply.headers.get("Content-Length", sys.maxsize)):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def _json(value: Any, status: int = 200) -> Answer:
    return plain(status, json.dumps(value).encode(), "application/json")


def serve(address: tuple[str, int], shelf: Shelf) -> None:
    with PublisherServer(address, shelf) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
