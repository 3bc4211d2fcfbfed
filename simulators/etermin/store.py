"""One account in one SQLite file. Every change is committed before it is answered or pushed."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulators.betty24.answers import Refusal

SCHEMA = """
create table if not exists appointment (
    n integer primary key autoincrement, uid text not null unique, seq integer not null, deleted integer not null,
    fields text not null
);
create table if not exists push (
    n integer primary key autoincrement, uid text not null, command text not null, status text not null
);
create table if not exists account (name text primary key, value text not null) without rowid;
"""
Fields = dict[str, Any]
CALENDARS = [
    {"id": "211614", "name": "Dr. Reuter", "reference": ""},
    {"id": "211615", "name": "Dr. Brandes", "reference": ""},
]
# What an account has before anybody set it up.
ACCOUNT: Fields = {
    "push_url": "", "push_header": "X-Praxis-Key", "push_secret": "", "push_mode": "json",
    "public_key": "demo-public-key", "private_key": "demo-private-key", "calendars": CALENDARS,
    "location": "Arztkonsultation", "time_zone": "Europe/Berlin", "calls_url": "", "calls_token": "",
}  # fmt: skip


class Store:
    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def account(self) -> Fields:
        with self._lock:
            rows = self._db.execute("select name, value from account").fetchall()
        return ACCOUNT | {row["name"]: json.loads(row["value"]) for row in rows}

    def set_up(self, fields: Fields) -> Fields:
        if unknown := sorted(set(fields) - set(ACCOUNT)):
            raise Refusal(422, "invalid", f"no such setting: {', '.join(unknown)}")
        with self.transaction() as db:
            for name, value in fields.items():
                db.execute("insert or replace into account values (?, ?)", (name, json.dumps(value)))
        return self.account()

    def add(self, fields: Fields) -> Fields:
        uid = str(fields.pop("uid", "") or uuid.uuid4())
        with self.transaction() as db:
            try:
                db.execute(
                    "insert into appointment (uid, seq, deleted, fields) values (?, ?, 0, ?)",
                    (uid, _next_seq(db), json.dumps(fields)),
                )
            except sqlite3.IntegrityError:
                raise Refusal(409, "known", "this id exists") from None
        return self.one(uid)

    def change(self, uid: str, changes: Fields, *, deleted: bool = False) -> Fields:
        with self.transaction() as db:
            row = db.execute("select * from appointment where uid = ? and deleted = 0", (uid,)).fetchone()
            if row is None:
                raise Refusal(404, "unknown", "ID does not exist!")
            fields = json.loads(row["fields"]) | changes
            db.execute(
                "update appointment set fields = ?, seq = ?, deleted = ? where uid = ?",
                (json.dumps(fields), _next_seq(db), int(deleted), uid),
            )
        return self.one(uid)

    def one(self, uid: str) -> Fields:
        found = [row for row in self.all(with_deleted=True) if row["uid"] == uid]
        if not found:
            raise Refusal(404, "unknown", "ID does not exist!")
        return found[0]

    def all(self, *, after: int = 0, with_deleted: bool = False) -> list[Fields]:
        """By the time of their last change."""
        words = "select * from appointment where seq > ? and (? or deleted = 0) order by seq"
        with self._lock:
            rows = self._db.execute(words, (after, with_deleted)).fetchall()
        return [
            {**json.loads(row["fields"]), "n": row["n"], "uid": row["uid"], "seq": row["seq"],
             "deleted": bool(row["deleted"])}
            for row in rows
        ]  # fmt: skip

    def newest_seq(self) -> int:
        with self._lock:
            return int(self._db.execute("select coalesce(max(seq), 0) from appointment").fetchone()[0])

    def note_push(self, uid: str, command: str, status: str) -> None:
        with self.transaction() as db:
            db.execute("insert into push (uid, command, status) values (?, ?, ?)", (uid, command, status))

    def pushes(self) -> list[Fields]:
        with self._lock:
            return [dict(row) for row in self._db.execute("select * from push order by n")]

    def reset(self) -> None:
        with self.transaction() as db:
            for emptying in ("delete from appointment", "delete from push", "delete from account"):
                db.execute(emptying)


def _next_seq(db: sqlite3.Connection) -> int:
    # 1 is what a first question names: everything comes after it.
    return max(1, int(db.execute("select coalesce(max(seq), 1) from appointment").fetchone()[0])) + 1
