"""The product as it runs on a server: two web processes over the test database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.db import connection

HOME = Path(__file__).resolve().parent.parent.parent
WORKERS = 2


# Not for the whole session: its processes keep connections to the test database, which later tests would count.
@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[int]:
    """Its port. Only together with transactional_db: what a test's own transaction holds nobody else sees."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = os.environ | {
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "praxis.settings", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "praxis.asgi:application", "--port", str(port), "--no-access-log"]
    command += ["--workers", str(WORKERS), "--log-level", "warning"]
    server = subprocess.Popen(command, env=environment, cwd=HOME)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            line = HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            assert line.getresponse().status == 200
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
