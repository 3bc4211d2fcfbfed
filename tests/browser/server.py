"""The real application on a real socket: uvicorn in a thread, on the database of the running test."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn


class Counting:
    """Knows which requests are still being answered, so that no test empties tables under one."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.busy = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        # The live stream holds no connection to the database and ends when its page does.
        if scope["type"] != "http" or scope["path"] == "/live/":
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
