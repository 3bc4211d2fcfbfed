"""The simulator of seven.io as a process of its own, and a practice that sends through it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from accounts.models import Practice
from notifications.models import GatewayAccount
from notifications.services.gateways import save_gateway
from tests.notifications import cast

ROOT = Path(__file__).parents[2]
KEY = "schluessel-des-simulators"


class Simulator:
    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, data: Any = None) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        body = json.dumps(data) if data is not None else None
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer)

    def accepted(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/sim/accepted")["accepted"]
        return found

    def fault(self, kind: str, times: int = 1, **fields: Any) -> None:
        self.call("POST", "/sim/faults", [{"kind": kind, "times": times, **fields}])


@contextmanager
def running(folder: Path, callback: str = "") -> Iterator[Simulator]:
    command = [sys.executable, "-m", "simulators.seven", "--port", "0", "--store", str(folder / "seven.sqlite3")]
    process = subprocess.Popen(
        [*command, "--key", KEY, "--callback", callback], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield Simulator(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close() if process.stdout else None


def use_simulator(practice: Practice, simulator: Simulator, *, rate: float = 0, key: str = KEY) -> GatewayAccount:
    """Inside the scope of the practice."""
    return save_gateway(
        practice=practice, channel="sms", kind="seven", secret=key, rate_per_second=rate, base_url=simulator.url,
        is_inside=True, actor=None, now=cast.NOW,
    )  # fmt: skip
