"""The product as it runs on a server: uvicorn in processes of its own, asked over HTTP."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Server:
    port: int
    process: psutil.Process

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        assert connection.sock
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def memory_mb(self) -> float:
        """Resident memory of the largest web process."""
        family = [self.process, *self.process.children(recursive=True)]
        return max(one.memory_info().rss for one in family) / 1024**2


@contextmanager
def serving(workers: int, application: str = "praxis.asgi:application") -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--no-access-log"]
    command += ["--workers", str(workers), "--log-level", "warning", "--timeout-graceful-shutdown", "1"]
    process = subprocess.Popen(command, env=os.environ | {"LOG_LEVEL": "ERROR"})
    try:
        _wait(port)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the web process did not answer")


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, bytes, float]:
    """Status, body and seconds from sending to the last byte."""
    started = time.perf_counter()
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    return answer.status, content, time.perf_counter() - started
