"""What was accepted, committed before the answer: kill -9 forgets nothing that was promised."""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accepted (
    id INTEGER PRIMARY KEY AUTOINCREMENT, foreign_id TEXT, recipient TEXT, text TEXT, sender TEXT, at REAL,
    parts INTEGER, dlr TEXT DEFAULT '', dlr_at REAL
)
"""
# Real numbers are long; ours begin there.
FIRST_ID = 77_000_000_000


class Store:
    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute(_SCHEMA)

    def accept(self, message: dict[str, Any]) -> int:
        text = str(message.get("text", ""))
        values = (
            str(message.get("foreign_id", "")), str(message["to"]), text, str(message.get("from", "")), time.time(),
            1 + (len(text) - 1) // 153 if len(text) > 160 else 1,
        )  # fmt: skip
        with self.lock:
            cursor = self.connection.execute(
                "INSERT INTO accepted (foreign_id, recipient, text, sender, at, parts) VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            return FIRST_ID + int(cursor.lastrowid or 0)

    def accepted(self) -> list[dict[str, Any]]:
        return [self._public(row) for row in self._rows("SELECT * FROM accepted ORDER BY id", ())]

    def journal(self, *, recipient: str, msg_id: str, limit: int, offset: int) -> list[dict[str, Any]]:
        rows = self._rows(
            "SELECT * FROM accepted WHERE (? = '' OR recipient = ?) AND (? = '' OR id = ?)"
            " ORDER BY id LIMIT ? OFFSET ?",
            (recipient, recipient, msg_id, int(msg_id or FIRST_ID) - FIRST_ID, limit, offset),
        )
        return [self._public(row) for row in rows]

    def set_dlr(self, msg_id: int, dlr: str) -> None:
        with self.lock:
            self.connection.execute(
                "UPDATE accepted SET dlr = ?, dlr_at = ? WHERE id = ?", (dlr, time.time(), msg_id - FIRST_ID)
            )

    def reset(self) -> None:
        with self.lock:
            self.connection.execute("DELETE FROM accepted")

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[sqlite3.Row]:
        with self.lock:
            return self.connection.execute(statement, values).fetchall()

    @staticmethod
    def _public(row: sqlite3.Row) -> dict[str, Any]:
        return {
            "id": str(FIRST_ID + row["id"]), "to": row["recipient"], "from": row["sender"], "text": row["text"],
            "foreign_id": row["foreign_id"], "timestamp": row["at"], "dlr": row["dlr"],
            "dlr_timestamp": row["dlr_at"], "price": 0.075 * row["parts"], "parts": row["parts"],
        }  # fmt: skip
