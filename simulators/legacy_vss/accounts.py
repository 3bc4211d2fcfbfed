"""GET and DELETE of /api/v1/accounts/USER. Every account exists until it is deleted; who asks needs a password, any."""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from simulators.seven.faults import Fault, Faults
from simulators.seven.gateway import Reply, json_reply

PREFIX = "/api/v1/accounts/"
# Before anything is done: slow 404 500 401 429 hang reset. After it is done: 500after reset-after.
KINDS = {"slow", "404", "500", "401", "429", "hang", "reset", "500after", "reset-after"}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS gone (user TEXT PRIMARY KEY, at REAL);
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, method TEXT, user TEXT, status INTEGER, at REAL);
"""


class Accounts:
    """What was deleted is committed before the answer: kill -9 forgets nothing that was promised."""

    def __init__(self, path: Path, faults: Faults) -> None:
        self.faults = faults
        self.lock = threading.Lock()
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}")

    def respond(self, method: str, user: str, authorization: str) -> Reply:
        fault = self.faults.take(method)
        early = _instead(fault)
        if early is not None:
            self._note(method, user, 0 if early.breaks else early.status)
            return early
        if not authorization.startswith("Basic "):
            return json_reply({"error": "sign in"}, 401)
        reply = self._delete(user) if method == "DELETE" else self._show(user)
        self._note(method, user, reply.status)
        if fault is not None and fault.kind == "reset-after":
            return Reply(breaks=True)
        if fault is not None and fault.kind == "500after":
            return Reply(b"oops", 500, "text/plain")
        return reply

    def forget(self, user: str) -> bool:
        """False: it was gone already."""
        with self.lock:
            cursor = self.connection.execute("INSERT OR IGNORE INTO gone VALUES (?, ?)", (user, time.time()))
            return cursor.rowcount == 1

    def reset(self) -> None:
        with self.lock:
            self.connection.executescript("DELETE FROM gone; DELETE FROM calls")

    def calls(self) -> list[dict[str, Any]]:
        with self.lock:
            found = self.connection.execute("SELECT method, user, status FROM calls ORDER BY id").fetchall()
        return [{"method": method, "user": user, "status": status} for method, user, status in found]

    def gone(self) -> list[str]:
        with self.lock:
            return [user for (user,) in self.connection.execute("SELECT user FROM gone ORDER BY at")]

    def _delete(self, user: str) -> Reply:
        return Reply(status=204) if self.forget(user) else _unknown()

    def _show(self, user: str) -> Reply:
        return _unknown() if user in self.gone() else json_reply({"user": user})

    def _note(self, method: str, user: str, status: int) -> None:
        with self.lock:
            self.connection.execute(
                "INSERT INTO calls (method, user, status, at) VALUES (?, ?, ?, ?)", (method, user, status, time.time())
            )


def _unknown() -> Reply:
    return json_reply({"error": "no such account"}, 404)


def _instead(fault: Fault | None) -> Reply | None:
    if fault is None or fault.kind.endswith("after"):
        return None
    if fault.kind in ("slow", "hang"):
        time.sleep(fault.seconds)
        return None if fault.kind == "slow" else Reply(breaks=True)
    if fault.kind == "reset":
        return Reply(breaks=True)
    wait = str(int(fault.seconds or 1)) if fault.kind == "429" else ""
    return Reply(b"{}", int(fault.kind), retry_after=wait)
