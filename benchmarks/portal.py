"""The simulated betty24 portal and the workers that speak to it, in processes of their own."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

KEY = "bench-key"


@dataclass(frozen=True)
class Portal:
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        address = f"/sim/{path}?{urlencode(query)}"
        connection.request(method, address, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        assert answer.status < 300, content
        return content


@contextmanager
def portal_running() -> Iterator[Portal]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "portal.sqlite3")
        command = [sys.executable, "-m", "simulators.betty24", "--port", str(port), "--store", store, "--key", KEY]
        process = subprocess.Popen(command)
        try:
            _wait(port)
            yield Portal(port)
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def workers_running(processes: int) -> Iterator[psutil.Process]:
    """One Celery worker and the beat, as `make run` starts them."""
    celery = [sys.executable, "-m", "celery", "-A", "praxis"]
    quiet = os.environ | {"LOG_LEVEL": "ERROR"}
    commands = [[*celery, "worker", "-c", str(processes), "-l", "ERROR", "--without-mingle", "--without-gossip"]]
    commands += [[*celery, "beat", "-l", "ERROR"]]
    started = [subprocess.Popen(command, env=quiet, stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield psutil.Process(started[0].pid)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def largest_mb(parent: psutil.Process) -> float:
    return max(one.memory_info().rss for one in [parent, *parent.children(recursive=True)]) / 1024**2


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the portal did not answer")
