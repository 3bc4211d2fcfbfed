"""Time the practice has taken: locks under the practice's own references."""

import hashlib
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from simulators.betty24 import instants
from simulators.betty24.answers import Fields, Refusal, text_of
from simulators.betty24.bookings import represented, unplaced_overlap
from simulators.betty24.store import Calendar, Practice

KINDS = ("appointment", "reservation", "lock")
UPSERT = "insert or replace into lock (practice, ref, calendar, starts, ends, kind) values (?, ?, ?, ?, ?, ?)"
UTC_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Lock:
    ref: str
    starts: int
    ends: int
    kind: str


@dataclass
class Uploaded:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)


def lock_of(fields: Fields, ref: str) -> Lock:
    """Raises Refusal for a body that is none."""
    starts, ends = instants.span(fields)
    kind = text_of(fields, "kind")
    if kind not in KINDS:
        raise Refusal(422, "invalid", f"kind must be one of {', '.join(KINDS)}")
    return Lock(ref, starts, ends, kind)


def represented_lock(lock: Lock, calendar: Calendar) -> dict[str, str]:
    start, end = (instants.written(edge, calendar.timezone) for edge in (lock.starts, lock.ends))
    return {"practice_ref": lock.ref, "start": start, "end": end, "kind": lock.kind}


def put(db: sqlite3.Connection, practice: Practice, calendar: Calendar, lock: Lock) -> bool:
    """True when the reference is new. Raises Refusal when a booking the practice does not know yet sits there."""
    if booking := unplaced_overlap(db, practice, calendar, lock.starts, lock.ends):
        message = "a patient has booked this time"
        raise Refusal(409, "already_booked", message, booking=represented(booking, practice))
    known = db.execute("select 1 from lock where practice = ? and ref = ?", (practice.id, lock.ref)).fetchone()
    _write(db, practice, calendar, lock)
    return known is None


def stand_in(db: sqlite3.Connection, practice: Practice, booking: sqlite3.Row, ref: str) -> None:
    """Where the practice has not locked anything under this reference yet."""
    known = db.execute("select 1 from lock where practice = ? and ref = ?", (practice.id, ref)).fetchone()
    if not known:
        _write(
            db,
            practice,
            practice.calendars[booking["calendar"]],
            Lock(ref, booking["starts"], booking["ends"], "appointment"),
        )


def remove(db: sqlite3.Connection, practice: Practice, calendar: Calendar, ref: str) -> None:
    """Idempotent. A lock that has moved to another calendar meanwhile stays there."""
    db.execute("delete from lock where practice = ? and ref = ? and calendar = ?", (practice.id, ref, calendar.id))


def starting_in(db: sqlite3.Connection, practice: Practice, calendar: Calendar, first: int, last: int) -> list[Lock]:
    query = """
        select ref, starts, ends, kind from lock where practice = ? and calendar = ? and starts >= ? and starts < ?
        order by starts, ref
    """
    return [Lock(*row) for row in db.execute(query, (practice.id, calendar.id, first, last))]


def upload(
    db: sqlite3.Connection, practice: Practice, calendar: Calendar, window: tuple[int, int], wanted: list[Lock]
) -> Uploaded:
    """Afterwards the locks starting in the window are exactly the wanted ones, except where a booking stands."""
    present = {lock.ref: lock for lock in starting_in(db, practice, calendar, *window)}
    result = Uploaded()
    accepted: set[str] = set()
    for lock in wanted:
        if booking := unplaced_overlap(db, practice, calendar, lock.starts, lock.ends):
            result.conflicts.append({"practice_ref": lock.ref, "booking": represented(booking, practice)})
            continue
        accepted.add(lock.ref)
        if present.get(lock.ref) == lock:
            result.unchanged += 1
        elif lock.ref in present or _is_known(db, practice, lock.ref):
            result.changed += 1
            _write(db, practice, calendar, lock)
        else:
            result.added += 1
            _write(db, practice, calendar, lock)
    gone = [(practice.id, ref) for ref in present.keys() - accepted]
    db.executemany("delete from lock where practice = ? and ref = ?", gone)
    result.removed = len(gone)
    return result


def digests(db: sqlite3.Connection, practice: Practice, calendar: Calendar, first: date, last: date) -> list[Fields]:
    """One line per local day of [first, last) that has locks."""
    window = (instants.day_bounds(first, calendar.timezone)[0], instants.day_bounds(last, calendar.timezone)[0])
    zone = instants.zone(calendar.timezone)
    lines: dict[date, list[str]] = defaultdict(list)
    for lock in starting_in(db, practice, calendar, *window):
        start, end = (datetime.fromtimestamp(edge, UTC).strftime(UTC_FORM) for edge in (lock.starts, lock.ends))
        lines[datetime.fromtimestamp(lock.starts, zone).date()].append(f"{lock.ref}|{start}|{end}")
    return [{"date": on.isoformat(), "count": len(found), "hash": _hash(found)} for on, found in sorted(lines.items())]


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _is_known(db: sqlite3.Connection, practice: Practice, ref: str) -> bool:
    return db.execute("select 1 from lock where practice = ? and ref = ?", (practice.id, ref)).fetchone() is not None


def _write(db: sqlite3.Connection, practice: Practice, calendar: Calendar, lock: Lock) -> None:
    db.execute(UPSERT, (practice.id, lock.ref, calendar.id, lock.starts, lock.ends, lock.kind))
