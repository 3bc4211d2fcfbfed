"""Bytes on the wire."""

import json
import socket
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simulators.seven.control import Control
from simulators.seven.gateway import Gateway, Reply, json_reply

LONGEST_BODY = 1_000_000


class GatewayServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], gateway: Gateway, control: Control) -> None:
        self.gateway, self.control = gateway, control
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without asking for the name of the machine, which may take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GatewayServer

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY)
        body = self.rfile.read(length)
        with suppress(OSError):
            self._answer(self._reply(body))

    def _reply(self, body: bytes) -> Reply:
        parts = urlsplit(self.path)
        try:
            data = self._data(body)
        except ValueError:
            return json_reply({"error": "not readable"}, 400)
        if parts.path.startswith("/sim/"):
            if self.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
                return json_reply({"error": "this came from another page"}, 403)
            return self.server.control.respond(self.command, parts.path, data)
        key = self.headers.get("X-Api-Key", "")
        query = dict(parse_qsl(parts.query))
        return self.server.gateway.respond(self.command, parts.path, query, data if isinstance(data, dict) else {}, key)

    def _data(self, body: bytes) -> Any:
        if not body:
            return {}
        if "json" in self.headers.get("Content-Type", "json"):
            return json.loads(body)
        return dict(parse_qsl(body.decode()))

    def _answer(self, reply: Reply) -> None:
        if reply.breaks:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Closed under the feet of its files: only so the other side sees a reset.
            socket.close(self.connection.detach())
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.retry_after:
            self.send_header("Retry-After", reply.retry_after)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: its lines would hold telephone numbers."""


def serve(address: tuple[str, int], gateway: Gateway, control: Control) -> None:
    with GatewayServer(address, gateway, control) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
