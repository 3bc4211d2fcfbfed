"""What patients do at the portal, and the feed in which the practice reads it."""

import json
import sqlite3
import time
from datetime import date, datetime, timedelta
from typing import Any

from simulators.betty24 import instants
from simulators.betty24.answers import Refusal
from simulators.betty24.store import Calendar, Practice

PATIENT_FIELDS = ("last_name", "first_name", "birth_date", "phone", "email", "insurance")
# No booking is longer: keeps the search for overlaps within a day.
LONGEST_SECONDS = 24 * 3600

OVERLAPPING = """
    select * from booking where practice = ? and calendar = ? and status = 'booked'
    and starts > ? - 86400 and starts < ? and ends > ?
"""
UNPLACED = OVERLAPPING + " and placed_version is not version order by starts limit 1"
# From the moment the practice has placed it as a slot, the practice's own lock stands for a booking.
HOLDING = OVERLAPPING + " and n <> ? and (placed is not 'slot' or placed_version is not version) limit 1"
LOCKED = """
    select 1 from lock where practice = ? and calendar = ? and ends > ? and starts < ? and ref is not ? limit 1
"""


def number_of(word: str) -> int:
    digits = word.removeprefix("B24-")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else 0


def id_of(number: int) -> str:
    """Padded, so that the order of ids is the order of booking."""
    return f"B24-{number:08d}"


def represented(row: sqlite3.Row, practice: Practice) -> dict[str, Any]:
    calendar = practice.calendars.get(row["calendar"])
    zone = calendar.timezone if calendar else "UTC"
    cancelled_at = row["cancelled_at"]
    return {
        "id": id_of(row["n"]),
        "version": row["version"],
        "calendar_id": row["calendar"],
        "start": instants.written(row["starts"], zone),
        "end": instants.written(row["ends"], zone),
        "status": row["status"],
        "booked_at": instants.written(row["booked_at"], zone),
        "cancelled_at": None if cancelled_at is None else instants.written(cancelled_at, zone),
        "cancelled_by": row["cancelled_by"],
        "reason": row["reason"],
        "patient": json.loads(row["patient"]),
    }


def find(db: sqlite3.Connection, practice: Practice, word: str) -> sqlite3.Row:
    query = "select * from booking where practice = ? and n = ?"
    row: sqlite3.Row | None = db.execute(query, (practice.id, number_of(word))).fetchone()
    if row is None:
        raise Refusal(404, "unknown_booking", f"no booking {word!r}")
    return row


def unplaced_overlap(
    db: sqlite3.Connection, practice: Practice, calendar: Calendar, starts: int, ends: int
) -> sqlite3.Row | None:
    """A booking the practice does not know yet and that its lock would sit on."""
    row: sqlite3.Row | None = db.execute(UNPLACED, (practice.id, calendar.id, starts, ends, starts)).fetchone()
    return row


def ensure_free(
    db: sqlite3.Connection, practice: Practice, calendar: Calendar, starts: int, ends: int, moved: sqlite3.Row | None
) -> None:
    """Raises Refusal; a booking that moves does not stand in its own way."""
    number, ref = (moved["n"], moved["placed_ref"]) if moved else (0, None)
    if (
        not instants.is_online_time(starts, ends, calendar.timezone)
        or db.execute(LOCKED, (practice.id, calendar.id, starts, ends, ref)).fetchone()
        or db.execute(HOLDING, (practice.id, calendar.id, starts, ends, starts, number)).fetchone()
    ):
        raise Refusal(409, "not_free", "this time is not free")


def ensure_span(starts: int, ends: int) -> None:
    if ends - starts > LONGEST_SECONDS:
        raise Refusal(422, "invalid", "a booking lasts at most 24 hours")


def book(
    db: sqlite3.Connection,
    practice: Practice,
    *,
    calendar: Calendar,
    starts: int,
    ends: int,
    patient: dict[str, str],
    owner: str = "",
    force: bool = False,
) -> sqlite3.Row:
    ensure_span(starts, ends)
    if not force:
        ensure_free(db, practice, calendar, starts, ends, None)
    made = db.execute(
        "insert into booking (practice, calendar, starts, ends, status, version, booked_at, patient, owner)"
        " values (?, ?, ?, ?, 'booked', 1, ?, ?, ?)",
        (practice.id, calendar.id, starts, ends, int(time.time()), json.dumps(patient), owner),
    )
    return _published(db, practice, "booked", made.lastrowid or 0)


def move(
    db: sqlite3.Connection,
    practice: Practice,
    booking: sqlite3.Row,
    *,
    calendar: Calendar,
    starts: int,
    ends: int,
    force: bool = False,
) -> sqlite3.Row:
    """The new time is not placed yet: it holds itself until the practice has placed the new version."""
    ensure_span(starts, ends)
    if booking["status"] != "booked":
        raise Refusal(409, "cancelled", "this booking is cancelled")
    if not force:
        ensure_free(db, practice, calendar, starts, ends, booking)
    change = "update booking set calendar = ?, starts = ?, ends = ?, version = version + 1 where n = ?"
    db.execute(change, (calendar.id, starts, ends, booking["n"]))
    return _published(db, practice, "moved", booking["n"])


def cancel(
    db: sqlite3.Connection, practice: Practice, booking: sqlite3.Row, *, by: str, reason: str = ""
) -> sqlite3.Row:
    """Idempotent. What the practice cancels is no news to it and stays out of its feed."""
    if booking["status"] != "booked":
        return booking
    change = """
        update booking set status = 'cancelled', version = version + 1, cancelled_at = ?, cancelled_by = ?, reason = ?
        where n = ?
    """
    db.execute(change, (int(time.time()), by, reason, booking["n"]))
    if by == "patient":
        return _published(db, practice, "cancelled", booking["n"])
    return find(db, practice, id_of(booking["n"]))


def free_starts(
    db: sqlite3.Connection, practice: Practice, calendar: Calendar, on: date, *, after: int, moved: sqlite3.Row | None
) -> list[int]:
    """Starts of one day for the patient page, with room for what is booked or moved. Moving to where it is, is none."""
    opens, closes = instants.day_bounds(on, calendar.timezone)
    number, ref = (moved["n"], moved["placed_ref"]) if moved else (0, None)
    held = db.execute(
        "select starts, ends from booking where practice = ? and calendar = ? and status = 'booked' and n <> ?"
        " and starts > ? - 86400 and starts < ? and (placed is not 'slot' or placed_version is not version)"
        " union all select starts, ends from lock where practice = ? and calendar = ? and ends > ? and starts < ?"
        " and ref is not ?",
        (practice.id, calendar.id, number, opens, closes, practice.id, calendar.id, opens, closes, ref),
    ).fetchall()
    taken = [(row["starts"], row["ends"]) for row in held]
    step = calendar.slot_minutes * 60
    length = moved["ends"] - moved["starts"] if moved else step
    present = moved["starts"] if moved and moved["calendar"] == calendar.id else None
    return [
        start
        for first, last in instants.online_hours(on, calendar.timezone)
        for start in range(first, last - length + 1, step)
        if start > after
        and start != present
        and not any(begin < start + length and start < end for begin, end in taken)
    ]


def first_days(calendar: Calendar, since: date, number: int) -> list[date]:
    days = (since + timedelta(days=offset) for offset in range(3 * number))
    return [on for on in days if instants.online_hours(on, calendar.timezone)][:number]


def today(calendar: Calendar) -> date:
    return datetime.now(instants.zone(calendar.timezone)).date()


def _published(db: sqlite3.Connection, practice: Practice, kind: str, number: int) -> sqlite3.Row:
    row = find(db, practice, id_of(number))
    news = (practice.id, kind, json.dumps(represented(row, practice)))
    db.execute("insert into change (practice, type, booking) values (?, ?, ?)", news)
    return row
