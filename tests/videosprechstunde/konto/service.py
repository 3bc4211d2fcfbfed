"""The simulator of the service used before, as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[3]


class OldService:
    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, data: Any = None) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        body = json.dumps(data) if data is not None else None
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer)

    def gone(self) -> list[str]:
        found: list[str] = self.call("GET", "/sim/gone")["gone"]
        return found

    def forget(self, *users: str) -> None:
        self.call("POST", "/sim/gone", list(users))

    def deletions(self, user: str) -> list[int]:
        """The status of every DELETE of this account; 0: no answer."""
        calls = self.call("GET", "/sim/calls")["calls"]
        return [one["status"] for one in calls if (one["method"], one["user"]) == ("DELETE", user)]

    def fault(self, kind: str, times: int = 1, **fields: Any) -> None:
        self.call("POST", "/sim/faults", [{"kind": kind, "times": times, **fields}])

    def reset(self) -> None:
        self.call("POST", "/sim/reset", {})


@contextmanager
def running(folder: Path) -> Iterator[OldService]:
    command = [sys.executable, "-m", "simulators.legacy_vss", "--port", "0", "--store", str(folder / "old.sqlite3")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield OldService(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close() if process.stdout else None
