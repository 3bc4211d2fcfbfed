"""The betty24 simulator as a real process, and a small client for its control surface.

Every test has the fixture `portal` (tests/conftest.py): one process for all of them, emptied before each.
"""

import http.client
import json
import random
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEY = "test-key"
START_SECONDS = 20
# Below the ports the system gives to callers: nobody takes ours while the portal is down.
PORTS = range(20_000, 30_000)
PATIENT = {
    "last_name": "Mustermann",
    "first_name": "Erika",
    "birth_date": "1964-08-12",
    "phone": "0201 123456",
    "email": "erika@example.org",
    "insurance": "gesetzlich",
}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class PortalRefused(AssertionError):
    """The control surface said no; `reply` has its words."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status} {reply.body.decode(errors='replace')[:500]}")
        self.reply = reply


@dataclass
class Portal:
    """Control calls raise PortalRefused unless they are answered with 2xx; `request` never does."""

    store: Path
    base_url: str
    key: str = KEY
    # Further words of the command line, as --tls-cert FILE.
    options: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.base_url)
        return parts.hostname or "", parts.port or 0

    def start(self) -> None:
        words = ["--port", str(self.address[1]), "--store", str(self.store), "--key", self.key, *self.options]
        command = [sys.executable, "-m", "simulators.betty24", *words]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(self.address, timeout=1).close()
                return
            except OSError:
                assert self.process
                assert self.process.poll() is None, "the simulator ended"
                assert time.monotonic() < deadline, "the simulator does not answer"
                time.sleep(0.02)

    def kill(self) -> None:
        """As a crash: no chance to say goodbye. `start` goes on with the same store."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(timeout=START_SECONDS)

    def request(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, timeout: float = 20
    ) -> Reply:
        """One call on a connection of its own. Bytes go as they are, everything else as JSON."""
        connection = (
            http.client.HTTPSConnection(*self.address, timeout=timeout, context=self.tls)
            if self.tls
            else http.client.HTTPConnection(*self.address, timeout=timeout)
        )
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        try:
            connection.request(method, path, sent, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): word for name, word in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def v1(self, method: str, path: str, body: Any = None, *, key: str = "", **query: object) -> Reply:
        """A protocol call as the practice makes it."""
        address = f"/v1{path}" + (f"?{urlencode(query)}" if query else "")
        return self.request(method, address, body, headers={"Authorization": f"ApiKey {key or self.key}"})

    def sim(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        address = f"/sim/{path}?{urlencode({'key': self.key} | query)}"
        reply = self.request(method, address, body)
        if not 200 <= reply.status < 300:
            raise PortalRefused(reply)
        return reply.json()

    def book(
        self, calendar: str, start: datetime, end: datetime | None = None, *, force: bool = False, **patient: str
    ) -> dict[str, Any]:
        """Fifteen minutes for Erika Mustermann unless told otherwise."""
        fields = {"calendar": calendar, "patient": PATIENT | patient, "force": force, **_span(start, end)}
        return dict(self.sim("POST", "bookings", fields))

    def cancel(self, booking_id: str) -> dict[str, Any]:
        return dict(self.sim("POST", f"bookings/{booking_id}/cancel"))

    def move(
        self, booking_id: str, start: datetime, end: datetime | None = None, *, calendar: str = "", force: bool = False
    ) -> dict[str, Any]:
        fields = {"force": force, **_span(start, end)} | ({"calendar": calendar} if calendar else {})
        return dict(self.sim("POST", f"bookings/{booking_id}/move", fields))

    def bookings(self) -> list[dict[str, Any]]:
        return list(self.sim("GET", "bookings")["bookings"])

    def locks(self, calendar: str = "") -> list[dict[str, Any]]:
        return list(self.sim("GET", "locks", **({"calendar": calendar} if calendar else {}))["locks"])

    def placements(self) -> list[dict[str, Any]]:
        return list(self.sim("GET", "placements")["placements"])

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        return list(self.sim("GET", "log", after=after)["calls"])

    def faults(self, *lines: dict[str, Any]) -> None:
        """Replace the fault script: portal.faults({"on": "pull", "kind": "500", "times": 2}); none clears it."""
        self.sim("POST", "faults", list(lines))

    def faults_left(self) -> list[dict[str, Any]]:
        return list(self.sim("GET", "faults")["faults"])

    def expire_cursor(self) -> None:
        self.sim("POST", "expire-cursor")

    def reset(self) -> None:
        self.sim("POST", "reset")

    def add_practice(self, key: str, *calendar_ids: str) -> "Portal":
        """The same process seen by another practice."""
        calendars = [{"id": word, "name": f"Kalender {word}"} for word in calendar_ids]
        self.sim("POST", "practices", {"key": key, "calendars": calendars})
        other = Portal(self.store, self.base_url, key, tls=self.tls)
        # An earlier test may have used the same key.
        other.reset()
        return other


@pytest.fixture(scope="session")
def portal_process() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="betty24-") as folder:
        one = Portal(Path(folder) / "portal.sqlite3", f"http://127.0.0.1:{free_port()}")
        try:
            yield one
        finally:
            one.stop()


@pytest.fixture
def portal(portal_process: Portal) -> Portal:
    """Empty and without faults, whatever the test before did to it."""
    if portal_process.process is None or portal_process.process.poll() is not None:
        portal_process.start()
    portal_process.wait_until_up()
    portal_process.reset()
    return portal_process


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            # As the portal binds: a port somebody has just left is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _span(start: datetime, end: datetime | None) -> dict[str, str]:
    return {"start": start.isoformat(), "end": (end or start + timedelta(minutes=15)).isoformat()}
