"""One SQLite file. Every call is one transaction, committed before it is answered: kill -9 loses no answered word."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators.betty24.answers import Refusal

SCHEMA = """
create table if not exists practice (
    id integer primary key, key text not null unique, epoch text not null
);
create table if not exists calendar (
    practice integer not null, id text not null, position integer not null, name text not null,
    slot_minutes integer not null, timezone text not null,
    primary key (practice, id)
) without rowid;
create table if not exists booking (
    n integer primary key autoincrement, practice integer not null, calendar text not null,
    starts integer not null, ends integer not null, status text not null, version integer not null,
    booked_at integer not null, cancelled_at integer, cancelled_by text, reason text not null default '',
    patient text not null, owner text not null default '',
    placed text, placed_ref text, placed_at integer, placed_version integer
);
create index if not exists booking_by_time on booking (practice, calendar, starts);
create index if not exists booking_by_practice on booking (practice, n);
create index if not exists booking_by_owner on booking (owner) where owner <> '';
create table if not exists lock (
    practice integer not null, ref text not null, calendar text not null,
    starts integer not null, ends integer not null, kind text not null,
    primary key (practice, ref)
) without rowid;
create index if not exists lock_by_start on lock (practice, calendar, starts);
create index if not exists lock_by_end on lock (practice, calendar, ends, starts);
create table if not exists change (
    seq integer primary key autoincrement, practice integer not null, type text not null, booking text not null
);
create index if not exists change_by_practice on change (practice, seq);
create table if not exists call (
    n integer primary key autoincrement, practice integer not null, at real not null,
    method text not null, path text not null, status integer not null
);
create index if not exists call_by_practice on call (practice, n);
"""
MOST_CALENDARS = 4
DEFAULT_CALENDARS = (("cal-1", "Dr. Reuter (Hausärztin)"), ("cal-2", "Dr. Brandes"))


@dataclass(frozen=True)
class Calendar:
    id: str
    name: str
    slot_minutes: int
    timezone: str


@dataclass(frozen=True)
class Practice:
    id: int
    key: str
    calendars: dict[str, Calendar]

    def calendar(self, word: str) -> Calendar:
        if word not in self.calendars:
            raise Refusal(404, "unknown_calendar", f"no calendar {word!r}")
        return self.calendars[word]


class Store:
    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._db.row_factory = sqlite3.Row
        # Written to the file before the answer, to the platter by the system: a killed process loses nothing.
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + SCHEMA)
        self._known: dict[str, Practice] = {}

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

    def practice(self, key: str) -> Practice | None:
        found = self._known.get(key)
        if found is None:
            with self.transaction() as db:
                found = _read(db, key)
            if found is not None:
                self._known[key] = found
        return found

    def add_practice(self, key: str, calendars: list[Calendar]) -> Practice:
        """Idempotent by key; the calendars given now count, those of before keep their bookings."""
        with self.transaction() as db:
            db.execute("insert or ignore into practice (key, epoch) values (?, ?)", (key, new_epoch()))
            (practice,) = db.execute("select id from practice where key = ?", (key,)).fetchone()
            db.execute("delete from calendar where practice = ?", (practice,))
            for position, one in enumerate(calendars[:MOST_CALENDARS]):
                row = (practice, one.id, position, one.name, one.slot_minutes, one.timezone)
                db.execute("insert into calendar values (?, ?, ?, ?, ?, ?)", row)
        found = Practice(practice, key, {one.id: one for one in calendars[:MOST_CALENDARS]})
        self._known[key] = found
        return found

    def ensure_practice(self, key: str) -> Practice:
        calendars = [Calendar(word, name, 15, "Europe/Berlin") for word, name in DEFAULT_CALENDARS]
        return self.practice(key) or self.add_practice(key, calendars)

    def close(self) -> None:
        with self._lock:
            self._db.close()


def new_epoch() -> str:
    """Part of every cursor: a cursor of another store or of before a reset is recognised as unknown."""
    return secrets.token_hex(4)


def _read(db: sqlite3.Connection, key: str) -> Practice | None:
    row = db.execute("select id from practice where key = ?", (key,)).fetchone()
    if row is None:
        return None
    words = "select id, name, slot_minutes, timezone from calendar where practice = ? order by position"
    calendars = {found["id"]: Calendar(*found) for found in db.execute(words, (row["id"],))}
    return Practice(row["id"], key, calendars)
