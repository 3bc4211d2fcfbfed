"""The real application on a real socket: uvicorn in a thread, on the database of the running test."""

import contextlib
import mimetypes
import socket
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from django.contrib.staticfiles import finders

STATIC = "/static/"


@cache
def read_static(name: str) -> tuple[bytes, bytes] | None:
    """Content and type of a static file, as it was when the run first asked for it."""
    found = finders.find(name)
    if not isinstance(found, str):
        return None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Path(found).read_bytes(), kind.encode()


async def send_static(name: str, send: Any) -> None:
    content, kind = read_static(name) or (b"", b"text/plain")
    headers = [(b"content-type", kind), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200 if content else 404, "headers": headers})
    await send({"type": "http.response.body", "body": content})


class Counting:
    """Knows which requests are still being answered, so that no test empties tables under one.

    Static files take a short way: a page has fifty of them, and every test starts with an empty cache.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.busy = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(STATIC):
            return await send_static(scope["path"].removeprefix(STATIC), send)
        # A live stream holds no connection to the database and ends when its page does.
        if scope["type"] != "http" or scope["path"].endswith(("/live/", "/strom")):
            return await self.app(scope, receive, send)
        self.busy += 1
        try:
            return await self.app(scope, receive, send)
        finally:
            self.busy -= 1

    def settle(self, seconds: float = 5) -> None:
        until = time.monotonic() + seconds
        while self.busy and time.monotonic() < until:
            time.sleep(0.01)


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serves until the block ends; gives the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="app under test", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()
