"""The eTermin simulator as a real process, and a small client for its control surface.

The fixture `etermin` (tests/conftest.py): one process for all tests that ask for it, emptied before each.
"""

import http.client
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.betty24_portal import START_SECONDS, free_port

ROOT = Path(__file__).resolve().parent.parent
PUBLIC_KEY, PRIVATE_KEY = "demo-public-key", "demo-private-key"
CALENDAR, OTHER_CALENDAR = "211614", "211615"
PERSON = {"first_name": "Erika", "last_name": "Muster", "email": "erika@example.org", "phone": "+491511234567"}


@dataclass
class EterminAccount:
    store: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start(self, *options: str) -> None:
        command = [sys.executable, "-m", "simulators.etermin", "--port", str(self.port), "--store", str(self.store)]
        command += options
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.raw("GET", "/sim/faults")
                return
            except OSError:
                assert self.process
                assert self.process.poll() is None, "the simulator ended"
                assert time.monotonic() < deadline, "the simulator does not answer"
                time.sleep(0.02)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=START_SECONDS)

    def raw(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = None if body is None else json.dumps(body).encode()
            connection.request(method, path, sent, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): word for name, word in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        status, _headers, content = self.raw(method, f"/sim/{path}", body)
        assert 200 <= status < 300, content
        return json.loads(content)

    def set_up(self, **fields: Any) -> None:
        self.sim("PUT", "account", fields)

    def book(self, starts_at: datetime, *, minutes: int = 15, calendar: str = CALENDAR, **fields: Any) -> str:
        """Answers the external id."""
        body = {**PERSON, "calendar": calendar, **span(starts_at, minutes), **fields}
        return str(self.sim("POST", "appointments", body)["uid"])

    def move(self, uid: str, starts_at: datetime, *, minutes: int = 15, **fields: Any) -> None:
        self.sim("PUT", f"appointments/{uid}", {**span(starts_at, minutes), **fields})

    def delete(self, uid: str) -> None:
        self.sim("DELETE", f"appointments/{uid}")

    def appointments(self) -> list[dict[str, Any]]:
        return list(self.sim("GET", "appointments")["appointments"])

    def pushes(self) -> list[dict[str, Any]]:
        return list(self.sim("GET", "pushes")["pushes"])

    def faults(self, *lines: dict[str, Any]) -> None:
        self.sim("POST", "faults", list(lines))

    def release(self, order: list[int] | None = None) -> None:
        self.sim("POST", "release", {"order": order})


def span(starts_at: datetime, minutes: int) -> dict[str, str]:
    return {"start": starts_at.isoformat(), "end": (starts_at + timedelta(minutes=minutes)).isoformat()}


@pytest.fixture(scope="session")
def etermin_process() -> Iterator[EterminAccount]:
    with tempfile.TemporaryDirectory(prefix="etermin-") as folder:
        one = EterminAccount(Path(folder) / "account.sqlite3", free_port())
        try:
            yield one
        finally:
            one.stop()


@pytest.fixture
def etermin(etermin_process: EterminAccount) -> EterminAccount:
    """Empty and without faults, whatever the test before did to it."""
    if etermin_process.process is None or etermin_process.process.poll() is not None:
        etermin_process.start()
    etermin_process.wait_until_up()
    etermin_process.sim("POST", "reset")
    return etermin_process
